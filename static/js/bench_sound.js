// In or out by ear, for those who look at the piece and not at the screen. Switched off for good on
// this device by the button at the top of the screen; no sound file, so the policy needs no source.
(function () {
  "use strict";
  const KEY = "td-bench-sound";
  let button = null;
  let context = null;

  const off = () => localStorage.getItem(KEY) === "off";

  function show() {
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", off() ? "false" : "true");
    button.title = off() ? button.dataset.off : button.dataset.on;
    button.querySelector("[data-sound-text]").textContent = button.title;
  }

  // One high tone for in, two low ones for out: told apart without looking.
  function tone(at, frequency, length) {
    const source = context.createOscillator();
    const volume = context.createGain();
    source.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, context.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + length);
    source.connect(volume).connect(context.destination);
    source.start(context.currentTime + at);
    source.stop(context.currentTime + at + length);
  }

  function play(state) {
    if (off() || !window.AudioContext) return;
    context = context || new AudioContext();
    if (state === "in") tone(0, 1046, 0.12);
    if (state === "out") {
      tone(0, 220, 0.16);
      tone(0.2, 220, 0.16);
    }
    document.documentElement.dataset.heard = state;
  }

  function start() {
    button = document.querySelector("[data-sound]");
    if (button) {
      button.addEventListener("click", () => {
        localStorage.setItem(KEY, off() ? "on" : "off");
        show();
        play("in");
      });
    }
    show();
    hear();
    document.querySelectorAll("[data-says]").forEach((one) =>
      one.addEventListener("pointerdown", () => play(one.dataset.says)));
  }

  // A number is heard when nothing was typed for a moment: 3 of 345 is not out yet.
  function hear() {
    const entry = document.querySelector("[data-entry]");
    const input = document.querySelector("form[data-line] [name=typed]");
    if (!entry || !input) return;
    let timer = 0;
    let heard = "";
    new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const state = ["in", "out"].find((one) => entry.classList.contains("td-entry-" + one)) || "";
        if (state !== heard && document.activeElement === input && input.value !== input.defaultValue) play(state);
        heard = state;
      }, 450);
    }).observe(entry, { attributes: true, attributeFilter: ["class"] });
  }

  document.addEventListener("td:screen", start);
  start();
})();
