// Keeps the exam room in this browser, so that a reload or a crash without network finds it again: page, paper, styles and
// scripts as they came, for this sitting alone. Thrown away with the hand-in, at signing out, and when another room opens.

const PREFIX = "tancai-exam-room-";
const nameOf = (sitting) => `${PREFIX}${sitting}`;
const PARTS = new Set(["script", "link", "css", "img", "other"]);
const ARRIVING = 3_000; // the worker may still be writing down the page that runs already
const AFTER = 26 * 60 * 60_000; // a hand-in waiting in the outbox may come a day late
const able = () => "serviceWorker" in navigator && "caches" in window;
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Let the room's worker stand ready; on the page before the room, so that it sees the room arrive. */
export async function standReady(worker, room) {
  if (!able() || !worker || !room) return;
  await navigator.serviceWorker.register(worker, { scope: room }).catch(() => {});
}

/** Whether this browser and this exam allow it. */
export function canKeep(config) {
  return able() && Boolean(config.keeper);
}

/** Keep room and paper; `left` ms of working time. Resolves to whether the room can now be opened without network. */
export async function keepRoom(config, paper, left) {
  try {
    await forgetRooms((name) => name.split("-arriving")[0] !== nameOf(config.sitting));
    await navigator.serviceWorker.register(config.keeper, { scope: config.room });
    const page = await arrivedPage(config);
    const cache = await caches.open(nameOf(config.sitting));
    await Promise.all(partsOfPage().map((address) => keepPart(cache, address)));
    await cache.put(config.paper, new Response(paper, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
    const headers = new Headers(page.headers);
    for (const name of ["content-encoding", "content-length"]) headers.delete(name);
    headers.set("x-kept-until", String(Date.now() + left + AFTER));
    await cache.put(config.room, new Response(await page.text(), { headers })); // last: now everything is there
    return true;
  } catch {
    return false; // no space, no network, or refused: the room works as in a browser without workers
  }
}

/** The page as the server sent it: the worker has seen it arrive, or it is asked for once more when the rush is over. */
async function arrivedPage(config) {
  const seen = await seenByWorker(config);
  if (seen) return seen;
  const kept = await caches.match(config.room, { cacheName: nameOf(config.sitting), ignoreVary: true });
  if (kept) return kept;
  await rest(5_000 + Math.random() * 25_000);
  const page = await fetch(config.room, { cache: "no-store" });
  if (!page.ok || page.redirected) throw new Error("not the room");
  return page;
}

async function seenByWorker(config) {
  const name = `${nameOf(config.sitting)}-arriving`;
  const until = performance.now() + (navigator.serviceWorker.controller ? ARRIVING : 0);
  for (;;) {
    const seen = await caches.match(config.room, { cacheName: name, ignoreVary: true });
    if (seen || performance.now() >= until) {
      await caches.delete(name);
      return seen;
    }
    await rest(100);
  }
}

function partsOfPage() {
  const parts = performance.getEntriesByType("resource").filter((each) => PARTS.has(each.initiatorType));
  const own = parts.map((each) => each.name).filter((address) => new URL(address).origin === location.origin);
  return [...new Set(own)];
}

async function keepPart(cache, address) {
  await cache.add(new Request(address, { cache: "force-cache" }));
}

/** This sitting is over for this browser. */
export async function forgetRoom(config) {
  if (!able()) return;
  await forgetRooms((name) => name.split("-arriving")[0] === nameOf(config.sitting));
  const found = await navigator.serviceWorker.getRegistration(config.room).catch(() => undefined);
  if (found?.scope.endsWith(config.room)) await found.unregister();
}

async function forgetRooms(wanted) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && wanted(name)).map((name) => caches.delete(name)));
}
