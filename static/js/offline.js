// An inspection goes on without a connection. Each entry is kept on the device first and sent after;
// where the server does not answer, the next screen is one that the device has. One entry at a time
// and in order: what was not answered is sent again, and the server answers it as it did before.
(function () {
  "use strict";
  const box = document.getElementById("outbox");
  const outbox = window.tallydeskOutbox;
  if (!box || !outbox || !window.indexedDB) return;
  const { person, inspection, entries: entriesUrl, screens: screensUrl } = box.dataset;
  const PATIENCE = 5000;
  const AGAIN = 4000;
  const state = { out: false, busy: false, sending: false, refused: "", kept: 0, warned: false, away: false };
  const main = () => document.querySelector(".td-bench-page");

  const ask = (url, options) =>
    fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE), ...options });

  // Words ---------------------------------------------------------------------------------------
  async function tell(words) {
    const kept = (await outbox.list(person)).length;
    state.kept = kept;
    const many = kept === 1 ? box.dataset.one : box.dataset.many.replace("{n}", kept);
    const text = words || (kept && state.away ? box.dataset.signedOut : kept ? many : state.out ? box.dataset.out : "");
    box.replaceChildren();
    if (state.refused) {
      const said = document.createElement("b");
      said.textContent = box.dataset.refused + " " + state.refused + " ";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "td-btn";
      button.textContent = box.dataset.understood;
      button.addEventListener("click", () => { state.refused = ""; tell(); });
      box.append(said, button);
    } else {
      box.textContent = text;
    }
    box.classList.toggle("td-outbox-refused", Boolean(state.refused));
    box.hidden = !text && !state.refused;
    hold(kept);
  }

  // Signing and changing the user come after what is kept.
  function hold(kept) {
    document.querySelectorAll("[data-after-outbox]").forEach((button) => {
      button.disabled = kept > 0 || state.out;
      button.title = button.disabled ? box.dataset.wait : "";
    });
  }

  // Sending ---------------------------------------------------------------------------------------
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  function packed(entry) {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token());
    ["person", "device", "seq", "kind", "number", "seen"].forEach((name) => form.append(name, entry[name]));
    Object.entries(entry.fields).forEach(([name, value]) => form.append(name, value));
    return form;
  }

  // What the server says of one entry; null while it does not answer.
  async function send(entry) {
    let answer;
    try {
      answer = await ask(entry.url, { method: "POST", body: packed(entry) });
    } catch (error) {
      state.out = true;
      return null;
    }
    if (answer.status >= 500 || answer.status === 429) {
      state.out = true;
      return null;
    }
    state.out = false;
    const json = (answer.headers.get("content-type") || "").includes("json");
    if (answer.redirected || answer.status === 403 || (!json && answer.ok)) {
      state.away = true;
      return null;
    }
    state.away = false;
    // The inspection is signed, withdrawn or somebody else's: there is nothing to send it to.
    return json ? answer.json() : { state: "refused", says: box.dataset.gone };
  }

  // What became of an entry. One before it that no server takes (too large for the one in between, say)
  // was given up with words: its number is told as lost, so that this one can come.
  async function settle(entry) {
    let said = await send(entry);
    while (said && said.state === "missing" && said.expected < entry.seq) {
      const lost = await send({ ...entry, seq: said.expected, fields: { lost: "1" } });
      said = lost && (await send(entry));
    }
    return said;
  }

  // Sends what is kept, oldest first; gives what was said of the last one.
  async function flush() {
    if (state.sending) return null;
    state.sending = true;
    let said = null;
    try {
      for (const entry of await outbox.list(person)) {
        said = await settle(entry);
        if (!said) break;
        if (said.state === "missing") break;
        await outbox.drop(entry.id);
        if (said.state !== "taken") state.refused = said.says || box.dataset.gone;
      }
    } finally {
      state.sending = false;
    }
    await tell();
    return said;
  }

  async function retry() {
    if (!state.out && !(await outbox.list(person)).length) return;
    const waited = state.out;
    if ((await outbox.list(person)).length) await flush();
    else await ask(screensUrl + "?from=1", { method: "HEAD" }).then(() => { state.out = false; }, () => {});
    if (waited && !state.out) {
      if (document.body.dataset.parked) location.assign(document.body.dataset.parked);
      else if (!state.refused && !state.kept) tell(box.dataset.sent);
    }
  }
  setInterval(retry, AGAIN);
  window.addEventListener("online", retry);

  // Screens ---------------------------------------------------------------------------------------
  async function fetchScreens() {
    if (!inspection) return;
    await outbox.ownedBy(person);
    const from = Math.max(1, Number(main().dataset.screen || 1) - 5);
    try {
      const answer = await ask(screensUrl + "?from=" + from);
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const screens = {};
      page.querySelectorAll("template").forEach((one) => {
        screens[one.dataset.number + ("why" in one.dataset ? "why" : "")] = one.innerHTML;
      });
      await outbox.keepScreens(inspection, screens);
    } catch (error) {
      state.out = true;
      tell();
    }
  }

  function show(fresh, address, title) {
    main().replaceWith(fresh);
    if (title) document.title = title;
    if (address !== location.href) history.pushState({}, "", address);
    document.dispatchEvent(new CustomEvent("td:screen"));
    const field = fresh.querySelector("[autofocus]") || fresh.querySelector("h1");
    if (field && !field.hasAttribute("autofocus")) field.tabIndex = -1;
    if (field) field.focus();
    window.scrollTo(0, 0);
  }

  const parts = (address) => {
    const url = new URL(address, location.href);
    const own = /\/inspections\/(\d+)\/$/.exec(url.pathname);
    if (!own || own[1] !== inspection || !url.searchParams.has("line")) return null;
    return { number: url.searchParams.get("line"), why: url.searchParams.has("why"), url };
  };

  // The screen at an address: the server's, else the device's own.
  async function go(address) {
    const wanted = parts(address);
    if (!state.out) {
      try {
        const answer = await ask(address);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(".td-bench-page[data-screen]");
        if (wanted && answer.ok && fresh) {
          show(document.adoptNode(fresh), answer.url, page.title);
          fetchScreensSoon();
          return;
        }
        location.assign(answer.url);
        return;
      } catch (error) {
        state.out = true;
      }
    }
    await goAlone(address, wanted);
  }

  async function goAlone(address, wanted = parts(address)) {
    const screens = (await outbox.screens(inspection)) || {};
    const html = wanted && screens[wanted.number + (wanted.why ? "why" : "")];
    if (!html) {
      // Past the last screen it has: the summary is the server's.
      document.body.dataset.parked = address;
      await tell(box.dataset.end);
      return;
    }
    delete document.body.dataset.parked;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = document.adoptNode(holder.content.firstElementChild);
    show(fresh, wanted.url.href);
    await remember(fresh, wanted);
    await tell();
  }

  // A screen the device has shows what was entered since.
  async function remember(fresh, wanted) {
    const mine = (await outbox.list(person)).filter((one) => one.inspection === inspection);
    mine.forEach((one) => {
      const dot = fresh.querySelector(".td-step a[href$='line=" + one.number + "']");
      if (dot && one.kind === "record") dot.parentElement.classList.add("td-step-done");
    });
    const here = mine.filter((one) => String(one.number) === wanted.number).pop();
    if (!here || here.kind !== "record" || wanted.why) return;
    const field = fresh.querySelector("form[data-line] [name=typed]");
    if (field) {
      field.value = here.fields.typed;
      const unit = fresh.querySelector("select[name=unit]");
      if (unit && here.fields.unit) unit.value = here.fields.unit;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.select();
      return;
    }
    const note = document.createElement("p");
    note.className = "td-muted mb-0";
    const button = [...fresh.querySelectorAll("button[name=typed]")].find((one) => one.value === here.fields.typed);
    note.textContent = box.dataset.kept.replace("{text}", (button ? button.querySelector("span").textContent : here.fields.typed) || "");
    fresh.querySelector("form").prepend(note);
    if (button) button.classList.add("td-big-on");
  }

  let timer = 0;
  function fetchScreensSoon() {
    clearTimeout(timer);
    timer = setTimeout(fetchScreens, 300);
  }

  // Entries ---------------------------------------------------------------------------------------
  function kindOf(form) {
    const path = new URL(form.action, location.href).pathname;
    const match = /\/inspections\/(\d+)\/lines\/(\d+)\/(?:(why|clear)\/)?$/.exec(path);
    if (!match || match[1] !== inspection) return null;
    return { number: Number(match[2]), kind: { why: "explain", clear: "clear" }[match[3]] || "record" };
  }

  const isOut = (form) => {
    const entry = form.querySelector("[data-entry]");
    return Boolean(entry && entry.classList.contains("td-entry-out"));
  };

  const line = (number, why) =>
    location.pathname + "?line=" + number + (why ? "&why=1" : "");

  async function enter(form, submitter) {
    const { number, kind } = kindOf(form);
    const fields = {};
    new FormData(form, submitter).forEach((value, name) => {
      if (name === "csrfmiddlewaretoken") return;
      if (value instanceof File && !value.size) return;
      fields[name] = value;
    });
    const says = submitter && submitter.dataset.says;
    const out = kind === "record" && (says ? says === "out" : isOut(form));
    await outbox.add({
      person, inspection, number, kind, fields, url: entriesUrl, seen: main().dataset.seen || "",
    });
    const said = state.out ? null : await flush();
    if (said && said.state === "taken") return go(said.next);
    if (said && said.state !== "missing") return tell();
    if (state.out) return goAlone(line(kind === "clear" || out ? number : number + 1, out));
    return tell();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !kindOf(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (state.busy) return;
    state.busy = true;
    enter(form, event.submitter).catch(() => form.submit()).finally(() => { state.busy = false; });
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".td-bench-page a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const summary = new RegExp("/inspections/" + inspection + "/sign/$").test(link.pathname);
    if (!parts(link.href) && !(summary && state.out)) return;
    event.preventDefault();
    go(link.href);
  });

  window.addEventListener("popstate", () => { if (parts(location.href)) go(location.href); });

  // Opened without a connection: the page is the one of another time, the screen is the device's.
  async function begin() {
    const here = main();
    if (box.dataset.forget) {
      await flush();
      if (!state.out) await outbox.forget(box.dataset.forget);
      return;
    }
    const said = await flush();
    // The page was drawn before what was kept had come.
    if (said && said.state === "taken" && inspection) return location.replace(location.href);
    if (!inspection || !here || !here.dataset.screen) return;
    await fetchScreens();
    if (!state.out) return;
    const asked = parts(location.href);
    const kept = (await outbox.list(person)).filter((one) => one.inspection === inspection).pop();
    const number = asked ? asked.number : kept ? kept.number + 1 : here.dataset.screen;
    if (String(number) !== here.dataset.screen || kept) await goAlone(line(number, asked && asked.why));
  }
  begin();

  // Only where the page is secure: with it the bench opens without a connection as well.
  if (window.isSecureContext && navigator.serviceWorker && box.dataset.worker) {
    navigator.serviceWorker.register(box.dataset.worker).catch(() => {});
  }
  // Who signs out with entries on the device is told that they stay; the second press goes.
  document.addEventListener("submit", (event) => {
    const path = new URL(event.target.getAttribute("action") || "", location.href).pathname;
    if (!path.endsWith("/sign-out/") || !state.kept || state.warned) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    state.warned = true;
    tell(box.dataset.leave);
    box.scrollIntoView({ block: "center" });
  }, true);

  // Somebody else takes the tablet over: the pages of the former are not theirs.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-takes-over]") && window.caches) caches.delete("td-bench");
  });
})();
