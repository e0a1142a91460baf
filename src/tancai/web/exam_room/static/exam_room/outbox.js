// Events that the log has not acknowledged yet, kept in IndexedDB until it has; in memory where that is not to be had.

const PREFIX = "tancai-exam-";

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("events", { keyPath: ["epoch", "seq"] });
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

class DurableOutbox {
  lasting = true;

  constructor(name, database) {
    Object.assign(this, { name, database });
  }

  /** The browser may close a database under us (storage cleared, disk trouble); once more with a new connection. */
  async #work(mode, ask) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const transaction = this.database.transaction("events", mode, { durability: "strict" });
        const done = finished(transaction);
        const asked = ask(transaction.objectStore("events"));
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

  /** Nothing is left and nothing will come: the device keeps no trace of the exam. */
  discard() {
    this.database.close();
    indexedDB.deleteDatabase(this.name);
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

  discard() {
    this.events.clear();
  }
}

/** The outbox of one sitting; `lasting` says whether it outlives the page. */
export async function openOutbox(sitting) {
  try {
    const outbox = new DurableOutbox(`${PREFIX}${sitting}`, await openDatabase(`${PREFIX}${sitting}`));
    await outbox.all();
    navigator.storage?.persist?.().catch(() => {});
    return outbox;
  } catch {
    return new MemoryOutbox();
  }
}
