// Runs before the first paint: the theme must not flash. The server has already written
// data-bs-theme when the person chose one; "system" is resolved here.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("td-js");
  var match = /(?:^|; )td_theme=(light|dark|system)/.exec(document.cookie);
  var choice = match ? match[1] : root.dataset.theme || "system";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    root.dataset.theme = choice;
    root.dataset.bsTheme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
  }

  window.tallydeskTheme = function (chosen) {
    choice = chosen;
    document.cookie = "td_theme=" + chosen + "; path=/; max-age=31536000; samesite=lax";
    apply();
  };
  dark.addEventListener("change", apply);
  apply();
})();
