// The command box (Ctrl/Cmd+K): what this page offers, what was opened last, where to go, and what
// the server finds while you type. Focus stays in the field; the active option is told by its id.
(function () {
  "use strict";
  const box = document.getElementById("command");
  const input = document.getElementById("command-input");
  if (!box || !input || !box.showModal) return;
  const found = document.getElementById("command-found");
  const recent = document.getElementById("command-recent");
  const here = document.getElementById("command-page");
  const status = document.getElementById("command-status");
  const OPENED = /^\/(?:purchases|customers|tickets|flags|lots)\/\d+\/$/;
  // What this page offers: the actions of its head, and whatever has a key of its own.
  const ACTIONS = "main .td-head-actions .td-btn, main .td-btn[data-key], main .td-btn[data-go]";
  const MOST_RECENT = 6;
  const STORE = "td-recent-";
  const mine = STORE + document.body.dataset.person;

  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const options = () => Array.from(box.querySelectorAll("[role='option']"));
  const shown = () => options().filter((option) => !option.hidden && option.offsetParent !== null);
  const active = () => document.getElementById(input.getAttribute("aria-activedescendant") || "");

  // What was opened last: kept in this browser for this person, gone at sign-out -----------------
  function read() {
    try {
      return JSON.parse(localStorage.getItem(mine)) || [];
    } catch (_broken) {
      return [];
    }
  }

  function keep(entries) {
    try {
      Object.keys(localStorage).forEach((key) => {
        if (key.startsWith(STORE) && (key !== mine || !entries)) localStorage.removeItem(key);
      });
      if (entries) localStorage.setItem(mine, JSON.stringify(entries));
    } catch (_full) {
      // A browser that keeps nothing only forgets what was opened last.
    }
  }

  function remember() {
    if (!OPENED.test(location.pathname)) return;
    const title = document.title.split(" · ").slice(0, -1).join(" · ");
    const others = read().filter((entry) => entry.path !== location.pathname);
    keep([{ path: location.pathname, title: title }, ...others].slice(0, MOST_RECENT + 1));
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) keep(null);
  });

  // What a button says, without its keys.
  function named(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((key) => key.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // Options made in the browser --------------------------------------------------------------------
  function option(tag, id, text) {
    const made = document.createElement(tag);
    made.className = "td-command-option";
    made.id = id;
    made.tabIndex = -1;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    const main = document.createElement("span");
    main.className = "td-command-main";
    main.textContent = text;
    made.append(main);
    return made;
  }

  function fill() {
    options().forEach((each) => each.dataset.made && each.remove());
    read().filter((entry) => OPENED.test(entry.path) && entry.path !== location.pathname)
      .forEach((entry, place) => {
        const made = option("a", "command-recent-" + place, entry.title);
        made.href = entry.path;
        made.dataset.made = "yes";
        recent.append(made);
      });
    document.querySelectorAll(ACTIONS).forEach((element, place) => {
      if (element.offsetParent === null || element.disabled) return;
      const made = option("div", "command-page-" + place, named(element));
      made.dataset.made = "yes";
      made.addEventListener("click", () => {
        box.close();
        element.focus();
        element.click();
      });
      here.append(made);
    });
  }

  // Choosing -----------------------------------------------------------------------------------------
  function activate(next) {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === next)));
    if (!next) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function narrow() {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    options().forEach((each) => {
      if (found.contains(each)) return;
      const text = fold(each.textContent);
      each.hidden = !words.every((word) => text.includes(word));
    });
    box.querySelectorAll("[role='group']").forEach((group) => {
      group.hidden = !group.querySelector("[role='option']:not([hidden])");
    });
    if (!input.value.trim()) found.replaceChildren();
    const left = shown();
    if (!left.includes(active())) activate(left[0]);
    status.textContent = left.length ? "" : status.dataset.none;
  }

  function move(step) {
    const left = shown();
    const at = left.indexOf(active());
    if (left.length) activate(left[(at + step + left.length) % left.length]);
  }

  function open() {
    document.querySelectorAll("dialog[open]").forEach((other) => other.close());
    input.value = "";
    found.replaceChildren();
    fill();
    box.showModal();
    narrow();
    input.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    if (event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (box.open) box.close();
    else open();
  });

  input.addEventListener("input", narrow);
  found.addEventListener("htmx:afterSwap", narrow);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active()) active().click();
    else return;
    event.preventDefault();
  });
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-open-command]")) open();
  });

  remember();
})();
