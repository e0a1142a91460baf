// Events that the log has not acknowledged yet, kept in IndexedDB until it has; in memory where that is not to be had.

function request(work) {
  return new Promise((resolve, reject) => {
    work.onsuccess = () => resolve(work.result);
    work.onerror = () => reject(work.error);
  });
}

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("events", { keyPath: ["epoch", "seq"] });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
  });
}

class DurableOutbox {
  durable = true;

  constructor(database) {
    this.database = database;
  }

  store(mode) {
    return this.database.transaction("events", mode, { durability: "strict" }).objectStore("events");
  }

  all() {
    return request(this.store("readonly").getAll());
  }

  put(event) {
    return request(this.store("readwrite").put(event));
  }

  async remove(events) {
    const store = this.store("readwrite");
    await Promise.all(events.map(({ epoch, seq }) => request(store.delete([epoch, seq]))));
  }
}

class MemoryOutbox {
  durable = false;
  events = new Map();

  async all() {
    return [...this.events.values()];
  }

  async put(event) {
    this.events.set(`${event.epoch}/${event.seq}`, event);
  }

  async remove(events) {
    for (const { epoch, seq } of events) this.events.delete(`${epoch}/${seq}`);
  }
}

/** The outbox of one sitting; `durable` says whether it outlives the page. */
export async function openOutbox(sitting) {
  try {
    const outbox = new DurableOutbox(await openDatabase(`tancai-exam-${sitting}`));
    await outbox.all();
    return outbox;
  } catch {
    return new MemoryOutbox();
  }
}
