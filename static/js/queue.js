// The queue: panels open over the list, and the marks of rows. All of it works without this file,
// as pages of their own and by ticking boxes.
(function () {
  "use strict";
  const panel = document.getElementById("queue-panel");
  const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";
  const marks = () => Array.from(document.querySelectorAll("input[name=mark]"));

  // Panels -----------------------------------------------------------------------------------
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== panel) return;
    if (!panel.open) panel.showModal();
    const first = panel.querySelector("[autofocus]") ||
      panel.querySelector(".td-dialog-body :is(input:not([type=hidden]):not([disabled]), select, textarea, button)");
    if (first) first.focus();
  });
  panel.addEventListener("click", (event) => event.target === panel && panel.close());

  // Marks ------------------------------------------------------------------------------------
  function tellMarks() {
    const count = marks().filter((box) => box.checked).length;
    const told = document.querySelector("[data-marked-count]");
    if (told) told.textContent = String(count);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-mark-all]")) marks().forEach((box) => { box.checked = event.target.checked; });
    tellMarks();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-unmark]")) return;
    marks().forEach((box) => { box.checked = false; });
    tellMarks();
  });

  function boxOfRow() {
    const row = document.activeElement.closest("tr");
    return row ? row.querySelector("input[name=mark]") : null;
  }

  function toggleMark() {
    const box = boxOfRow();
    if (box) box.checked = !box.checked;
    tellMarks();
    return Boolean(box);
  }

  // An action without marks is meant for the row one stands on.
  function somethingMarked() {
    if (marks().some((box) => box.checked)) return true;
    return Boolean(boxOfRow()) && toggleMark();
  }

  // Keys -------------------------------------------------------------------------------------
  function press(letter) {
    if (letter === "x") return toggleMark();
    const target = document.querySelector("[data-queue-key='" + CSS.escape(letter) + "']");
    if (!target || (target.form && !somethingMarked())) return false;
    target.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    if (event.target.closest(FIELDS) || !/^[a-z]$/.test(event.key)) return;
    if (press(event.key)) event.preventDefault();
  });

  tellMarks();
})();
