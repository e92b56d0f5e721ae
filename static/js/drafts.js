// Drafts of calls. What is typed is kept in this tab at once and on the server within two seconds;
// the tab forgets it when the server has it. Several calls are open as tabs: Alt and a digit.
(function () {
  "use strict";
  const form = document.getElementById("call-form");
  const box = document.getElementById("call-q");
  const told = document.getElementById("draft-state");
  if (!form || !form.dataset.draft || !window.tallydesk.send) return;
  const key = form.elements.form_key.value;
  const person = form.elements.person.value;
  const MINE = window.tallydesk.DRAFTS + person + ":";
  const HERE = MINE + key;
  const QUIET_MS = 500;
  const LONGEST_MS = 1200;
  const AGAIN_MS = 3000;
  const SIGNED_OUT_MS = 1000;
  const NOT_TYPED = ["csrfmiddlewaretoken", "form_key", "person"];
  const putAway = document.querySelector("[data-put-away='" + key + "']");
  let onServer = putAway !== null && !putAway.hidden;
  let over = false;
  let timer = 0;
  let waitingSince = 0;
  let saving = null;
  let letThrough = false;

  function typed() {
    // Files go up by themselves, as soon as they are chosen (files.js).
    const fields = Array.from(new FormData(form))
      .filter(([name, value]) => !NOT_TYPED.includes(name) && typeof value === "string");
    return [["q", box.value], ...fields];
  }

  // What was typed, without the clock: it runs by itself and is no reason to save.
  function meaning() {
    const clock = form.elements.timing.value === "typed" ? [] : ["duration", "timing"];
    return JSON.stringify(typed().filter(([name]) => !clock.includes(name)));
  }

  function bodyOf(fields) {
    const body = new FormData();
    fields.forEach(([name, value]) => body.append(name, value));
    body.append("person", person);
    body.append("by", "script");
    return body;
  }

  function say(state) {
    if (told.dataset.state === state) return;
    told.dataset.state = state;
    told.textContent = told.dataset[state];
  }

  // Typed before the scripts were there: nobody has saved it.
  function isUntouched(field) {
    if (NOT_TYPED.includes(field.name) || ["duration", "timing"].includes(field.name)) return true;
    return field.type === "radio" || field.type === "checkbox"
      ? field.checked === field.defaultChecked : field.value === (field.defaultValue || "");
  }
  const fields = Array.from(form.elements).filter((field) => field.matches("input, textarea"));
  let saved = [box, ...fields].every(isUntouched) ? meaning() : "";

  function changed() {
    if (over || meaning() === saved) return;
    window.sessionStorage.setItem(HERE, JSON.stringify(typed()));
    waitingSince = waitingSince || Date.now();
    window.clearTimeout(timer);
    timer = window.setTimeout(save, Math.min(QUIET_MS, Math.max(waitingSince + LONGEST_MS - Date.now(), 0)));
  }

  // Whether the server answered for this call: then the form itself may be sent as well.
  async function send(sent) {
    let response = null;
    try {
      response = await window.tallydesk.send(form.dataset.draft, bodyOf(typed()));
    } catch {
      say("out");
      timer = window.setTimeout(save, AGAIN_MS);
      return false;
    }
    if (response === null) say("signedOut");
    else if (response.status === 409 || response.status === 404) window.tallydesk.leave();
    else if (response.ok) acknowledged(sent);
    else say("kept");
    return response !== null && response.status !== 409 && response.status !== 404;
  }

  function acknowledged(sent) {
    saved = sent;
    onServer = true;
    if (putAway) putAway.hidden = false;
    if (meaning() !== saved) return;
    window.sessionStorage.removeItem(HERE);
    say("saved");
  }

  // One at a time, so that what was typed last also arrives last.
  async function save() {
    window.clearTimeout(timer);
    while (saving) await saving;
    if (over) return true;
    waitingSince = 0;
    saving = send(meaning());
    const answered = await saving;
    saving = null;
    if (answered) changed();
    return answered;
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("td:held", changed);
  box.addEventListener("input", changed);
  document.addEventListener("htmx:afterSettle", changed);
  document.addEventListener("td:signed-out", () => say("signedOut"));

  // Saving: first the draft, which finds out whether anybody is signed in; then the form itself.
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    if (letThrough) {
      over = true;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const answered = await save();
    delete form.dataset.sending;
    if (!answered) return;
    letThrough = true;
    window.sessionStorage.removeItem(HERE);
    form.requestSubmit(event.submitter);
    letThrough = false;
  });

  // Leaving for another call: one that names somebody is worth a tab, though nothing was typed.
  const named = () => box.value.trim() !== "" || form.querySelector("[name=purchase], [name=customer], [name=ticket]");
  async function go(address) {
    if (!over && (meaning() !== saved || (!onServer && named())) && !(await save())) return;
    window.location.assign(address);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-call-tab]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!link.hasAttribute("aria-current")) go(link.href);
  });
  document.addEventListener("keydown", (event) => {
    const digit = /^Digit(\d)$/.exec(event.code);
    // AltGr writes signs on many keyboards: it is no Alt.
    if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return;
    const link = document.querySelector("[data-call-tab='" + digit[1] + "']");
    if (!link || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    link.click();
  });
  // Signing out, and putting this call away: the last words first, or they would be lost.
  document.addEventListener("submit", async (event) => {
    const leaving = event.target.matches("[action$='/sign-out/']");
    if (over || !(leaving || event.target === putAway)) return;
    if (meaning() === saved) {
      over = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    await save();
    over = true;
    window.sessionStorage.removeItem(HERE);
    if (leaving) window.tallydesk.signOut();
    event.target.submit();
  }, true);

  // Leaving in any other way: the last words go after the page, and the clock with them.
  window.addEventListener("pagehide", () => {
    if (over || (meaning() === saved && !onServer)) return;
    fetch(form.dataset.draft, {
      method: "POST", body: bodyOf(typed()), keepalive: true, redirect: "manual",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  // Signed out in another tab: nothing stays on the screen, and the session ends in a moment.
  document.addEventListener("td:forgotten", () => {
    over = true;
    document.querySelector("main").replaceChildren();
    window.setTimeout(() => window.location.replace(form.action), SIGNED_OUT_MS);
  });

  // A reload comes back to the same call.
  const address = new URL(window.location.href);
  address.searchParams.set("key", key);
  window.history.replaceState(null, "", address);

  // What the server had not acknowledged when this tab was closed, reloaded or signed out.
  async function sendLeft() {
    const left = Object.keys(window.sessionStorage).filter((name) => name.startsWith(MINE));
    if (!left.length) return;
    form.inert = left.includes(HERE);
    for (const name of left) {
      const fields = JSON.parse(window.sessionStorage.getItem(name));
      const url = form.dataset.draft.replace(key, name.slice(MINE.length));
      const response = await window.tallydesk.send(url, bodyOf(fields));
      if (response === null || response.status >= 500) throw new Error("kept");
      window.sessionStorage.removeItem(name);
    }
    over = true;
    window.location.reload();
  }
  function sendLeftUntilDone() {
    sendLeft().catch(() => {
      say("out");
      window.setTimeout(sendLeftUntilDone, AGAIN_MS);
    });
  }
  document.querySelector(".td-calltab-current").scrollIntoView({ block: "nearest", inline: "nearest" });
  sendLeftUntilDone();
  changed();
  if (onServer) say("saved");
})();
