// <tc-study data-url data-beat data-idle>: tells the server that its lesson is being read. Counting itself is the
// server's work; this element only says "still here" while the page is visible and somebody has moved lately.
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];

class TcStudy extends HTMLElement {
  connectedCallback() {
    this.beatEvery = Math.min(Number(this.dataset.beat), 30) * 1000;
    this.idleAfter = Number(this.dataset.idle) * 1000;
    this.lastSign = Date.now();
    this.running = false;
    this.stop = new AbortController();
    const quietly = { passive: true, signal: this.stop.signal };
    for (const sign of SIGNS) addEventListener(sign, () => this.sign(), quietly);
    document.addEventListener("visibilitychange", () => this.look(), { signal: this.stop.signal });
    addEventListener("pagehide", () => this.leave(), { signal: this.stop.signal });
    addEventListener("pageshow", () => this.look(), { signal: this.stop.signal });
    addEventListener("online", () => this.look(), { signal: this.stop.signal });
    this.timer = setInterval(() => this.tick(), this.beatEvery);
    this.look();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.leave();
    this.stop.abort();
  }

  sign() {
    this.lastSign = Date.now();
    if (!this.running) this.look();
  }

  get reading() {
    return !document.hidden && Date.now() - this.lastSign < this.idleAfter;
  }

  // Start when somebody reads; when they have gone, say so once.
  look() {
    if (document.hidden) return this.leave();
    if (this.running || this.full || !this.reading) return;
    this.running = true;
    // An idle beat first: the time while nobody was here must not count.
    this.send(false).then(() => this.running && this.send(true));
    this.say(this.dataset.counting, "counting");
  }

  tick() {
    if (!this.running) return;
    if (this.reading) {
      this.send(true);
    } else {
      this.running = false;
      this.send(false);
      this.say(this.dataset.paused, "paused");
    }
  }

  // Leaving: the seconds since the last beat were read, so one last beat, then silence.
  leave() {
    if (!this.running) return;
    this.running = false;
    this.send(true, { keepalive: true });
  }

  async send(active, options = {}) {
    const body = new URLSearchParams({ active: active ? "1" : "0" });
    const token = document.querySelector('meta[name="csrf-token"]').content;
    try {
      const answer = await fetch(this.dataset.url, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token },
        ...options,
      });
      if (answer.ok) this.show(await answer.json());
      else this.say(this.dataset.offline, "offline");
    } catch {
      this.say(this.dataset.offline, "offline");
    }
  }

  show(told) {
    this.querySelector("[data-lesson-line]").textContent = told.line;
    this.querySelector("[data-share-line]").textContent = told.share_line;
    this.querySelector("[data-share-need]").textContent = told.need;
    this.querySelector("[data-share-fill]").setAttribute("width", `${told.percent}%`);
    const bar = this.querySelector(".share-bar");
    bar.classList.toggle("share-reached", told.reached);
    bar.setAttribute("aria-label", `${told.share_line} ${told.need}`);
    if (told.done) {
      // Nothing more can be credited, so nothing more need be sent.
      this.full = true;
      this.running = false;
      this.say(this.dataset.complete, "complete");
    } else if (this.running) {
      this.say(this.dataset.counting, "counting");
    }
  }

  say(words, state) {
    const line = this.querySelector("[data-state]");
    if (line.textContent !== words) line.textContent = words;
    this.dataset.now = state;
  }
}

customElements.define("tc-study", TcStudy);
