// The server's clock on this device: monotonic, so that neither a moved device clock nor a throttled tab can fool it.

const here = () => performance.timeOrigin + performance.now();

export class ServerClock extends EventTarget {
  #offset = 0;
  #best = Infinity;
  #end = null;
  #begins = null;
  #standing = null;

  /** Take the server's time from an answer; `asked` is `mark()` from just before the question. */
  take(answer, asked) {
    const back = here();
    const trip = back - asked;
    if (trip <= this.#best * 1.5 || Math.abs(answer.now + trip / 2 - back - this.#offset) > trip) {
      this.#offset = answer.now + trip / 2 - back;
      this.#best = Math.min(trip, this.#best);
    }
    this.#read(answer);
  }

  /** Go on from what a page before this one knew: `view` as kept, with how far the server's clock was from the device's. */
  restore(view) {
    this.#offset = Date.now() + view.ahead - here();
    this.#best = Infinity; // the first answer counts more
    this.#read(view);
  }

  /** The server's clock less this page's own, ms. */
  get offset() {
    return this.#offset;
  }

  /** The server's clock less the clock of this device as it is set now, ms. */
  get ahead() {
    return this.now() - Date.now();
  }

  #read(answer) {
    this.#begins = answer.begins;
    this.#standing = answer.state === "paused" ? answer.remaining : null;
    this.#end = answer.remaining === null ? null : Math.max(answer.now, answer.begins ?? 0) + answer.remaining;
  }

  mark() {
    return here();
  }

  now() {
    return Math.round(here() + this.#offset);
  }

  /** Milliseconds until the start; 0 afterwards. */
  untilStart() {
    return this.#begins === null ? 0 : Math.max(0, this.#begins - this.now());
  }

  /** Milliseconds of working time left, standing still during a pause; null while unknown. */
  left() {
    if (this.#standing !== null) return this.#standing;
    return this.#end === null ? null : Math.max(0, this.#end - Math.max(this.now(), this.#begins ?? 0));
  }
}

export function clockText(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

const HIDDEN = "tancai-exam-time-hidden";

function remembered() {
  try {
    return sessionStorage.getItem(HIDDEN) === "1";
  } catch {
    return false;
  }
}

function remember(hide) {
  try {
    sessionStorage.setItem(HIDDEN, hide ? "1" : "0");
  } catch {
    // refused storage: the switch still works for this page
  }
}

const THRESHOLDS = [30, 15, 5, 1];

/** Draws the time left, hides it on request, and speaks at thresholds only. */
export class ClockFace {
  #said = new Set();

  constructor(clock, words, parts) {
    Object.assign(this, { clock, words, ...parts });
    this.toggle.addEventListener("click", () => this.turn());
    if (remembered()) this.turn();
  }

  /** Hide or show the time; the choice outlives a reload. */
  turn() {
    const hide = !this.box.hasAttribute("data-hidden");
    this.box.toggleAttribute("data-hidden", hide);
    this.toggle.textContent = hide ? this.words.show_clock : this.words.hide_clock;
    remember(hide);
  }

  draw() {
    const left = this.clock.left();
    if (left === null) return;
    this.label.textContent = this.words.left;
    const text = clockText(left);
    if (this.face.textContent !== text) this.face.textContent = text;
    this.box.toggleAttribute("data-near", left <= 5 * 60_000);
    this.#speak(left);
  }

  #speak(left) {
    const passed = THRESHOLDS.filter((minutes) => left <= minutes * 60_000);
    const fresh = passed.filter((minutes) => !this.#said.has(minutes));
    for (const minutes of passed) this.#said.add(minutes);
    for (const minutes of THRESHOLDS) if (!passed.includes(minutes)) this.#said.delete(minutes);
    const nearest = Math.min(...fresh);
    if (fresh.length && left > nearest * 60_000 - 20_000 && left > 0) {
      this.announce.textContent = this.words.announce.replace("{minutes}", nearest);
    }
  }
}
