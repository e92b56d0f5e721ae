// The clock of a call: it runs while its form is open, and whoever types over it stops it.
(function () {
  "use strict";
  const form = document.getElementById("call-form");
  if (!form) return;
  const field = form.elements.duration;
  const timing = form.elements.timing;
  const LONGEST = 4 * 3600;
  const began = Date.now();

  function seconds(text) {
    return text.split(":").reduce((total, part) => total * 60 + (Number(part) || 0), 0);
  }

  function written(total) {
    const two = (number) => String(number).padStart(2, "0");
    const minutes = Math.floor(total / 60);
    const rest = ":" + two(total % 60);
    return minutes < 60 ? minutes + rest : Math.floor(minutes / 60) + ":" + two(minutes % 60) + rest;
  }

  if (timing.value !== "typed") timing.value = "running";
  const before = timing.value === "typed" ? 0 : seconds(field.value);

  function show() {
    if (timing.value !== "running") return;
    const text = written(Math.min(before + Math.floor((Date.now() - began) / 1000), LONGEST));
    if (document.activeElement !== field) field.value = text;
    document.querySelectorAll("[data-clock-shown]").forEach((place) => { place.textContent = text; });
  }

  field.addEventListener("input", () => {
    timing.value = "typed";
    document.querySelectorAll("[data-clock-shown]").forEach((place) => { place.textContent = field.value; });
  });
  window.setInterval(show, 1000);
  show();
})();
