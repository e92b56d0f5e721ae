// The bench only: keypad, and in or out of limits while one types. The server judges again; this
// file computes with whole numbers, so that both always say the same. All works without it.
(function () {
  "use strict";
  const NUMBER = /^([+\-−]?)\s*(\d*)(?:[.,](\d+))?$/;
  const DIGITS = 15;

  // Exact fractions: [numerator, denominator] as BigInt, the denominator positive --------------
  const ratio = (text) => {
    const [over, under] = text.split("/");
    return [BigInt(over), BigInt(under || "1")];
  };
  const add = (a, b) => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
  const minus = (a, b) => add(a, [-b[0], b[1]]);
  const times = (a, b) => [a[0] * b[0], a[1] * b[1]];
  const sign = (a) => (a[0] > 0n) - (a[0] < 0n);
  const number = (a) => Number(a[0]) / Number(a[1]);

  function decimal(text) {
    const match = NUMBER.exec(text.trim());
    if (!match || !(match[2] || match[3])) return null;
    const digits = (match[2] + (match[3] || "")).replace(/^0+/, "");
    if (digits.length > DIGITS) return null;
    const value = BigInt((match[2] || "0") + (match[3] || ""));
    const negative = match[1] === "-" || match[1] === "−";
    return [negative ? -value : value, 10n ** BigInt((match[3] || "").length)];
  }

  // A fraction as a decimal text when it has one of at most 12 places, else null.
  function plain(a) {
    for (let places = 0; places <= 12; places += 1) {
      const scaled = a[0] * 10n ** BigInt(places);
      if (scaled % a[1] === 0n) {
        const whole = (scaled / a[1]).toString().replace("-", "").padStart(places + 1, "0");
        const end = whole.length - places;
        return (a[0] < 0n ? "-" : "") + whole.slice(0, end) + (places ? "." + whole.slice(end) : "");
      }
    }
    return null;
  }

  function startLine(form) {
    const input = form.querySelector("[name=typed]");
    const unit = form.querySelector("select[name=unit]");
    const entry = form.querySelector("[data-entry]");
    const next = form.querySelector("[data-next]");
    const nextText = next.textContent;
    const data = form.dataset;

    function inOwnUnit(value) {
      const option = unit && unit.selectedOptions[0];
      if (!option) return value;
      return add(times(value, ratio(option.dataset.factor)), ratio(option.dataset.offset));
    }

    function judge() {
      if (!input.value.trim()) return { state: "open" };
      const typed = decimal(input.value);
      // A unit behind the number is read by the server.
      if (!typed) return { state: "unread", text: data.unread };
      const value = inOwnUnit(typed);
      const shown = plain(value);
      if (data.kind === "count" && (value[0] < 0n || value[0] % value[1] !== 0n)) {
        return { state: "unread", text: data.unread };
      }
      const places = (/[.,](\d+)$/.exec(input.value.trim()) || ["", ""])[1].replace(/0+$/, "").length;
      if (data.decimals !== "" && places > Number(data.decimals) && !(unit && unit.selectedIndex > 0)) {
        return { state: "unread", text: data.tooFine };
      }
      for (const [limit, side] of [[data.upper, 1], [data.lower, -1]]) {
        const by = limit ? minus(value, decimal(limit)) : [0n, 1n];
        const inside = (side === 1 ? data.upperIn : data.lowerIn) !== "no";
        if (limit && !inside && sign(by) === 0) {
          return { state: "out", text: data.atLimit, value, shown };
        }
        if (sign(by) === side) {
          const far = plain([by[0] < 0n ? -by[0] : by[0], by[1]]);
          const words = side === 1 ? data.over : data.under;
          const text = words.replace("{by}", far === null ? "" : (far + " " + data.unit).trim());
          return { state: "out", text: text.trim(), value, shown };
        }
      }
      const converted = unit && unit.selectedIndex > 0 && shown !== null;
      return { state: "in", text: converted ? "= " + shown + " " + data.unit : "", value, shown };
    }

    function show() {
      const said = judge();
      ["in", "out", "unread"].forEach((state) =>
        entry.classList.toggle("td-entry-" + state, said.state === state));
      const place = form.querySelector("[data-text-" + said.state + "]");
      if (place) place.textContent = said.text;
      next.textContent = said.state === "out" ? data.nextOut : nextText;
      input.size = Math.max(input.value.length, 2);
      mark(said);
    }

    function mark(said) {
      const scale = form.querySelector("[data-scale]");
      if (!scale) return;
      const marker = scale.querySelector("[data-marker]");
      if (!said.value) {
        marker.setAttribute("visibility", "hidden");
        scale.querySelector("[data-out]").setAttribute("visibility", "hidden");
        return;
      }
      const low = Number(scale.dataset.low);
      const pad = Number(scale.dataset.pad);
      const share = (number(said.value) - low) / (Number(scale.dataset.high) - low);
      const x = pad + Math.min(Math.max(share, 0), 1) * (scale.viewBox.baseVal.width - 2 * pad);
      marker.setAttribute("visibility", "visible");
      marker.setAttribute("transform", "translate(" + x.toFixed(1) + " 34)");
      marker.querySelector("[data-marker-text]").textContent = said.shown || "";
      const beyond = scale.querySelector("[data-out]");
      beyond.setAttribute("visibility", said.state === "out" ? "visible" : "hidden");
      beyond.setAttribute("x1", x > Number(scale.dataset.to) ? scale.dataset.to : scale.dataset.from);
      beyond.setAttribute("x2", x.toFixed(1));
    }

    function press(key) {
      const at = input.selectionStart === null ? input.value.length : input.selectionStart;
      const end = Math.max(input.selectionEnd || 0, at);
      if (key === "clear") input.value = "";
      else if (key === "sign") input.value = /^[-−]/.test(input.value) ? input.value.slice(1) : "-" + input.value;
      else if (key === "back") input.setRangeText("", at === end ? Math.max(at - 1, 0) : at, end, "end");
      else if (key !== "," || !/[.,]/.test(input.value)) input.setRangeText(key, at, end, "end");
      input.focus();
      show();
    }

    form.querySelectorAll("[data-key]").forEach((button) => {
      // The field keeps the focus, so the next digit lands where the last one did.
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", () => press(button.dataset.key));
    });
    // The page's own keypad is enough where there is no real keyboard.
    if (window.matchMedia("(pointer: coarse)").matches) input.inputMode = "none";
    input.addEventListener("input", show);
    if (unit) unit.addEventListener("change", () => { show(); input.focus(); });
    input.focus();
    // The next digit replaces what the server sent, never what was typed before this script came.
    if (input.value === input.defaultValue) input.select();
    if (!entry.classList.contains("td-entry-unread")) show();
  }

  // 1 and 2 answer a pass or fail; Enter alone never does: there is no default pass.
  function startChoice(form) {
    document.addEventListener("keydown", (event) => {
      // The screen was replaced by the next one.
      if (!form.isConnected) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (document.body.dataset.shortcuts === "off") return;
      const match = /^(?:Digit|Numpad)([12])$/.exec(event.code);
      const button = match && form.querySelector("[data-digit='" + match[1] + "']");
      const link = event.key === "Enter" && event.target === document.body && form.querySelector("[data-next-link]");
      if (button) form.requestSubmit(button);
      if (link) link.click();
      if (button || link) event.preventDefault();
    });
  }

  function start() {
    document.querySelectorAll("form[data-line]").forEach(startLine);
    document.querySelectorAll("form[data-choice]").forEach(startChoice);
  }
  document.addEventListener("td:screen", start);
  start();
})();
