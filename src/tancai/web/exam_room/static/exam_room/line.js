// The line to the log: claims the sitting, keeps every change until it is acknowledged, sends and sends again.
// Messages are described in docs/algorithms/exam-log.md.

const SAVED = new Set(["ok", "late", "paused"]);
const STAY = new Set(["missing", "unclaimed"]);
const HEARTBEAT = 15_000;
const LONGEST_WAIT = 10_000;
const MOST = 100;
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class LineDown extends Error {
  constructor(status, retry) {
    super(`log ${status}`);
    Object.assign(this, { status, retry });
  }
}

export class Line extends EventTarget {
  epoch = 0;
  seq = 0;
  known = 0;
  unsent = [];
  made = [];
  failures = 0;
  closed = false;
  finishing = false;
  #timer = null;
  #busy = false;

  constructor(config, outbox, clock) {
    super();
    Object.assign(this, { config, outbox, clock });
    this.claimId = crypto.getRandomValues(new Uint32Array(4)).join("-");
    window.addEventListener("online", () => this.flushSoon(0));
    document.addEventListener("visibilitychange", () => this.flushSoon(0));
    window.addEventListener("pagehide", () => this.#beacon());
  }

  /** Send what an earlier page of this browser left unsent, then take the sitting over. */
  async open() {
    await this.#sendLeftovers();
    const answer = await this.#insist(() => this.#post("claim", { claim: this.claimId }));
    this.#adopt(answer);
    this.#tell("changed");
    this.#later(HEARTBEAT);
    return answer;
  }

  #adopt(answer) {
    this.epoch = answer.epoch;
    this.seq = answer.high;
    this.made = [];
    this.#read(answer, true);
  }

  /** Note a change: on this device at once, on the server within a moment. */
  async put(kind, item, value) {
    if (this.closed) return;
    const event = { epoch: this.epoch, seq: ++this.seq, at: this.clock.now(), kind, item: String(item), value };
    this.unsent.push(event);
    this.made.push(event);
    this.#tell("changed");
    this.flushSoon(100 + Math.random() * 400);
    try {
      await this.outbox.put(event);
    } catch {
      this.outbox.durable = false;
    }
  }

  flushSoon(delay) {
    if (!this.closed) this.#later(delay);
  }

  #later(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), delay);
  }

  async #flush() {
    if (this.#busy || !this.epoch) return;
    this.#busy = true;
    let next = HEARTBEAT + Math.random() * 2000;
    try {
      const events = this.unsent.slice(0, MOST);
      const answer = await this.#post("events", { epoch: this.epoch, known: this.known, events: events.map(wire) });
      this.failures = 0;
      await this.#acknowledge(events, answer);
      if (this.unsent.length) next = 200;
    } catch (error) {
      if (error instanceof LineDown && error.status === 403) this.#tell("refused", error);
      this.failures += 1;
      next = error.retry ?? Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random());
    } finally {
      this.#busy = false;
    }
    this.#tell("changed");
    if (!this.closed) this.#later(next);
  }

  async #acknowledge(events, answer) {
    const told = new Map(answer.acks);
    if ([...told.values()].includes("unclaimed") && answer.epoch < this.epoch) return this.#startOver();
    const done = events.filter((event) => told.has(event.seq) && !STAY.has(told.get(event.seq)));
    const gone = new Set(done);
    this.unsent = this.unsent.filter((event) => !gone.has(event));
    if ([...told.values()].includes("missing")) this.#again(answer.high);
    this.#read(answer);
    for (const word of new Set(told.values())) if (!SAVED.has(word)) this.#tell("verdict", word);
    if ([...told.values()].includes("late")) this.#tell("verdict", "late");
    try {
      await this.outbox.remove(done);
    } catch {
      this.outbox.durable = false;
    }
  }

  /** The log lacks something this page made: send everything after what it has, once more. */
  #again(high) {
    this.unsent = this.made.filter((event) => event.seq > high);
  }

  /** The log no longer knows this epoch (it was restored from a backup): claim again and send everything. */
  async #startOver() {
    const events = this.made;
    this.#adopt(await this.#post("claim", { claim: `${this.claimId}-${Math.floor(Math.random() * 1e9)}` }));
    await this.outbox.remove(events);
    this.unsent = [];
    for (const { kind, item, value } of events) await this.put(kind, item, value);
  }

  /** `past`: the orders in this answer were given before this page was there. */
  #read(answer, past = false) {
    const orders = answer.orders ?? [];
    this.known = answer.news;
    if (this.epoch && answer.epoch > this.epoch) {
      this.closed = true;
      this.#tell("taken-over", answer);
      return;
    }
    for (const order of orders) this.#tell("order", { ...order, past });
    this.#tell("state", answer);
  }

  stop() {
    this.closed = true;
    clearTimeout(this.#timer);
  }

  async #sendLeftovers() {
    const byEpoch = Map.groupBy ? Map.groupBy(await this.outbox.all(), (event) => event.epoch) : await this.#grouped();
    for (const [epoch, events] of [...byEpoch].sort(([a], [b]) => a - b)) {
      for (let start = 0; start < events.length; start += MOST) {
        const part = events.slice(start, start + MOST);
        const answer = await this.#insist(() => this.#post("events", { epoch, known: 0, events: part.map(wire) }));
        const told = new Map(answer.acks);
        await this.outbox.remove(part);
        if ([...told.values()].includes("late")) this.#tell("verdict", "late");
      }
    }
  }

  async #grouped() {
    const found = new Map();
    for (const event of await this.outbox.all()) found.set(event.epoch, [...(found.get(event.epoch) ?? []), event]);
    return found;
  }

  async #insist(work) {
    for (;;) {
      try {
        const answer = await work();
        this.failures = 0;
        return answer;
      } catch (error) {
        if (error instanceof LineDown && error.status === 403) this.#tell("refused", error);
        this.failures += 1;
        this.#tell("changed");
        await rest(Math.min(LONGEST_WAIT, 400 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random()));
      }
    }
  }

  async #post(name, message) {
    const asked = this.clock.mark();
    let response;
    try {
      response = await fetch(`${this.config.log}/${name}`, {
        method: "POST",
        body: `${this.config.token}\n${JSON.stringify(message)}`,
        headers: { "Content-Type": "text/plain" },
        cache: "no-store",
        signal: AbortSignal.timeout(10_000),
      });
    } catch {
      throw new LineDown(0);
    }
    if (!response.ok) {
      const after = Number(response.headers.get("retry-after"));
      throw new LineDown(response.status, after ? after * 1000 * (0.75 + Math.random() / 2) : undefined);
    }
    const answer = await response.json();
    this.clock.take(answer, asked);
    return answer;
  }

  /** The last chance of a closing page; what does not arrive stays in the outbox. */
  #beacon() {
    if (!this.unsent.length || this.closed) return;
    const message = { epoch: this.epoch, known: this.known, events: this.unsent.slice(0, MOST).map(wire) };
    navigator.sendBeacon?.(`${this.config.log}/events`, `${this.config.token}\n${JSON.stringify(message)}`);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function wire({ seq, at, kind, item, value }) {
  return { seq, at, kind, item, value };
}
