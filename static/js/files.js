// Files by dropping, pasting or the camera. Without this file they are chosen and sent by the form.
// The box of a ticket (data-drop) sends them at once and is drawn anew; what is being typed
// elsewhere on the page stays. A form that is not saved yet (data-hold) has them held for it.
(function () {
  "use strict";
  const box = () => document.querySelector("form[data-drop]");
  const carries = (transfer) => Boolean(transfer) && Array.from(transfer.types).includes("Files");
  const waiting = new Map();

  // The form under the file or the cursor; else the box of the page; else its only such form.
  function placeOf(target) {
    const form = target.closest ? target.closest("form") : null;
    return (form && form.querySelector("[data-hold]")) || box() || document.querySelector("[data-hold]");
  }

  function take(place, files) {
    if (!place || !files.length) return false;
    if (place.dataset.hold) {
      hold(place, files);
    } else {
      place.querySelector("input[multiple]").files = files;
      place.requestSubmit();
    }
    return true;
  }

  // Held for a form ---------------------------------------------------------------------------
  function post(url, body, form) {
    if (form.id === "call-form" && window.tallydesk.send) return window.tallydesk.send(url, body);
    const token = form.elements.csrfmiddlewaretoken.value;
    return fetch(url, { method: "POST", body: body, redirect: "manual", headers: { "X-CSRFToken": token } });
  }

  async function hold(place, files) {
    const form = place.closest("form");
    const input = place.querySelector("input[multiple]");
    const state = place.querySelector("[data-held-state]");
    const kept = Array.from(files);
    const body = new FormData();
    body.append("form_key", form.elements.form_key.value);
    new FormData(form).getAll("held").forEach((key) => body.append("held", key));
    kept.forEach((file) => body.append("files", file));
    form.dataset.holding = "yes";
    state.textContent = place.dataset.sendingText;
    const response = await post(place.dataset.hold, body, form).catch(() => null);
    delete form.dataset.holding;
    if (response && response.ok) {
      place.querySelector("[data-held]").innerHTML = await response.text();
      input.value = "";
      state.textContent = "";
    } else {
      const carrier = new DataTransfer();
      kept.forEach((file) => carrier.items.add(file));
      input.files = carrier.files;
      state.textContent = place.dataset.failed;
    }
    input.dispatchEvent(new CustomEvent("td:held", { bubbles: true }));
    if (waiting.has(form)) form.requestSubmit(waiting.get(form));
    waiting.delete(form);
  }

  // A form does not leave before its files are there.
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.holding) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.set(event.target, event.submitter);
  }, true);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-held-drop]");
    if (!button) return;
    const form = button.closest("form");
    const response = await post(button.dataset.heldDrop, new FormData(), form).catch(() => null);
    if (!response || !(response.ok || response.status === 404)) return;
    form.querySelector("[data-hold] input[multiple]").focus();
    button.closest("li").remove();
    form.dispatchEvent(new CustomEvent("td:held", { bubbles: true }));
  });

  // Where they come from ----------------------------------------------------------------------
  // A file dropped beside the box must not replace the page and what is typed on it.
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const place = placeOf(event.target);
    if (!place || !carries(event.dataTransfer)) return;
    event.preventDefault();
    unmark(name === "dragover" ? place : null);
    place.classList.toggle("td-drop-over", name === "dragover");
    if (name === "drop") take(place, event.dataTransfer.files);
  }));
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) unmark(null);
  });
  function unmark(except) {
    document.querySelectorAll(".td-drop-over").forEach((place) => {
      if (place !== except) place.classList.remove("td-drop-over");
    });
  }

  document.addEventListener("paste", (event) => {
    if (carries(event.clipboardData) && take(placeOf(event.target), event.clipboardData.files)) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.files.length) return;
    if (field.closest("[data-hold]")) hold(field.closest("[data-hold]"), field.files);
    else if (field.matches("form[data-drop] input[capture]")) field.form.requestSubmit();
  });
})();
