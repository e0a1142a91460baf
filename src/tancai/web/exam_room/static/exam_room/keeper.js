// Service worker of one exam room: shows the room as this browser has kept it when the site cannot be reached. It keeps
// nothing by itself but the page that has just arrived; the page puts the whole together (keeping.js) and throws it away.
// Its scope is one room, so it never sees another page of the site, nor the room of anybody else.

const room = new URL(self.registration.scope).pathname;
const name = `tancai-exam-room-${room.match(/(\d+)\/$/)?.[1]}`;
const PATIENCE = 8_000;
const PARTS = new Set(["script", "style", "font", "image", "worker"]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === room) event.respondWith(page(event));
  } else if (pathname === `${room}paper/` || PARTS.has(request.destination)) {
    event.respondWith(part(request));
  }
});

async function page(event) {
  const kept = await keptPage();
  const asked = fetch(event.request);
  try {
    const answer = await (kept ? Promise.race([asked, tooLong()]) : asked);
    if (answer.status >= 500 && kept) return kept;
    if (answer.ok) event.waitUntil(arrived(answer.clone()));
    else if (answer.status < 500) event.waitUntil(forget()); // the room is not this visitor's any more, or over
    return answer;
  } catch (error) {
    asked.catch(() => {});
    if (kept) return kept;
    throw error;
  }
}

async function part(request) {
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return answer;
    return (await keptPart(request)) ?? answer;
  } catch (error) {
    const kept = await keptPart(request);
    if (kept) return kept;
    throw error;
  }
}

async function keptPart(request) {
  return caches.match(request, { cacheName: name, ignoreVary: true });
}

async function keptPage() {
  const kept = await caches.match(room, { cacheName: name, ignoreVary: true });
  if (kept && Number(kept.headers.get("x-kept-until")) > Date.now()) return kept;
  if (kept) await forget();
  return undefined;
}

async function arrived(answer) {
  const cache = await caches.open(`${name}-arriving`);
  await cache.put(room, answer);
}

async function forget() {
  await Promise.all([caches.delete(name), caches.delete(`${name}-arriving`)]);
}

function tooLong() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE));
}
