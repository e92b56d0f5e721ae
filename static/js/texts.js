// Canned texts while one writes: "::" and the first letters of a name open a list below the field;
// arrows choose, Enter puts the text in, Escape closes. And m opens the macros of a ticket.
(function () {
  "use strict";
  const place = document.querySelector("[data-texts]");
  if (!place) return;
  const MARK = /::([^\s:]*)$/;
  const list = document.createElement("ul");
  list.className = "td-picks";
  list.id = "text-picks";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset.textsLabel);
  list.hidden = true;
  let field = null;
  let asked = 0;

  const options = () => Array.from(list.querySelectorAll("[data-text]"));
  const chosen = () => list.querySelector("[aria-selected='true'][data-text]");
  const typed = () => MARK.exec(field.value.slice(0, field.selectionStart));

  function close() {
    list.hidden = true;
    if (field) {
      field.removeAttribute("aria-activedescendant");
      field.removeAttribute("aria-controls");
    }
  }

  function select(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (!option) return;
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function put(option) {
    const found = typed();
    const end = field.selectionStart;
    close();
    field.setRangeText(option.dataset.text, end - found[0].length, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Whom the text is for: what the form says, else what the page is about.
  function subject() {
    const params = new URLSearchParams();
    ["ticket", "purchase", "customer"].forEach((name) => {
      const input = field.form && field.form.elements[name];
      const value = (input && input.value) || place.dataset[name];
      if (value) params.set(name, value);
    });
    return params;
  }

  async function ask() {
    const found = typed();
    if (!found) return close();
    const turn = ++asked;
    const params = subject();
    params.set("q", found[1]);
    const answer = await fetch(place.dataset.texts + "?" + params, { headers: { "HX-Request": "true" } });
    if (!answer.ok || turn !== asked || !typed()) return undefined;
    list.innerHTML = await answer.text();
    field.after(list);
    list.hidden = false;
    field.setAttribute("aria-controls", list.id);
    select(options()[0]);
    return undefined;
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("main textarea, main input[type=text]")) return;
    if (field && field !== event.target) close();
    field = event.target;
    ask();
  });

  document.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== field || event.ctrlKey || event.metaKey) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" && all.length) select(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && all.length) select(all[(at - 1 + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen()) put(chosen());
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-text]");
    event.preventDefault();
    if (option) put(option);
  });

  document.addEventListener("focusout", (event) => event.target === field && close());

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key !== "m") return;
    if (document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    const link = document.querySelector("[data-macro]");
    if (!link || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    link.click();
  });
})();
