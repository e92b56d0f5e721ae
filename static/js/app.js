// Enhancements only: every page works without this file. Single-key shortcuts never fire in a
// field and are off where body[data-shortcuts="off"]; digits work only inside the focused group.
(function () {
  "use strict";
  const body = document.body;
  const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false']), [role='textbox']";
  const SEQUENCE_MS = 1500;

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const closest = (event, selector) => (event.target.closest ? event.target.closest(selector) : null);

  // What was typed in this tab is one person's: another's is dropped, and all of it at sign-out ---
  const DRAFTS = "td-draft:";
  const SIGNED_OUT = "td-signed-out";

  function forget(except) {
    Object.keys(window.sessionStorage)
      .filter((name) => name.startsWith(DRAFTS) && !(except && name.startsWith(except)))
      .forEach((name) => window.sessionStorage.removeItem(name));
  }

  // The other tabs of this browser hear it by the storage they share.
  function signOut() {
    // Pages that the bench keeps for a start without a connection.
    if (window.caches) caches.delete("td-bench");
    forget("");
    window.localStorage.setItem(SIGNED_OUT, String(Date.now()));
  }

  window.tallydesk = { DRAFTS: DRAFTS, forget: () => forget(""), signOut: signOut };
  if (body.dataset.person) forget(DRAFTS + body.dataset.person + ":");
  window.addEventListener("storage", (event) => {
    if (event.key !== SIGNED_OUT) return;
    forget("");
    document.dispatchEvent(new CustomEvent("td:forgotten"));
  });
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.getAttribute("action") || "", window.location.href).pathname.endsWith("/sign-out/")) signOut();
  });

  // Theme ---------------------------------------------------------------------------------
  function markTheme() {
    const chosen = document.documentElement.dataset.theme || "system";
    all("[data-set-theme]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === chosen)));
  }

  // Menus and dialogs ---------------------------------------------------------------------
  function closeMenus(except) {
    all("details.td-menu[open], details.td-def[open]").forEach((menu) => {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }

  document.addEventListener("click", (event) => {
    const theme = closest(event, "[data-set-theme]");
    const dismiss = closest(event, "[data-dismiss]");
    const opener = closest(event, "[data-open-dialog]");
    if (theme) {
      window.tallydeskTheme(theme.dataset.setTheme);
      markTheme();
    }
    if (dismiss) dismiss.closest(".td-" + dismiss.dataset.dismiss).remove();
    if (opener) document.getElementById(opener.dataset.openDialog).showModal();
    closeMenus(opener || theme ? null : event.target);
  });

  // Forms: sent once; a changed filter applies itself -----------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Only the look changes: a disabled button would not send its own name and value.
    all("[type=submit]", form).forEach((button) => button.classList.add("td-busy"));
  });

  function unsend() {
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      all(".td-busy", form).forEach((button) => button.classList.remove("td-busy"));
    });
  }
  window.addEventListener("pageshow", (event) => event.persisted && unsend());
  document.addEventListener("htmx:afterRequest", unsend);

  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-auto]");
    if (form) form.requestSubmit();
  });

  // Polling pauses in a hidden tab and catches up when it is seen again --------------------------
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.matches("[data-poll]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !window.htmx) return;
    all("[data-poll]").forEach((element) => window.htmx.trigger(element, "td:seen"));
  });

  // Digits: 1 to 9 in a focused group of radio buttons, by their place on the keyboard ------------
  let pendingGroup = null;

  function digitOf(event) {
    const match = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    return match ? Number(match[1]) : 0;
  }

  function choose(radio) {
    if (!radio || radio.disabled) return;
    radio.focus();
    radio.click();
  }

  function chooseInTree(tree, digit) {
    const groups = all(".td-tree-group", tree);
    if (pendingGroup && tree.contains(pendingGroup)) {
      choose(all("input[type=radio]", pendingGroup)[digit - 1]);
      forgetGroup();
    } else if (groups[digit - 1]) {
      pendingGroup = groups[digit - 1];
      pendingGroup.classList.add("td-tree-pending");
      window.setTimeout(forgetGroup, SEQUENCE_MS);
    }
  }

  function forgetGroup() {
    if (pendingGroup) pendingGroup.classList.remove("td-tree-pending");
    pendingGroup = null;
  }

  function digitPressed(event) {
    const group = closest(event, "[data-digits]");
    const digit = digitOf(event);
    if (!group || !digit || event.target.type !== "radio") return false;
    if (group.dataset.digits === "tree") chooseInTree(group, digit);
    else choose(all("input[type=radio]", group)[digit - 1]);
    return true;
  }

  // Rows: j and k move the focus along the links of a list, so Enter opens natively ----------------
  function moveRow(step) {
    const links = all("[data-row-link]").filter((link) => link.offsetParent !== null);
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  // Keys -------------------------------------------------------------------------------------------
  let goUntil = 0;

  function follow(letter) {
    const link = document.querySelector("main [data-go='" + CSS.escape(letter) + "']") ||
      document.querySelector("[data-go='" + CSS.escape(letter) + "']");
    if (link) link.click();
    return Boolean(link);
  }

  // data-key="n" on a link, a button or a field of this page; data-tab names the radio that shows it.
  function press(letter) {
    const target = document.querySelector("main [data-key='" + CSS.escape(letter) + "']");
    const tab = target && target.dataset.tab && document.getElementById(target.dataset.tab);
    if (tab) tab.checked = true;
    if (target && target.matches(FIELDS)) target.focus();
    else if (target) target.click();
    return Boolean(target);
  }

  function focusSearch() {
    const field = document.getElementById("td-search");
    if (field) field.select();
    if (field) field.focus();
    return Boolean(field);
  }

  const single = {
    "c": () => follow("c"),
    "/": focusSearch,
    "?": () => { document.getElementById("keys").showModal(); return true; },
    "j": () => moveRow(1),
    "k": () => moveRow(-1),
    "g": () => { goUntil = Date.now() + SEQUENCE_MS; return true; },
  };

  function shortcut(event) {
    if (body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return false;
    if (Date.now() < goUntil) {
      goUntil = 0;
      return follow(event.key.toLowerCase());
    }
    return Object.hasOwn(single, event.key) ? single[event.key]() : press(event.key);
  }

  // <button data-keys="ctrl+enter"> submits its form with that button, from any of its fields.
  function submitByKeys(event) {
    const form = closest(event, "form");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return false;
    const keys = event.shiftKey ? "ctrl+shift+enter" : "ctrl+enter";
    const button = form.querySelector("button[data-keys='" + keys + "']");
    if (button) form.requestSubmit(button);
    return Boolean(button);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
      const open = closest(event, "details.td-menu[open], details.td-def[open]");
      if (open) open.querySelector("summary").focus();
      closeMenus();
      return;
    }
    let done = submitByKeys(event);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!done && plain) done = digitPressed(event) || (!closest(event, FIELDS) && shortcut(event));
    if (done) event.preventDefault();
  });

  markTheme();
})();
