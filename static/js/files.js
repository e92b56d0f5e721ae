// Files by dropping, pasting or the camera. Without this file they are chosen and sent by the form.
(function () {
  "use strict";
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[multiple]");
  const camera = form.querySelector("input[capture]");

  const carries = (transfer) => Boolean(transfer) && Array.from(transfer.types).includes("Files");

  function take(files) {
    if (!files.length) return false;
    input.files = files;
    form.requestSubmit();
    return true;
  }

  // A file dropped beside the box must not replace the page and what is typed on it.
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    form.classList.toggle("td-drop-over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  }));
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("td-drop-over");
  });

  document.addEventListener("paste", (event) => {
    if (carries(event.clipboardData) && take(event.clipboardData.files)) event.preventDefault();
  });

  if (camera) camera.addEventListener("change", () => camera.files.length && form.requestSubmit());
})();
