// The line to the log: claims the sitting, keeps every change until it is acknowledged, sends and sends again.
// Messages are described in docs/algorithms/exam-log.md.
import { sendLeftovers } from "./leftovers.js";
import { differences, keptSheet, occupy } from "./resumed.js";
import { MOST, automatic, wire } from "./wire.js";

const SAVED = new Set(["ok", "late", "paused"]);
const STAY = new Set(["missing", "unclaimed"]);
const HEARTBEAT = 15_000;
const LONGEST_WAIT = 10_000;
const NEARLY_OVER = 2_000;
const PROBE = 5_000;
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
  settle = () => {}; // reports what is still being typed
  reloadable = false; // this browser can show the room without network
  state = null;
  #timer = null;
  #due = null;
  #quiet = 0;
  #busy = false;
  #hurry = false;
  #certain = false;
  #unkept = new Set();
  #writing = Promise.resolve();
  #full = false;
  #resumed = null;
  #viewed = "";

  constructor(config, outbox, clock) {
    super();
    Object.assign(this, { config, outbox, clock });
    this.claimId = crypto.getRandomValues(new Uint32Array(4)).join("-");
    window.addEventListener("online", () => this.flushSoon(0, true));
    document.addEventListener("visibilitychange", () => this.flushSoon(0, true));
    window.addEventListener("pagehide", () => {
      this.settle(); // here and not in a listener of its own: which would be called first is the browser's secret
      this.#beacon();
      if (!this.closed) this.outbox.lastly([...this.#unkept]);
    });
  }

  /** Whether what is unsent would outlive this page. */
  get durable() {
    return this.outbox.lasting && !this.#full;
  }

  /** Changes of the candidate that the log does not have yet; notes of the page itself are not counted. */
  get waiting() {
    return this.unsent.filter((event) => event.kind !== "note").length;
  }

  /** How many of them are on this device; what is still being written down does not count. */
  get kept() {
    return this.unsent.filter((event) => event.kind !== "note" && !this.#unkept.has(event)).length;
  }

  /** Take the sitting over; without network go on where an earlier page of this browser was, by the rule of
   * docs/algorithms/exam-log.md. The view with `values` and `flags`; `resumed` when it comes from this device. */
  async open() {
    const kept = await keptSheet(this.config.sitting, this.outbox);
    if (kept && !(await this.#reached())) {
      if (await kept.hold()) return this.#resume(kept);
      this.#tell("open-elsewhere");
    }
    return this.#claim();
  }

  /** Whether the log can be heard; asked before a claim, for a claim that may have arrived is never given up. */
  async #reached() {
    try {
      await this.post("state", {}, PROBE);
      return true;
    } catch (error) {
      return error.status >= 400 && error.status < 500;
    }
  }

  async #resume(kept) {
    this.epoch = kept.epoch;
    this.seq = kept.seq;
    this.made = kept.made;
    this.unsent = kept.unsent;
    this.setAside = kept.setAside;
    this.failures = 2;
    this.state = kept.view;
    this.known = kept.view.news ?? 0;
    this.clock.restore(kept.view);
    this.#resumed = { seq: kept.seq };
    this.#tell("changed");
    this.#later(1_000 + Math.random() * 1_000);
    return { ...kept.view, values: kept.values, flags: kept.flags, resumed: true };
  }

  /** Before the first message under an epoch gone on with: numbers and times as the log has them. */
  async #rejoin() {
    const before = this.clock.offset;
    const answer = await this.post("state", {});
    const { seq } = this.#resumed;
    this.#resumed = null;
    const { shift, drift } = differences(answer, this.epoch, seq, this.clock.offset - before);
    if (!shift && !drift) return;
    const earlier = new Set(this.made);
    this.#writing = this.#writing.then(async () => {
      const events = this.made.filter((event) => event.seq > seq);
      const old = events.map((event) => ({ epoch: event.epoch, seq: event.seq }));
      for (const event of events) {
        event.seq += shift;
        if (earlier.has(event)) event.at += drift;
      }
      this.seq += shift;
      await this.outbox.replace(old, events).catch(() => (this.#full = true));
    });
    await this.#writing;
    if (!shift) return;
    const own = new Set(this.made.map((event) => event.item));
    const others = (all) => Object.fromEntries(Object.entries(all).filter(([item]) => !own.has(item)));
    this.#tell("found", { values: others(answer.values), flags: others(answer.flags) });
  }

  /** Send what an earlier page of this browser left unsent, then take the sitting over. */
  async #claim() {
    const left = await sendLeftovers(this);
    const answer = await this.insist("claim", { claim: this.claimId });
    this.#adopt(answer);
    if (!answer.receipt) {
      for (const { kind, item, value, at } of left.carried) {
        this.put(kind, item, value, at);
        if (kind === "answer") answer.values[item] = value;
        if (kind === "flag") answer.flags[item] = value;
      }
    }
    await this.#writing;
    if (!this.#full) await this.outbox.remove(left.carried).catch(() => {});
    this.setAside = left.setAside;
    this.#tell("changed");
    this.#later(HEARTBEAT);
    return answer;
  }

  #adopt(answer) {
    this.epoch = answer.epoch;
    this.seq = answer.high;
    this.made = [];
    this.#read(answer, true);
    this.#know(answer);
  }

  /** Keep on this device what a page without network needs to go on under this claim. */
  async #know({ epoch, high, values, flags }) {
    if (this.closed || !values) return;
    try {
      await this.outbox.know("claim", { epoch, high, values, flags });
      await this.outbox.tidy(epoch);
      await occupy(this.config.sitting, epoch);
    } catch {
      // then a page without network waits for it, as in a browser that keeps nothing
    }
  }

  #view(answer) {
    const { begins, remaining, state, news, receipt } = answer;
    const now = this.clock.now();
    const end = state === "paused" || remaining === null ? remaining : Math.round((now + remaining) / 2_000);
    const viewed = JSON.stringify([begins, end, state, news, Boolean(receipt)]);
    if (viewed === this.#viewed) return;
    this.#viewed = viewed;
    this.outbox.know("view", { now, ahead: this.clock.ahead, begins, remaining, state, news, receipt }).catch(() => {});
  }

  /** Note a change: on this device at once, on the server within a moment. */
  async put(kind, item, value, at = this.clock.now()) {
    if (this.closed) return;
    const event = { epoch: this.epoch, seq: ++this.seq, at, kind, item: String(item), value };
    this.unsent.push(event);
    this.made.push(event);
    this.#unkept.add(event);
    this.#tell("changed");
    this.flushSoon(100 + Math.random() * 400);
    this.#writing = this.#writing.then(() => this.#keep());
    await this.#writing;
  }

  /** Resolves when everything put so far is on this device, as far as it can be. */
  written() {
    return this.#writing;
  }

  async #keep() {
    const events = [...this.#unkept];
    if (!events.length) return;
    try {
      await this.outbox.put(events);
      for (const event of events) this.#unkept.delete(event);
      this.#full = false;
      const gone = events.filter((event) => !this.unsent.includes(event));
      await this.outbox.sent(gone);
    } catch {
      this.#full = true;
    }
    this.#tell("changed");
  }

  /** Send within `delay` milliseconds; not before the log wants to hear from us again, unless `now` is set. What is on
   * its way was sent before: `now` means once more as soon as it is settled. */
  flushSoon(delay, now = false) {
    if (now && this.#busy) this.#hurry = true;
    if (!this.closed) this.#later(delay, now);
  }

  /** Send if it is time; for a ticker that also runs where this page's own timers are held back. */
  tick() {
    if (this.#due !== null && performance.now() >= this.#due) this.#flush();
  }

  #later(delay, now = false) {
    const due = Math.max(performance.now() + delay, now ? 0 : this.#quiet);
    if (this.#due !== null && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#flush(), due - performance.now());
  }

  async #flush() {
    clearTimeout(this.#timer);
    this.#due = null;
    if (this.#busy || !this.epoch || this.closed) return;
    this.#busy = true;
    let next = HEARTBEAT + Math.random() * 2000;
    let told = false; // the log has named a time
    this.#quiet = 0;
    try {
      if (this.#resumed) await this.#rejoin();
      const events = this.#batch();
      const answer = await this.post("events", { epoch: this.epoch, known: this.known, events: events.map(wire) });
      this.failures = 0;
      const progress = await this.#acknowledge(events, answer);
      if (this.unsent.length) next = progress ? 200 : LONGEST_WAIT / 4;
    } catch (error) {
      if (!(error instanceof LineDown)) console.warn(error);
      if (error.status === 403) this.#tell("refused", error);
      this.failures += 1;
      told = error.retry !== undefined;
      next = error.retry ?? Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random());
      this.#quiet = performance.now() + next;
    } finally {
      this.#busy = false;
    }
    const hurry = this.#hurry && !told;
    this.#hurry = false;
    this.#tell("changed");
    if (!this.closed) this.#later(hurry ? 0 : next, hurry);
  }

  /** What to send now. A hand-in because time is over waits until the log has said that it is: time may have been
   * granted while this page could not hear of it. */
  #batch() {
    const events = this.unsent.slice(0, MOST);
    return this.#certain ? events : events.filter((event) => !automatic(event));
  }

  async #acknowledge(events, answer) {
    const told = new Map(answer.acks);
    if ([...told.values()].includes("unclaimed") && answer.epoch < this.epoch) {
      await this.#startOver();
      return true;
    }
    const done = events.filter((event) => told.has(event.seq) && !STAY.has(told.get(event.seq)));
    const gone = new Set(done);
    this.unsent = this.unsent.filter((event) => !gone.has(event));
    if ([...told.values()].includes("missing")) this.#again(answer.high);
    if (answer.unreadable) this.#makeReadable(events.filter((event) => !told.has(event.seq)));
    const held = this.unsent.some(automatic) && !this.#certain;
    this.#read(answer);
    if (held && !this.closed) await this.#atTheEnd(answer);
    for (const word of new Set(told.values())) {
      const count = done.filter((event) => event.kind === "answer" && told.get(event.seq) === word).length;
      if (word === "late" || word === "conflict" || (!SAVED.has(word) && !STAY.has(word))) this.#tell("verdict", { word, count });
    }
    for (const event of done) this.#unkept.delete(event);
    const overtaken = done.filter((event) => event.kind === "answer" && told.get(event.seq) === "superseded");
    await this.outbox.put(overtaken.map((event) => ({ ...event, aside: true }))).catch(() => {});
    await this.outbox.sent(done.filter((event) => !overtaken.includes(event))).catch(() => (this.#full = true));
    if (this.#unkept.size) await this.#keep();
    return done.length > 0 || held;
  }

  /** Time is over by this page's clock: hand in if the log agrees, go on if it has granted more. */
  async #atTheEnd(answer) {
    if (answer.receipt || answer.state === "ended" || !(answer.remaining > NEARLY_OVER)) {
      this.#certain = true;
      return;
    }
    const event = this.unsent.find(automatic);
    this.unsent = this.unsent.filter((other) => other !== event);
    this.made = this.made.filter((other) => other !== event);
    this.#unkept.delete(event);
    this.seq = event.seq - 1;
    await this.#writing;
    await this.outbox.remove([event]).catch(() => {});
    this.finishing = false;
    this.#tell("reopened", answer);
  }

  /** The log lacks something this page made: send everything after what it has, once more. */
  #again(high) {
    this.unsent = this.made.filter((event) => event.seq > high);
  }

  /** What the log could not read it has kept as it came; a note takes its place so that nothing is missing before. */
  #makeReadable(events) {
    for (const event of events) Object.assign(event, { kind: "note", item: "", value: { code: "unreadable" } });
    if (events.length) this.#tell("verdict", { word: "conflict", count: events.length });
  }

  /** The log no longer knows this epoch (it was restored from a backup): claim again and send everything. */
  async #startOver() {
    const events = this.made;
    this.#adopt(await this.post("claim", { claim: `${this.claimId.slice(0, 50)}-${Math.floor(Math.random() * 1e9)}` }));
    this.unsent = [];
    this.#unkept.clear();
    for (const { kind, item, value, at } of events) this.put(kind, item, value, at);
    await this.#writing;
    if (!this.#full) await this.outbox.remove(events.filter((event) => event.epoch !== this.epoch));
  }

  /** `past`: the orders in this answer were given before this page was there. */
  #read(answer, past = false) {
    const orders = answer.orders ?? [];
    this.known = answer.news;
    this.state = answer;
    if (this.epoch && answer.epoch > this.epoch) {
      this.stop();
      this.outbox.forget().catch(() => {});
      this.#tell("taken-over", answer);
      return;
    }
    this.#view(answer);
    for (const order of orders) this.#tell("order", { ...order, past });
    this.#tell("state", answer);
  }

  stop() {
    this.closed = true;
    clearTimeout(this.#timer);
    this.#due = null;
  }

  /** Ask until there is an answer. */
  async insist(name, message) {
    for (;;) {
      try {
        const answer = await this.post(name, message);
        this.failures = 0;
        return answer;
      } catch (error) {
        if (error.status === 403) this.#tell("refused", error);
        this.failures += 1;
        this.#tell("changed");
        const wait = error.retry ?? Math.min(LONGEST_WAIT, 400 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random());
        await Promise.race([rest(wait), new Promise((resolve) => window.addEventListener("online", resolve, { once: true }))]);
      }
    }
  }

  async post(name, message, patience = 10_000) {
    const asked = this.clock.mark();
    let response;
    try {
      response = await fetch(`${this.config.log}/${name}`, {
        method: "POST",
        body: `${this.config.token}\n${JSON.stringify(message)}`,
        headers: { "Content-Type": "text/plain" },
        cache: "no-store",
        signal: AbortSignal.timeout(patience),
      });
      if (response.ok) {
        const answer = await response.json();
        this.clock.take(answer, asked);
        return answer;
      }
    } catch {
      throw new LineDown(0);
    }
    const after = Number(response.headers.get("retry-after"));
    throw new LineDown(response.status, after ? after * 1000 * (0.75 + Math.random() / 2) : undefined);
  }

  /** The last chance of a closing page; what does not arrive stays in the outbox. */
  #beacon() {
    if (!this.unsent.length || this.closed || !this.epoch) return;
    const message = { epoch: this.epoch, known: this.known, events: this.#batch().map(wire) };
    navigator.sendBeacon?.(`${this.config.log}/events`, `${this.config.token}\n${JSON.stringify(message)}`);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
