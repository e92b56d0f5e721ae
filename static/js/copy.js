// A button with data-copy="id" copies the value of that field and says so for two seconds.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest ? event.target.closest("[data-copy]") : null;
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const label = button.querySelector("span");
    const before = label.textContent;
    field.select();
    const done = () => {
      label.textContent = button.dataset.copied;
      window.setTimeout(() => { label.textContent = before; }, 2000);
    };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
    else if (document.execCommand("copy")) done();
  });
})();
