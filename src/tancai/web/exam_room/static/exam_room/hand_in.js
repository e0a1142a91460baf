// Handing in: a summary first, then an event like any other, sent until the log has it; a code while it waits.
import { fillIn } from "./grid.js";
import { forgetRoom } from "./keeping.js";
import { sha256 } from "./sha256.js";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const WAIT_FOR_CODE = 6_000;
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The code for the invigilator while the network is away: a hash over the events of this epoch. */
export async function outboxCode(sitting, epoch, events) {
  const lines = [`tancai hand-in 1\n${sitting}\n${epoch}`];
  for (const { seq, at, item, value } of events) lines.push(`${seq}:${at}:${item}:${JSON.stringify(value)}`);
  const digest = await sha256(lines.join("\n"));
  return [...digest.slice(0, 8)].map((byte) => ALPHABET[byte & 31]).join("");
}

export class HandIn {
  begun = false;
  #done = false;
  #timer = 0;

  constructor(config, line, answers, grid, parts) {
    Object.assign(this, { config, words: config.words, line, answers, grid, ...parts });
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.#summary());
    this.dialog.querySelector("[data-summary-back]").addEventListener("click", () => this.dialog.close());
    this.dialog.querySelector("[data-summary-confirm]").addEventListener("click", () => this.start(false));
    line.addEventListener("state", ({ detail: answer }) => answer.receipt && this.#finish(answer));
    line.addEventListener("verdict", ({ detail }) => detail.word === "expired" && this.#tooLate(detail.count));
    line.addEventListener("reopened", () => this.#reopen());
    if (line.unsent.some((event) => event.kind === "hand_in")) this.#close(this.words.handing_in); // of an earlier page
  }

  #summary() {
    this.answers.settle();
    const text = this.dialog.querySelector("[data-summary-text]");
    const empty = this.grid.unanswered();
    const flagged = [...this.grid.flags];
    text.replaceChildren();
    if (empty.length) text.append(this.#list(fillIn(this.words.some_unanswered, { count: empty.length }), empty));
    else text.append(line(fillIn(this.words.all_answered, { total: this.grid.questions.length })));
    if (flagged.length) text.append(this.#list(fillIn(this.words.some_flagged, { count: flagged.length }), flagged));
    this.dialog.showModal();
  }

  #list(heading, items) {
    const box = document.createElement("div");
    const numbers = document.createElement("div");
    numbers.className = "summary-list";
    const sorted = items.map((item) => [Number(this.grid.number(item)), item]).sort(([a], [b]) => a - b);
    for (const [number, item] of sorted) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small";
      button.textContent = number;
      button.setAttribute("aria-label", fillIn(this.words.go_to, { number }));
      button.addEventListener("click", () => {
        this.dialog.close();
        this.grid.showItem(item);
      });
      numbers.append(button);
    }
    box.append(line(heading), numbers);
    return box;
  }

  /** Hand in once; `auto` when time or the invigilator ended the exam. */
  async start(auto, text = this.words.handing_in) {
    if (this.begun) return;
    this.#close(text);
    const written = this.line.put("hand_in", "", auto ? { auto: true } : null);
    this.line.flushSoon(0, true);
    await written;
  }

  #close(text) {
    this.begun = true;
    this.line.finishing = true;
    if (this.dialog.open) this.dialog.close();
    this.button.disabled = true;
    this.answers.lock();
    this.cover.show(text);
    this.#timer = setTimeout(() => this.#showCode(), WAIT_FOR_CODE);
  }

  async #showCode() {
    if (this.#done || !this.line.unsent.length) return;
    this.cover.show(this.line.durable ? this.words.queued : this.words.queued_memory);
    this.cover.code(await outboxCode(this.config.sitting, this.line.epoch, this.line.made));
  }

  /** The invigilator has granted more time than this page knew of. */
  #reopen() {
    this.begun = false;
    clearTimeout(this.#timer);
    this.button.disabled = false;
    this.answers.unlock();
    this.cover.hide();
  }

  #tooLate(count) {
    if (this.#done) return;
    clearTimeout(this.#timer);
    this.cover.code("");
    this.cover.show(fillIn(count ? this.words.too_late_answers : this.words.too_late, { count }));
  }

  async #finish(answer) {
    if (this.#done) return;
    this.#done = true;
    this.begun = true;
    clearTimeout(this.#timer);
    this.line.stop();
    this.answers.lock();
    await finish(this.config, this.line.outbox, this.cover, answer);
  }
}

/** A page that opens when time is over: it shows no questions, sends what was left on this device, and hands in. */
export async function handInUnopened(config, line, cover) {
  const words = config.words;
  line.finishing = true;
  cover.show(words.over);
  line.addEventListener("state", ({ detail: answer }) => {
    if (!answer.receipt || line.closed) return;
    line.stop();
    finish(config, line.outbox, cover, answer);
  });
  line.addEventListener("verdict", ({ detail }) => detail.word === "expired" && cover.say(words.too_late));
  line.addEventListener("reopened", () => setTimeout(() => location.reload(), 2_000)); // time was granted: once more
  if (!line.unsent.some((event) => event.kind === "hand_in")) await line.put("hand_in", "", { auto: true });
  line.flushSoon(0, true);
}

/** The log has closed the sitting: open the receipt; where the pages are away, say what the log has said. */
export async function finish(config, outbox, cover, answer) {
  cover.code("");
  cover.show(answer.state === "handed_in" ? config.words.handed_in : config.words.collected);
  for (let attempt = 1, pause = 500; ; attempt += 1, pause = Math.min(10_000, pause * 2)) {
    try {
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const response = await fetch(config.finish, { method: "POST", headers: { "X-CSRFToken": token } });
      const answered = await response.json();
      if (answered.done) {
        outbox.discard();
        await forgetRoom(config).catch(() => {});
        location.replace(answered.receipt);
        return;
      }
    } catch {
      // the web pages are away; the hand-in itself is safe in the log
    }
    if (attempt === 3) {
      cover.show(config.words.received);
      cover.receipt(answer.receipt.hash);
    }
    await rest(pause * (0.5 + Math.random()));
  }
}

function line(text) {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  return paragraph;
}
