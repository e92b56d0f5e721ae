// The ticket page: say when somebody writes, and propose people after an "@". Works without.
(function () {
  "use strict";
  const WRITES_MS = 20000;

  // Writing: the others see it within seconds ----------------------------------------------------
  const presence = document.getElementById("presence");
  let quiet = 0;

  function say(writing) {
    const field = presence && presence.querySelector("[name=writing]");
    if (!field || field.value === writing) return;
    field.value = writing;
    if (window.htmx) window.htmx.trigger(presence, "td:seen");
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-writing]")) return;
    say("1");
    window.clearTimeout(quiet);
    quiet = window.setTimeout(() => say("0"), WRITES_MS);
  });

  // A form that opens in the page is filled in at once ----------------------------------------------
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "act") return;
    const first = event.target.querySelector("select, textarea, input:not([type=hidden])");
    if (first) first.focus();
  });

  // Mentions: the names that begin with what stands after the "@" before the caret ------------------
  const field = document.querySelector("[data-mentions]");
  const list = document.getElementById("note-mentions");
  if (!field || !list) return;
  const BEGUN = /(?:^|[^\p{L}\p{N}@.])@([\p{L}][\p{L}'’ .-]{0,40})$/u;
  let asked = "";

  const options = () => Array.from(list.children);
  const chosen = () => list.querySelector("[aria-selected='true']");

  function begun() {
    const match = BEGUN.exec(field.value.slice(0, field.selectionStart));
    return match ? match[1] : "";
  }

  function close() {
    asked = "";
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    field.setAttribute("aria-activedescendant", option.id);
  }

  async function propose() {
    const word = begun();
    if (!word) return close();
    if (word === asked) return undefined;
    asked = word;
    const answer = await fetch(field.dataset.mentions + "?q=" + encodeURIComponent(word));
    if (!answer.ok || word !== asked) return undefined;
    list.innerHTML = await answer.text();
    if (!list.children.length) return close();
    list.hidden = false;
    return select(options()[0]);
  }

  function take(option) {
    const at = field.selectionStart;
    const start = at - begun().length;
    field.setRangeText(option.dataset.name + " ", start, at, "end");
    close();
    field.focus();
  }

  function step(by) {
    const all = options();
    select(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => take(chosen()),
    Tab: () => take(chosen()),
    Escape: close,
  };

  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.addEventListener("input", propose);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (list.hidden || !plain || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) take(option);
  });
})();
