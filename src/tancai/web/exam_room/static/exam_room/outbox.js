// What this device knows of a sitting, in IndexedDB; in memory where that is not to be had. Events are kept until the log
// has acknowledged them, and as `sent` until the next claim: with what the claim brought they are the whole sheet, so
// that a page opened without network can go on (docs/algorithms/exam-log.md).

const PREFIX = "tancai-exam-";

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 2);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) opening.result.createObjectStore("events", { keyPath: ["epoch", "seq"] });
      opening.result.createObjectStore("known", { keyPath: "name" });
    };
    opening.onsuccess = () => {
      opening.result.onversionchange = () => opening.result.close(); // another page discards it
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
  });
}

/** Done when the transaction is on disk, not when its requests are: a full disk is told only at the end. */
function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => {}; // followed by the abort
  });
}

/** What a closing page could not write down otherwise: the one store that is done before the page is gone. */
function lastWords(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

class DurableOutbox {
  lasting = true;

  constructor(name, database) {
    Object.assign(this, { name, database });
  }

  /** The browser may close a database under us (storage cleared, disk trouble); once more with a new connection. */
  async #work(mode, ask, name = "events") {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const transaction = this.database.transaction(name, mode, { durability: "strict" });
        const done = finished(transaction);
        const asked = ask(transaction.objectStore(name));
        await done;
        return asked?.result;
      } catch (error) {
        if (attempt === 2 || error.name !== "InvalidStateError") throw error;
        this.database = await openDatabase(this.name);
      }
    }
  }

  async all() {
    return this.#work("readonly", (store) => store.getAll());
  }

  async put(events) {
    if (!events.length) return;
    await this.#work("readwrite", (store) => events.forEach((event) => store.put(event)));
  }

  async remove(events) {
    if (!events.length) return;
    await this.#work("readwrite", (store) => events.forEach(({ epoch, seq }) => store.delete([epoch, seq])));
  }

  /** At the end of a page, where a transaction might not be finished any more. */
  lastly(events) {
    if (!events.length) return;
    try {
      localStorage.setItem(this.name, JSON.stringify(events));
    } catch {
      // refused or full: then only what is under way may arrive
    }
  }

  /** Take over what the page before said last. */
  async listen() {
    const events = lastWords(this.name);
    if (!events.length) return;
    const there = new Set((await this.all()).map(({ epoch, seq }) => `${epoch}/${seq}`));
    await this.put(events.filter(({ epoch, seq }) => !there.has(`${epoch}/${seq}`)));
    localStorage.removeItem(this.name);
  }

  /** The log has these: not to be sent again, but part of the sheet until the next claim. */
  async sent(events) {
    await this.put(events.map((event) => ({ ...event, sent: true })));
  }

  /** What was sent under other epochs is in the sheet that the newest claim brought. */
  async tidy(epoch) {
    const past = (await this.all()).filter((event) => event.sent && event.epoch !== epoch);
    await this.remove(past);
  }

  /** Put `fresh` in the place of `old` in one step. */
  async replace(old, fresh) {
    await this.#work("readwrite", (store) => {
      for (const { epoch, seq } of old) store.delete([epoch, seq]);
      for (const event of fresh) store.put(event);
    });
  }

  /** What the log has said: `claim` with the sheet a claim brought, `view` with clock and standing. */
  async know(name, what) {
    await this.#work("readwrite", (store) => store.put({ name, ...what }), "known");
  }

  async known() {
    const records = await this.#work("readonly", (store) => store.getAll(), "known");
    return Object.fromEntries(records.map((record) => [record.name, record]));
  }

  /** This page's claim has been overtaken: nobody goes on under it. */
  async forget() {
    await this.#work("readwrite", (store) => store.clear(), "known");
  }

  /** Nothing is left and nothing will come: the device keeps no trace of the exam. */
  discard() {
    this.database.close();
    indexedDB.deleteDatabase(this.name);
    try {
      localStorage.removeItem(this.name);
    } catch {
      // refused: nothing was written either
    }
  }
}

class MemoryOutbox {
  lasting = false;
  events = new Map();

  async all() {
    return [...this.events.values()];
  }

  async put(events) {
    for (const event of events) this.events.set(`${event.epoch}/${event.seq}`, event);
  }

  async remove(events) {
    for (const { epoch, seq } of events) this.events.delete(`${epoch}/${seq}`);
  }

  lastly() {}

  async sent(events) {
    await this.remove(events);
  }

  async replace(old, fresh) {
    await this.remove(old);
    await this.put(fresh);
  }

  async tidy() {}

  async know() {}

  async known() {
    return {};
  }

  async forget() {}

  discard() {
    this.events.clear();
  }
}

/** The outbox of one sitting; `lasting` says whether it outlives the page. */
export async function openOutbox(sitting) {
  try {
    const outbox = new DurableOutbox(`${PREFIX}${sitting}`, await openDatabase(`${PREFIX}${sitting}`));
    await outbox.listen();
    await outbox.all();
    navigator.storage?.persist?.().catch(() => {});
    return outbox;
  } catch {
    return new MemoryOutbox();
  }
}
