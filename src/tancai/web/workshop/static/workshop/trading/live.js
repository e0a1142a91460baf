// <tc-market>: what the server tells of a market, a stream where it can be had, otherwise a question every two seconds.
// Parts of the page are replaced where they changed; focus and opened details stay.
const ASK_EVERY = 2_000;
const LOST_AFTER = 25_000;

export class Market extends HTMLElement {
  connectedCallback() {
    this.number = Number(this.dataset.number);
    this.heard = Date.now();
    this.streaming = false;
    this.#stream();
    setInterval(() => this.#watch(), 5_000);
    addEventListener("online", () => this.ask());
  }

  #stream() {
    const source = new EventSource(this.dataset.stream);
    source.addEventListener("open", () => this.#state(true));
    source.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      this.#state(false);
      if (source.readyState === EventSource.CLOSED) this.timer ??= setInterval(() => this.ask(), ASK_EVERY);
    });
    addEventListener("pagehide", () => source.close());
  }

  async ask() {
    try {
      const answer = await fetch(`${this.dataset.now}?number=${this.number}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      this.heard = Date.now();
      if (answer.status === 200) this.take(await answer.json());
    } catch {
      // told by the state line when it lasts
    }
    this.#say();
  }

  take(told) {
    this.heard = Date.now();
    if (told.number < this.number) return;
    this.number = told.number;
    for (const [name, html] of Object.entries(told.parts)) this.#replace(name, html);
    this.#say();
  }

  #replace(name, html) {
    const box = this.querySelector(`[data-part="${name}"]`);
    if (!box || box.told === html) return;
    box.told = html;
    const focused = box.contains(document.activeElement) ? document.activeElement.id : "";
    const open = new Map([...box.querySelectorAll("details[data-keep]")].map((one) => [one.dataset.keep, one.open]));
    const top = box.querySelector(".table-scroll")?.scrollTop;
    box.innerHTML = html;
    for (const one of box.querySelectorAll("details[data-keep]")) if (open.has(one.dataset.keep)) one.open = open.get(one.dataset.keep);
    if (top) box.querySelector(".table-scroll").scrollTop = top;
    if (focused) (document.getElementById(focused) ?? box.closest("section")?.querySelector("button, input"))?.focus();
  }

  #state(streaming) {
    this.streaming = streaming;
    if (streaming) this.heard = Date.now();
    this.#say();
  }

  #watch() {
    if (Date.now() - this.heard > LOST_AFTER / 2) this.ask();
    this.#say();
  }

  get lost() {
    return Date.now() - this.heard > LOST_AFTER || !navigator.onLine;
  }

  #say() {
    const line = this.querySelector("[data-live]");
    const { lost, streaming, polling } = this.dataset;
    const text = this.lost ? lost : this.streaming ? streaming : polling;
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("trading-lost", this.lost);
  }
}
