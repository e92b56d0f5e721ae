// Files by dropping, pasting or the camera. Without this file they are chosen and sent by the form.
// The form is drawn anew by every upload, and what is being typed elsewhere on the page stays.
(function () {
  "use strict";
  const box = () => document.querySelector("form[data-drop]");
  const carries = (transfer) => Boolean(transfer) && Array.from(transfer.types).includes("Files");

  function take(files) {
    const form = box();
    if (!form || !files.length) return false;
    form.querySelector("input[multiple]").files = files;
    form.requestSubmit();
    return true;
  }

  // A file dropped beside the box must not replace the page and what is typed on it.
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    if (!box() || !carries(event.dataTransfer)) return;
    event.preventDefault();
    box().classList.toggle("td-drop-over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  }));
  document.addEventListener("dragleave", (event) => {
    if (box() && !event.relatedTarget) box().classList.remove("td-drop-over");
  });

  document.addEventListener("paste", (event) => {
    if (carries(event.clipboardData) && take(event.clipboardData.files)) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-drop] input[capture]")) event.target.form.requestSubmit();
  });
})();
