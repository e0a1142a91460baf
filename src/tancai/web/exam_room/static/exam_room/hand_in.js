// Handing in: a summary first, then an event like any other, sent until the log has it; a code while it waits.
import { fillIn } from "./grid.js";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const WAIT_FOR_CODE = 6_000;

/** The code for the invigilator while the network is away; empty where the browser cannot compute it. */
export async function outboxCode(sitting, epoch, events) {
  if (!globalThis.crypto?.subtle) return "";
  const lines = [`tancai hand-in 1\n${sitting}\n${epoch}`];
  for (const { seq, at, item, value } of events) lines.push(`${seq}:${at}:${item}:${JSON.stringify(value)}`);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => ALPHABET[byte & 31]).join("");
}

export class HandIn {
  begun = false;
  #done = false;

  constructor(config, line, answers, grid, parts) {
    Object.assign(this, { config, words: config.words, line, answers, grid, ...parts });
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.#summary());
    this.dialog.querySelector("[data-summary-back]").addEventListener("click", () => this.dialog.close());
    this.dialog.querySelector("[data-summary-confirm]").addEventListener("click", () => this.start(false));
    line.addEventListener("state", ({ detail: answer }) => {
      if (answer.receipt) this.#finish();
    });
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
    this.begun = true;
    this.line.finishing = true;
    if (this.dialog.open) this.dialog.close();
    this.button.disabled = true;
    this.answers.lock();
    this.cover(text);
    await this.line.put("hand_in", "", auto ? { auto: true } : null);
    this.line.flushSoon(0);
    setTimeout(() => this.#showCode(), WAIT_FOR_CODE);
  }

  async #showCode() {
    if (this.#done) return;
    this.cover(this.words.queued);
    const code = await outboxCode(this.config.sitting, this.line.epoch, this.line.made);
    this.showCode(code);
  }

  async #finish() {
    if (this.#done) return;
    this.#done = true;
    this.begun = true;
    this.line.stop();
    this.answers.lock();
    this.cover(this.words.handed_in);
    for (let pause = 500; ; pause = Math.min(10_000, pause * 2)) {
      try {
        const token = document.querySelector('meta[name="csrf-token"]').content;
        const response = await fetch(this.config.finish, { method: "POST", headers: { "X-CSRFToken": token } });
        const answer = await response.json();
        if (answer.done) {
          location.replace(answer.receipt);
          return;
        }
      } catch {
        // the web pages are away; the hand-in itself is safe in the log
      }
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    }
  }
}

function line(text) {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  return paragraph;
}
