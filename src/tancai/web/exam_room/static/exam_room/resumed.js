// A sheet as this device knows it: what the last claim brought, and every change made under it since. A page opened without
// network goes on with it under the same epoch, unless another page of this browser does so already.

const PATIENCE = 3_000;
const TOLERANCE = 1_500;
const lockName = (sitting, epoch) => `tancai-exam-${sitting}-${epoch}`;

/** Take the place of the one page that writes under this epoch, until the page is gone; false when it is taken. */
function hold(sitting, epoch) {
  return new Promise((resolve) => {
    const forever = () => {
      resolve(true);
      return new Promise(() => {});
    };
    const waiting = { signal: AbortSignal.timeout(PATIENCE) }; // a page that is being reloaded takes a moment to go
    navigator.locks.request(lockName(sitting, epoch), waiting, forever).catch(() => resolve(false));
  });
}

/** The page that has claimed says so to the others. */
export async function occupy(sitting, epoch) {
  if (navigator.locks) await hold(sitting, epoch);
}

/** What can be gone on with, or null: nothing is known, a newer page has taken over, or this browser has no locks. */
export async function keptSheet(sitting, outbox) {
  try {
    const { claim, view } = await outbox.known();
    if (!claim || !view || !navigator.locks) return null;
    const all = await outbox.all();
    const made = all.filter((event) => event.epoch === claim.epoch).sort((a, b) => a.seq - b.seq);
    if (made.some((event) => event.aside)) return null;
    const values = { ...claim.values };
    const flags = { ...claim.flags };
    for (const { kind, item, value } of made) {
      if (kind === "answer") values[item] = value;
      if (kind === "flag") flags[item] = value;
    }
    return {
      epoch: claim.epoch,
      seq: made.length ? made.at(-1).seq : claim.high,
      made,
      unsent: made.filter((event) => !event.sent),
      setAside: all.filter((event) => event.aside),
      values,
      flags,
      view,
      hold: () => hold(sitting, claim.epoch),
    };
  } catch {
    return null;
  }
}

/** How far what is made from now on is off, told by the first answer of the log. */
export function differences(answer, epoch, seq, drift) {
  return {
    // the page before may have sent what it could not write down any more: its numbers are taken
    shift: answer.epoch === epoch ? Math.max(0, answer.high - seq) : 0,
    // the device's clock may have been set between the two pages
    drift: Math.abs(drift) > TOLERANCE ? Math.round(drift) : 0,
  };
}
