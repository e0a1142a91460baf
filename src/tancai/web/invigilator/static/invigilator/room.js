// <tc-room>: five hundred candidates on one page, those who need somebody first; search and filters ask nobody.
import { Feed } from "./feed.js";
import { Lines, fill } from "./lines.js";
import { Picking } from "./picking.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

class TcRoom extends HTMLElement {
  connectedCallback() {
    this.words = read("room-words");
    const addresses = read("room-addresses");
    this.lines = new Lines(this, this.words, addresses);
    this.state = "";
    const first = read("room-first");
    this.feed = new Feed(addresses, first && JSON.parse(first));
    this.picking = new Picking(this, this.words, this.lines, () => this.feed.askSoon());
    this.feed.addEventListener("told", ({ detail }) => this.#take(detail));
    this.feed.addEventListener("state", () => this.#sayState());
    this.querySelector("[data-search]").addEventListener("input", () => this.#arrange());
    this.querySelector("[data-sort]").addEventListener("change", () => this.#arrange());
    for (const figure of this.querySelectorAll(".figure")) figure.addEventListener("click", () => this.#choose(figure));
    setInterval(() => this.#tick(), 5_000);
  }

  #choose(figure) {
    this.state = figure.dataset.state;
    for (const one of this.querySelectorAll(".figure")) one.setAttribute("aria-pressed", String(one === figure));
    this.#arrange();
  }

  #take(told) {
    this.lines.take(told, this.feed.now());
    this.reachable = told.reachable;
    this.#arrange();
    this.picking.show();
    this.#sayState();
  }

  #tick() {
    const now = this.feed.now();
    for (const one of this.lines.all.values()) if (!one.row.hidden) this.lines.tick(one, now);
  }

  #matches({ line, group }, text) {
    if (this.state === "needs" ? !line.needs.length : this.state && group !== this.state) return false;
    return !text || line.name.toLowerCase().includes(text) || line.ticket.toLowerCase().includes(text);
  }

  #arrange() {
    const text = this.querySelector("[data-search]").value.trim().toLowerCase();
    const every = [...this.lines.all.values()].sort(ORDER[this.querySelector("[data-sort]").value]);
    let shown = 0;
    for (const one of every) {
      const fits = this.#matches(one, text);
      one.row.hidden = !fits;
      shown += fits;
    }
    this.#place(every);
    this.#count(every);
    this.querySelector("[data-shown]").textContent = fill(this.words.shown, { n: shown, total: every.length });
    this.querySelector("[data-none]").hidden = shown > 0 || !every.length;
    this.querySelector("[data-empty]").hidden = every.length > 0;
    this.querySelector(".room-table").hidden = !shown;
  }

  /** Rows move only where the order changed, so that a row in use keeps its focus. */
  #place(every) {
    let at = this.lines.body.firstElementChild;
    for (const { row } of every) {
      if (row === at) at = at.nextElementSibling;
      else if (!row.contains(document.activeElement)) this.lines.body.insertBefore(row, at);
      else {
        this.lines.body.insertBefore(row, at);
        row.querySelector(":focus-visible, a")?.focus();
      }
    }
  }

  #count(every) {
    for (const figure of this.querySelectorAll(".figure")) {
      const { state } = figure.dataset;
      const count = state === "needs"
        ? every.filter((one) => one.line.needs.length).length
        : every.filter((one) => !state || one.group === state).length;
      figure.querySelector("b").textContent = count;
      figure.hidden = !count && state !== "" && state !== "needs" && this.state !== state;
      figure.classList.toggle("figure-near", state === "needs" && count > 0);
    }
  }

  #sayState() {
    const { feed, words } = this;
    const live = this.querySelector("[data-live]");
    const text = feed.lost ? "" : feed.streaming ? words.streaming : words.polling;
    if (live.textContent !== text) live.textContent = text;
    live.classList.toggle("live-on", !feed.lost);
    const time = new Date(feed.heard + (feed.offset ?? 0)).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
    note(this.querySelector("[data-broken]"), feed.lost && fill(words.broken, { time }));
    note(this.querySelector("[data-away]"), !feed.lost && this.reachable === false && words.away);
  }
}

const byTicket = (a, b) => (a.line.ticket < b.line.ticket ? -1 : 1);
const ORDER = {
  needs: (a, b) => a.urgency - b.urgency || byTicket(a, b),
  ticket: byTicket,
  ends: (a, b) => (a.line.ends ?? Infinity) - (b.line.ends ?? Infinity) || byTicket(a, b),
  answered: (a, b) => a.line.answered - b.line.answered || byTicket(a, b),
};

function note(box, text) {
  box.hidden = !text;
  if (text && box.lastElementChild.textContent !== text) box.lastElementChild.textContent = text;
}

customElements.define("tc-room", TcRoom);
