// What the server tells of the room: a stream where it can be had, otherwise a question every few seconds.
const ASK_EVERY = 5_000;
const LOST_AFTER = 30_000;

export class Feed extends EventTarget {
  constructor(addresses, first) {
    super();
    Object.assign(this, { addresses, mark: first?.mark ?? "", streaming: false, heard: Date.now() });
    if (first) queueMicrotask(() => this.#take(first));
    this.#stream();
    setInterval(() => this.#watch(), 5_000);
  }

  /** Milliseconds of the server's clock now. */
  now() {
    return Date.now() + (this.offset ?? 0);
  }

  /** After an order: do not wait for the next turn. */
  askSoon() {
    setTimeout(() => this.#ask(), 300);
  }

  #stream() {
    const source = new EventSource(`${this.addresses.stream}?mark=${this.mark}`);
    this.source = source;
    source.addEventListener("open", () => this.#state(true));
    source.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      this.#state(false);
      if (source.readyState === EventSource.CLOSED && !this.timer) this.timer = setInterval(() => this.#ask(), ASK_EVERY);
    });
  }

  async #ask() {
    try {
      const answer = await fetch(`${this.addresses.lines}?mark=${this.mark}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      this.heard = Date.now();
      if (answer.status === 200) this.#take(await answer.json());
      else this.#tell("state");
    } catch {
      this.#tell("state");
    }
  }

  #take(told) {
    this.mark = told.mark;
    this.heard = Date.now();
    this.offset = told.now - Date.now();
    this.#tell("told", told);
  }

  #state(streaming) {
    this.streaming = streaming;
    if (streaming) this.heard = Date.now();
    this.#tell("state");
  }

  /** A stream is silent for a while when nothing changes; one question tells silence from a broken line. */
  #watch() {
    if (Date.now() - this.heard > LOST_AFTER / 2) this.#ask();
    this.#tell("state");
  }

  get lost() {
    return Date.now() - this.heard > LOST_AFTER;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
