// Opens the bench without a connection (only where the page is secure: a browser runs it nowhere
// else). Keeps the bench, the inspections that were opened here and what they are drawn with; the
// cache is emptied at sign-out and when somebody else takes over the tablet.
"use strict";
const CACHE = "td-bench";
const PATIENCE = 5000;
const OPENED = /^\/bench\/(?:inspections\/\d+\/)?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// An inspection is one page however far it is: its screens come from the device's own store.
const keyOf = (url) => url.origin + url.pathname;

async function page(request, url) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected && answer.type === "basic") {
      await cache.put(keyOf(url), answer.clone());
    }
    if (answer.status < 500) return answer;
    return (await cache.match(keyOf(url))) || answer;
  } catch (error) {
    const kept = await cache.match(keyOf(url));
    if (kept) return kept;
    throw error;
  }
}

// Named by their content: what is there is right.
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && OPENED.test(url.pathname)) event.respondWith(page(request, url));
  else if (/\/static\//.test(url.pathname) || /^\/plans\/lines\/\d+\//.test(url.pathname)) {
    event.respondWith(asset(request));
  }
});
