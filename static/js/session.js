// A page that stayed open longer than its session: what is refused for it opens sign-in in place,
// for the same person only, and goes out again with a fresh token. window.tallydesk.send().
(function () {
  "use strict";
  const form = document.getElementById("call-form");
  const dialog = document.getElementById("sign-in-again");
  if (!form || !dialog || !form.dataset.session) return;
  const signIn = dialog.querySelector("form");
  const password = signIn.elements.password;
  const problem = document.getElementById("again-error");
  const person = form.elements.person.value;
  const PAUSE_MS = 700;
  let lastKey = 0;
  let asking = null;
  let answer = null;

  document.addEventListener("keydown", () => { lastKey = Date.now(); }, true);

  function renew(token) {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  // "in" as this person, "out", or "other"; renews the token of every form on the page.
  async function check() {
    const response = await fetch(form.dataset.session, { cache: "no-store" });
    const now = await response.json();
    renew(now.token);
    if (now.person === null) return "out";
    return String(now.person) === person ? "in" : "other";
  }

  // Nothing of this page is for whoever is signed in now.
  function leave() {
    window.tallydesk.forget();
    window.location.replace(signIn.action);
  }

  // Words on their way must not land in the field for the password: it comes up in a pause.
  function open() {
    const left = lastKey + PAUSE_MS - Date.now();
    if (left > 0) {
      window.setTimeout(open, left);
      return;
    }
    password.value = "";
    dialog.showModal();
    password.focus();
  }

  function ask() {
    if (!asking) {
      asking = new Promise((resolve) => { answer = resolve; });
      document.dispatchEvent(new CustomEvent("td:signed-out"));
      open();
    }
    return asking;
  }

  function settle(signedIn) {
    const told = answer;
    asking = answer = null;
    password.value = problem.textContent = "";
    if (dialog.open) dialog.close();
    if (told) told(signedIn);
  }

  // Whether this person is (again) signed in; false when they closed the dialog.
  async function backIn() {
    const now = asking ? "out" : await check();
    if (now === "other") leave();
    return now === "in" || (now === "out" && ask());
  }

  async function refused(response) {
    if (response.status === 429) return problem.dataset.busy;
    const told = await response.json().catch(() => null);
    return (told && told.form && told.form.errors[0]) || problem.dataset.wrong;
  }

  async function signInAgain() {
    if ((await check()) === "out") {
      const response = await fetch(signIn.action, {
        method: "POST",
        body: new FormData(signIn),
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (!response.ok) return refused(response);
      if ((await check()) === "out") return problem.dataset.wrong;
    }
    if ((await check()) === "other") leave();
    return "";
  }

  signIn.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = await signInAgain().catch(() => problem.dataset.out);
    if (!problem.textContent) settle(true);
    else password.select();
  });
  dialog.addEventListener("close", () => settle(false));
  dialog.querySelector("[data-forget]").addEventListener("click", leave);

  // The box asks by htmx: the sign-in page must not land among its answers.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.xhr.responseURL.startsWith(signIn.action)) return;
    const asked = event.detail.requestConfig.elt;
    event.detail.shouldSwap = false;
    backIn().catch(() => false).then((signedIn) => {
      if (!signedIn) document.dispatchEvent(new CustomEvent("td:gave-up"));
      else if (asked.matches("[data-match]")) asked.click();
      else window.htmx.trigger(asked, "find");
    });
  });

  // The answer of the server, once somebody let us in; null when the person closed the dialog.
  // Rejects where there is no connection.
  async function send(url, body) {
    for (let tries = 0; tries < 3; tries += 1) {
      const token = form.elements.csrfmiddlewaretoken.value;
      const response = await fetch(url, {
        method: "POST", body: body, redirect: "manual", headers: { "X-CSRFToken": token },
      });
      if (response.type !== "opaqueredirect" && response.status !== 403) return response;
      if (!(await backIn())) return null;
    }
    return null;
  }

  Object.assign(window.tallydesk, { send: send, leave: leave });
})();
