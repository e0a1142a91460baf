// Weak evidence for the invigilator where no lock-down client is used: notes in the log, few and never in the way.

const AWAY = 2_000;
const APART = 10_000;
const MOST = 60;

export class Evidence {
  #left = 0;
  #timer = 0;
  #said = false;
  #recent = new Map(); // code → what happened since the last note of this code
  #count = 0;

  /** `note(item, value)` keeps one; `active()` says whether questions are open. */
  constructor(paper, note, active) {
    Object.assign(this, { note, active });
    window.addEventListener("blur", () => this.#leave());
    window.addEventListener("focus", () => this.#back());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.#back()));
    paper.addEventListener("paste", (event) => this.#clipboard("pasted", event, event.clipboardData?.getData("text") ?? ""));
    document.addEventListener("copy", (event) => this.#clipboard("copied", event, String(getSelection())));
    window.addEventListener("beforeprint", () => this.#happened("printed"));
    document.addEventListener("fullscreenchange", () => document.fullscreenElement || this.#happened("fullscreen_left"));
    const whole = window.matchMedia("(display-mode: fullscreen)");
    whole.addEventListener("change", () => whole.matches || this.#happened("fullscreen_left"));
    window.screen.addEventListener?.("change", () => this.#screens());
    this.#screens();
  }

  #screens() {
    if (!window.screen.isExtended) return;
    if (this.active()) this.#happened("second_screen");
    else setTimeout(() => this.#screens(), APART); // covered or paused: told once questions are open
  }

  #leave() {
    if (this.#left || !this.active()) return;
    this.#left = performance.now();
    this.#said = false;
    this.#timer = setTimeout(() => {
      this.#said = true;
      this.#happened("focus_lost");
    }, AWAY);
  }

  #back() {
    if (!this.#left) return;
    clearTimeout(this.#timer);
    const seconds = Math.round((performance.now() - this.#left) / 1000);
    if (performance.now() - this.#left >= AWAY) {
      if (!this.#said) this.#happened("focus_lost"); // the timer of a hidden page may come late
      if (seconds * 1000 >= APART) this.#happened("focus_back", { seconds });
    }
    this.#left = 0;
  }

  #clipboard(code, event, text) {
    const item = event.target.closest?.("[data-item]")?.dataset.item ?? "";
    this.#happened(code, { chars: [...text].length }, item);
  }

  /** One note at once; more of its kind within ten seconds become one note with their sums. */
  #happened(code, detail = {}, item = "") {
    if (!this.active()) return;
    const waiting = this.#recent.get(code);
    if (!waiting) {
      this.#recent.set(code, { times: 0, sums: {}, item });
      setTimeout(() => this.#rest(code), APART);
      this.#keep(item, { code, ...detail });
      return;
    }
    waiting.times += 1;
    waiting.item = item;
    for (const [name, number] of Object.entries(detail)) waiting.sums[name] = (waiting.sums[name] ?? 0) + number;
  }

  #rest(code) {
    const { times, sums, item } = this.#recent.get(code);
    this.#recent.delete(code);
    if (times) this.#keep(item, { code, ...sums, times });
  }

  #keep(item, value) {
    if (this.#count >= MOST) return;
    this.#count += 1;
    this.note(item, this.#count === MOST ? { code: "many" } : value);
  }
}
