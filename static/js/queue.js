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
      panel.querySelector(".td-dialog-body input:not([type=hidden]):not([disabled]), .td-dialog-body button");
    if (first) first.focus();
  });
  panel.addEventListener("click", (event) => event.target === panel && panel.close());

  // Keys -------------------------------------------------------------------------------------
  function openPanel(letter) {
    const link = document.querySelector("[data-queue-key='" + CSS.escape(letter) + "']");
    if (link) link.click();
    return Boolean(link);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    if (event.target.closest(FIELDS) || !/^[a-z]$/.test(event.key)) return;
    if (openPanel(event.key)) event.preventDefault();
  });
})();
