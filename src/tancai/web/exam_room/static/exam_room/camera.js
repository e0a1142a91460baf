// The camera during the exam: a picture now and then, sent in the background. It never holds up an answer: few pictures
// wait while the network is away, older ones give way, and the invigilator is told how many were lost.
import { closeLens, openLens, shoot } from "./lens.js";

const MOST_WAITING = 6;
const TIMEOUT = 12_000;
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class TcExamCamera extends HTMLElement {
  waiting = [];
  dropped = 0;
  over = false;
  sending = false;

  connectedCallback() {
    this.config = JSON.parse(document.getElementById("camera-config").textContent);
    this.words = this.config.words;
    this.video = this.querySelector("video");
    this.place = this.querySelector("[data-say]");
    this.retry = this.querySelector("[data-retry]");
    this.retry.addEventListener("click", () => this.open());
    this.querySelector("[data-withdraw]").addEventListener("click", () => this.withdraw());
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => closeLens(this.stream));
    // numbers go on rising when the page is loaded again
    this.number = Math.floor(Date.now() / 1000) % 1_000_000_000;
    this.open();
    this.run();
  }

  show(state, text) {
    if (this.dataset.state !== state) this.dataset.state = state;
    if (this.place.textContent !== text) this.place.textContent = text;
    this.retry.hidden = state !== "off";
  }

  async open() {
    if (this.over || this.opening) return;
    this.opening = true;
    this.show("starting", this.words.starting);
    try {
      closeLens(this.stream);
      this.stream = await openLens(this.video);
      const [track] = this.stream.getVideoTracks();
      track.addEventListener("ended", () => this.stopped(this.words.off));
      this.show("on", this.words.on);
    } catch (error) {
      this.stopped(error.name === "NotAllowedError" ? this.words.refused : this.words.off);
    } finally {
      this.opening = false;
    }
  }

  stopped(text) {
    if (this.over) return;
    this.show("off", text);
    this.tell("stopped");
  }

  /** Takes pictures at uneven intervals, never further apart than the programme says. */
  async run() {
    await rest(1500);
    while (!this.over) {
      await this.take();
      await rest(this.config.seconds * 1000 * (0.55 + 0.4 * Math.random()));
    }
  }

  async take() {
    const [track] = this.stream?.getVideoTracks() ?? [];
    if (!track || track.readyState !== "live" || track.muted) {
      if (this.stream && this.dataset.state === "on") this.stopped(this.words.off);
      return;
    }
    const picture = await shoot(this.video, 640, 0.7);
    if (!picture || this.over) return;
    this.number += 1;
    this.waiting.push({ number: this.number, taken: performance.now(), picture });
    while (this.waiting.length > MOST_WAITING) {
      this.waiting.shift();
      this.dropped += 1;
    }
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.waiting.length && !this.over) {
        const status = await this.post(this.waiting[0]);
        if (status === 0 || status === 429 || status >= 500) {
          this.show(this.dataset.state, status === 0 ? this.words.waiting : this.place.textContent);
          return;
        }
        this.waiting.shift();
        if (status === 403 || status === 404 || status === 410) return this.finish(status === 403);
        if (this.dataset.state === "on") this.show("on", this.words.on);
      }
      if (this.dropped && (await this.tell("dropped", this.dropped))) this.dropped = 0;
    } finally {
      this.sending = false;
    }
  }

  async post({ number, taken, picture }) {
    try {
      const answer = await fetch(this.config.pictures, {
        method: "POST",
        body: picture,
        credentials: "omit",
        headers: {
          "Content-Type": "image/jpeg",
          "X-Camera": this.config.token,
          "X-Number": String(number),
          "X-Age": String(Math.round(performance.now() - taken)),
        },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return answer.status;
    } catch {
      return 0;
    }
  }

  async tell(what, count = 0) {
    try {
      const answer = await fetch(this.config.told, {
        method: "POST",
        body: new URLSearchParams({ what, count }),
        credentials: "omit",
        headers: { "X-Camera": this.config.token },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return answer.ok;
    } catch {
      return false; // the silence itself is noticed on the other side
    }
  }

  finish(human) {
    this.over = true;
    closeLens(this.stream);
    this.waiting = [];
    this.show("human", human ? this.words.human : "");
    this.hidden = !human;
  }

  async withdraw() {
    if (!confirm(this.words.sure)) return;
    try {
      const answer = await fetch(this.config.withdraw, {
        method: "POST",
        headers: {
          Accept: "application/json",
          "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
        },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (answer.ok) this.finish(true);
    } catch {
      this.show(this.dataset.state, this.words.waiting);
    }
  }
}
customElements.define("tc-exam-camera", TcExamCamera);
