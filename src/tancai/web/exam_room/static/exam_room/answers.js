// Between the questions on the page and values: reads a change, fills a stored value in, waits for input methods.

import { readers } from "./readers.js";

const TYPED = 'textarea, input[type="text"]';
const TYPING_PAUSE = 600;
const TYPING_LIMIT = 1_200;

function whole(text) {
  return (text.toWellFormed ? text.toWellFormed() : text).replaceAll("\0", "");
}

function valueOf(area, text = area.value) {
  return text === "" ? null : whole(text);
}

const readerOf = (question) => readers[question.querySelector("[data-kind]")?.dataset.kind];

const EMPTY = (value) => value === null || value === "" || (Array.isArray(value) && !value.length);

/** `none`, `part` or `all`: how much of a question a value answers. */
export function answered(question, value) {
  if (EMPTY(value)) return "none";
  return readerOf(question)?.open?.(question, value) ? "part" : "all";
}

/** The value of a question: a letter, a sorted list of letters, a text; null when nothing is given.
 *
 * Kinds with a reader of their own give what that says. `text(input)` is what a field holds that is being typed in.
 */
export function read(question, text = (input) => input.value) {
  const own = readerOf(question);
  if (own) return own.read(question, (input) => whole(text(input)), read);
  const area = question.querySelector("textarea");
  if (area) return valueOf(area, text(area));
  const chosen = [...question.querySelectorAll("input:checked")].map((input) => input.value);
  if (!chosen.length) return null;
  return question.querySelector('input[type="checkbox"]') ? chosen.sort() : chosen[0];
}

export function fill(question, value) {
  const own = readerOf(question);
  if (own) {
    own.fill(question, value, fill);
    return;
  }
  const area = question.querySelector("textarea");
  if (area) {
    area.value = value ?? "";
    return;
  }
  const wanted = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
  for (const input of question.querySelectorAll("input")) input.checked = wanted.includes(input.value);
}

/** Calls `changed(item, value)` for every change: choices at once, text when typing pauses and never half-composed. */
export class Answers {
  #typing = new Map();
  #composing = new Map(); // text area → its text before the input method began

  constructor(paper, changed) {
    this.paper = paper;
    this.changed = changed;
    paper.addEventListener("change", (event) => this.#take(event.target));
    paper.addEventListener("input", (event) => this.#typed(event));
    paper.addEventListener("compositionstart", (event) => this.#composes(event.target));
    paper.addEventListener("compositionend", (event) => this.#composed(event));
    paper.addEventListener("focusout", (event) => this.#take(event.target));
    document.addEventListener("visibilitychange", () => document.hidden && this.settle());
  }

  question(item) {
    return this.paper.querySelector(`[data-item="${CSS.escape(item)}"]`);
  }

  /** Put a value on the page as if the candidate had given it. */
  set(item, value) {
    const question = this.question(item);
    fill(question, value);
    question.dataset.last = JSON.stringify(value);
    question.querySelector(TYPED)?.dispatchEvent(new Event("input", { bubbles: false }));
    this.changed(item, value);
  }

  /** Report everything still being typed now. */
  settle() {
    for (const area of [...this.#typing.keys()]) this.#take(area);
  }

  /** No more changes; what an input method had not finished is taken back. */
  lock() {
    this.settle();
    for (const [area, text] of [...this.#composing]) {
      area.readOnly = true; // what the browser commits when the focus goes is not the candidate's choice
      area.blur();
      area.value = text;
    }
    this.#composing.clear();
    for (const input of this.paper.querySelectorAll("input, textarea, select, button[data-move]")) {
      if (input.matches(TYPED)) input.readOnly = true;
      else input.disabled = true;
    }
    for (const waiting of this.#typing.values()) clearTimeout(waiting.timer);
    this.#typing.clear();
  }

  /** Open again what `lock` has closed. */
  unlock() {
    for (const input of this.paper.querySelectorAll("input, textarea, select, button[data-move]")) {
      input.readOnly = false;
      input.disabled = false;
    }
  }

  #composes(area) {
    if (!area.matches(TYPED)) return;
    this.#composing.set(area, area.value);
    clearTimeout(this.#typing.get(area)?.timer);
  }

  #composed(event) {
    this.#composing.delete(event.target);
    this.#typed(event);
  }

  #typed(event) {
    const area = event.target;
    if (!area.matches(TYPED) || event.isComposing || area.readOnly) return;
    const waiting = this.#typing.get(area) ?? { since: performance.now(), timer: 0 };
    clearTimeout(waiting.timer);
    const left = Math.max(0, TYPING_LIMIT - (performance.now() - waiting.since));
    waiting.timer = setTimeout(() => this.#take(area), Math.min(TYPING_PAUSE, left));
    this.#typing.set(area, waiting);
  }

  #take(input) {
    const question = input.closest?.("[data-item]");
    if (!question || input.readOnly) return;
    if (input.matches?.(TYPED)) {
      const waiting = this.#typing.get(input);
      if (!waiting) return;
      clearTimeout(waiting.timer);
      this.#typing.delete(input);
    } else if (!input.matches("input, select")) {
      return;
    }
    const value = read(question, (field) => this.#composing.get(field) ?? field.value);
    if (question.dataset.last === JSON.stringify(value)) return;
    question.dataset.last = JSON.stringify(value);
    this.changed(question.dataset.item, value);
  }
}
