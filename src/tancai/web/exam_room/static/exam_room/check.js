// Tells before the exam whether this device can save locally, reach the log and knows the time.
import { standReady } from "./keeping.js";
import { openOutbox } from "./outbox.js";

const list = document.querySelector("[data-check]");

function tell(part, good) {
  const mark = list.querySelector(`[data-part="${part}"] [role="status"]`);
  mark.textContent = good ? list.dataset.good : list.dataset.bad;
  mark.className = good ? "good" : "bad";
}

async function checkStorage() {
  const outbox = await openOutbox("check");
  const probe = { epoch: 0, seq: 0 };
  const kept = await outbox.put([probe]).then(
    () => true,
    () => false,
  );
  tell("storage", outbox.lasting && kept);
  outbox.discard();
}

async function checkLog() {
  try {
    const begun = performance.now();
    const answer = await fetch(`${list.dataset.log}/health`, { cache: "no-store" });
    const health = await answer.json();
    const there = Date.now() - (performance.now() - begun) / 2;
    tell("log", answer.ok && health.ready);
    tell("clock", Math.abs(health.now - there) < 60_000);
  } catch {
    tell("log", false);
    tell("clock", false);
  }
}

if (list) {
  checkStorage();
  checkLog();
  standReady(list.dataset.keeper, list.dataset.room);
}
