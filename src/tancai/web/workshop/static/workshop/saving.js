// Saves a piece of work while it is done: every change is numbered, kept on this page until the server has it, sent again
// after a break. A second page of the same work is told to load again instead of writing over the first.

const WAIT = 600;
const LONGEST = 10_000;

export class Saving extends EventTarget {
  #unsent = [];
  #seq;
  #timer = null;
  #busy = false;
  #failures = 0;

  /** `address` of the save door, `high` the last number the server has, `csrf` the token of the page. */
  constructor({ address, high, csrf }) {
    super();
    Object.assign(this, { address, csrf });
    this.#seq = high;
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.#unsent.length && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** "saved", "saving", "offline" or, for good, "overtaken", "closed", "refused". */
  state = "saved";

  put(name, value) {
    if (this.#over) return;
    this.#unsent.push([++this.#seq, name, value ?? null]);
    this.#tell("saving");
    this.#later(WAIT);
  }

  get #over() {
    return ["overtaken", "closed", "refused"].includes(this.state);
  }

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  #tell(state, detail = {}) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting: this.#unsent.length, ...detail } }));
  }

  /** Resolves true when everything put so far is on the server. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#busy) await this.#settled;
    if (this.#over) return false;
    if (!this.#unsent.length) return true;
    this.#busy = true;
    let settle;
    this.#settled = new Promise((resolve) => (settle = resolve));
    try {
      return await this.#send(this.#unsent.slice(0, 200));
    } finally {
      this.#busy = false;
      settle();
    }
  }

  #settled = Promise.resolve();

  async #send(entries) {
    let response;
    try {
      response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify({ entries }),
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      return this.#again();
    }
    if (response.status >= 500 || response.status === 429) return this.#again();
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      this.#tell(["overtaken", "closed"].includes(answer.code) ? answer.code : "refused", answer);
      return false;
    }
    this.#failures = 0;
    this.#unsent = this.#unsent.filter(([seq]) => seq > answer.high);
    this.#tell(this.#unsent.length ? "saving" : "saved");
    if (this.#unsent.length) this.#later(50);
    return !this.#unsent.length;
  }

  #again() {
    this.#failures += 1;
    this.#tell("offline");
    this.#later(Math.min(LONGEST, 500 * 2 ** this.#failures) * (0.5 + Math.random()));
    return false;
  }
}
