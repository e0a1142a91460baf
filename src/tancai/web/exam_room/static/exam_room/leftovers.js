// What an earlier page of this browser left unsent is sent first, under its own epoch, by the rule of
// docs/algorithms/exam-log.md: what still counts is merged by the log; what a newer page has overtaken is set aside.
import { MOST, automatic, wire } from "./wire.js";

/** Sends the outbox; gives `carried`, events to be made again under the new epoch (the log has lost the old one),
 * and `setAside`, answers that arrived but do not count. */
export async function sendLeftovers(line) {
  const kept = await line.outbox.all().catch(() => []);
  const found = { carried: [], setAside: kept.filter((event) => event.aside) };
  const epochs = new Map();
  for (const event of kept) {
    if (!event.aside && !event.sent) epochs.set(event.epoch, [...(epochs.get(event.epoch) ?? []), event]);
  }
  for (const [epoch, events] of [...epochs].sort(([a], [b]) => a - b)) await sendEpoch(line, epoch, events, found);
  return found;
}

async function sendEpoch(line, epoch, events, found) {
  for (let start = 0; start < events.length; start += MOST) {
    const part = await timely(line, events.slice(start, start + MOST));
    if (!part.length) continue;
    const answer = await line.insist("events", { epoch, known: 0, events: part.map(wire) });
    const told = new Map(answer.acks);
    const done = [];
    for (const event of part) {
      const word = told.get(event.seq) ?? "";
      if (word === "unclaimed" || word === "missing") {
        found.carried.push(event);
      } else if (event.kind === "answer" && word === "superseded") {
        found.setAside.push({ ...event, aside: true });
      } else {
        done.push(event);
      }
    }
    await line.outbox.put(found.setAside).catch(() => {});
    await line.outbox.sent(done).catch(() => {}); // the next claim clears them away
  }
}

/** An automatic hand-in that was never sent is dropped when time has been granted since. */
async function timely(line, events) {
  const event = events.find(automatic);
  if (!event) return events;
  const answer = await line.insist("state", {});
  if (answer.state === "ended" || !(answer.remaining > 2_000)) return events;
  await line.outbox.remove([event]).catch(() => {});
  return events.filter((other) => other !== event);
}
