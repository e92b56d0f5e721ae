// The call form by keyboard. Everything posts without this file; it only saves keystrokes.
(function () {
  "use strict";
  const box = document.getElementById("call-q");
  const form = document.getElementById("call-form");
  if (!box || !form) return;
  const matches = () => Array.from(document.querySelectorAll("[data-match]"));
  const summary = document.getElementById("id_summary");
  let finding = false;
  let waiting = null;
  let digitPressed = false;

  // What is typed is not yet what is found: until the answer is there, nothing is saved.
  box.addEventListener("input", () => { finding = true; });
  // Typed before the scripts were there: nobody heard it, so it is looked for now.
  window.addEventListener("load", () => {
    if (finding || box.value === box.defaultValue) return;
    finding = true;
    box.dispatchEvent(new Event("find"));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "call-matches" && event.target.id !== "call-card") return;
    finding = false;
    if (waiting) form.requestSubmit(waiting);
    waiting = null;
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout", "td:gave-up"].forEach((name) =>
    document.addEventListener(name, () => { finding = false; waiting = null; }));
  form.addEventListener("submit", (event) => {
    if (!finding) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = event.submitter;
  });

  function choose(step) {
    const found = matches();
    if (!found.length) return;
    const at = found.findIndex((match) => match.getAttribute("aria-current"));
    const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(Math.max(at + step, 0), found.length - 1);
    if (next === at) return;
    finding = true;
    found[next].scrollIntoView({ block: "nearest", inline: "nearest" });
    found[next].click();
  }

  // Whether to add to the last one is asked first, where it is asked at all.
  function firstQuestion() {
    const again = form.querySelector("[name=add_to]:checked");
    if (again && again.offsetParent !== null) again.focus();
    else reasonQuestion();
  }

  function reasonQuestion() {
    const radio = form.querySelector("[name=reason]:checked") || form.querySelector("[name=reason]");
    if (radio) radio.focus();
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      const found = matches();
      if (found.length && !found.some((match) => match.getAttribute("aria-current"))) choose(1);
      firstQuestion();
    } else if (event.key === "Tab" && !event.shiftKey) {
      // Past the links of the card, which are for reading.
      form.querySelector("[name=channel]:checked").focus();
    } else {
      return;
    }
    event.preventDefault();
  });

  // A reason chosen by its digits is settled: on to what was said.
  document.addEventListener("keydown", (event) => {
    digitPressed = /^(?:Digit|Numpad)[1-9]$/.test(event.code);
  }, true);
  form.addEventListener("change", (event) => {
    if (event.target.name === "reason" && digitPressed) summary.focus();
    // Of another channel or direction it is no longer the same contact.
    if (event.target.name === "channel" || event.target.name === "direction") {
      const another = form.querySelector("[name=add_to][value='']");
      if (another) another.checked = true;
    }
  });
  // On click, as a digit may confirm what is chosen already.
  form.addEventListener("click", (event) => {
    if (event.target.name !== "add_to" || !digitPressed) return;
    if (event.target.value) summary.focus();
    else reasonQuestion();
  });
  // Out of the field, so that single keys work: the draft stays.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target !== box && !form.contains(event.target)) return;
    event.preventDefault();
    event.target.blur();
  });

  // On a phone the card is read first; at a desk both are seen at once.
  const desk = window.matchMedia("(min-width: 761px)").matches;
  if (desk && !form.querySelector("[aria-invalid]") && form.querySelector("[name=purchase]")) firstQuestion();
  const wrong = form.querySelector("[aria-invalid] input, input[aria-invalid], textarea[aria-invalid]");
  if (wrong) wrong.focus();
})();
