// Measures this device for the test run: page features, storage, the way to the response log, clock, camera.
import { openOutbox } from "./outbox.js";

const trial = document.querySelector("[data-trial]");
const words = trial.dataset;
const start = trial.querySelector("[data-start]");
const status = trial.querySelector("[data-status]");
const ROUNDS = 7;
const UPLOAD = 96 * 1024;
const LIMIT = 20_000;

const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function mark(part, text) {
  const place = trial.querySelector(`[data-part="${part}"] [data-mark]`);
  if (place) place.textContent = text;
}

function post(address, body) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT),
  });
}

/** Names of what the exam page needs and this browser lacks. */
function missingFeatures() {
  const needed = {
    indexedDB: "indexedDB" in window,
    dialog: "HTMLDialogElement" in window,
    timeouts: typeof AbortSignal.timeout === "function",
    clone: typeof structuredClone === "function",
    crypto: Boolean(window.crypto?.getRandomValues),
  };
  return Object.keys(needed).filter((name) => !needed[name]);
}

/** Writes, reads and removes one event in the store that the exam page uses. */
async function measureStorage() {
  const outbox = await openOutbox("check");
  let durable = outbox.lasting;
  if (durable) {
    try {
      const event = { epoch: 0, seq: 1, at: Date.now(), kind: "answer", item: "0", value: "x".repeat(2000) };
      await outbox.put([event]);
      durable = (await outbox.all()).some((kept) => kept.value === event.value);
      await outbox.remove([event]);
    } catch {
      durable = false;
    }
  }
  const room = await navigator.storage?.estimate?.().catch(() => null);
  const quota = room?.quota ? (room.quota - (room.usage ?? 0)) / 1e6 : null;
  return { durable, quota };
}

/** Round trips to the log: the median delay in ms, and how many seconds this clock is ahead of the server's. */
async function measureLog(log) {
  const delays = [];
  const offsets = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      const begun = performance.now();
      const answer = await fetch(`${log}/health`, { cache: "no-store", signal: AbortSignal.timeout(LIMIT) });
      const health = await answer.json();
      const took = performance.now() - begun;
      if (answer.ok && health.ready) {
        delays.push(took);
        offsets.push((Date.now() - took / 2 - health.now) / 1000);
      }
    } catch {
      if (!delays.length) break;
    }
  }
  // the first round also opens the connection
  const steady = delays.length > 1 ? delays.slice(1) : delays;
  return delays.length
    ? { reached: true, delay: middle(steady), clock: middle(offsets) }
    : { reached: false, delay: null, clock: null };
}

/** kbit/s towards the log with a body as large as some hundred saved answers; nothing of it is kept. */
async function measureUpload(log, token) {
  const body = `${token}\n${JSON.stringify({ pad: "x".repeat(UPLOAD) })}`;
  try {
    const begun = performance.now();
    const answer = await fetch(`${log}/state`, {
      method: "POST",
      headers: { "Content-Type": "text/plain" },
      body,
      signal: AbortSignal.timeout(LIMIT),
    });
    if (!answer.ok) return null;
    await answer.arrayBuffer();
    return (body.length * 8) / Math.max(1, performance.now() - begun);
  } catch (error) {
    return error.name === "TimeoutError" ? 0 : null;
  }
}

async function lookThroughCamera() {
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const picture = trial.querySelector("[data-picture]");
    picture.srcObject = stream;
    picture.hidden = false;
    await picture.play();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const seen = picture.videoWidth > 0;
    stream.getTracks().forEach((track) => track.stop());
    picture.srcObject = null;
    picture.hidden = true;
    return seen ? "ok" : "none";
  } catch (error) {
    if (error.name === "NotAllowedError") return "denied";
    return error.name === "NotReadableError" ? "busy" : "none";
  }
}

async function measure() {
  const found = { missing: missingFeatures(), camera: "skipped" };
  mark("browser", words.measured);
  mark("client", words.measured);
  mark("storage", words.working);
  Object.assign(found, await measureStorage());
  mark("storage", words.measured);
  mark("log", words.working);
  const opened = await post(words.begin, {});
  if (opened.status === 409) throw new Error(words.closed);
  if (!opened.ok) throw new Error(words.failed);
  const { token, log } = await opened.json();
  Object.assign(found, await measureLog(log));
  mark("log", words.measured);
  mark("clock", words.measured);
  mark("speed", words.working);
  found.upload = found.reached ? await measureUpload(log, token) : null;
  mark("speed", words.measured);
  if ("camera" in words) {
    mark("camera", words.working);
    found.camera = await lookThroughCamera();
  }
  mark("camera", words.measured);
  return found;
}

async function run() {
  start.disabled = true;
  status.textContent = words.working;
  trial.querySelector("[data-parts]").hidden = false;
  trial.querySelector("[data-outcome]").replaceChildren();
  for (const place of trial.querySelectorAll("[data-mark]")) place.textContent = words.waiting;
  try {
    const answer = await post(words.result, await measure());
    if (answer.status === 429) throw new Error(words.busy);
    if (answer.status === 409) throw new Error(words.closed);
    if (!answer.ok) throw new Error(words.failed);
    trial.querySelector("[data-outcome]").innerHTML = await answer.text();
    document.querySelector("[data-state]").replaceChildren(trial.querySelector("[data-new-state]").content);
    status.textContent = "";
  } catch (error) {
    status.textContent = error.name === "Error" ? error.message : words.failed;
  }
  trial.querySelector("[data-parts]").hidden = true;
  start.disabled = false;
  start.textContent = words.again;
}

start.addEventListener("click", run);
