// Between the questions on the page and values: reads a change, fills a stored value in, waits for input methods.

const TYPING_PAUSE = 800;
const TYPING_LIMIT = 2_000;

function whole(text) {
  return text.toWellFormed ? text.toWellFormed() : text;
}

/** The value of a question: a letter, a sorted list of letters, a text; null when nothing is given. */
export function read(question) {
  const area = question.querySelector("textarea");
  if (area) return area.value === "" ? null : whole(area.value);
  const chosen = [...question.querySelectorAll("input:checked")].map((input) => input.value);
  if (!chosen.length) return null;
  return question.querySelector('input[type="checkbox"]') ? chosen.sort() : chosen[0];
}

export function fill(question, value) {
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

  constructor(paper, changed) {
    this.paper = paper;
    this.changed = changed;
    paper.addEventListener("change", (event) => this.#take(event.target));
    paper.addEventListener("input", (event) => this.#typed(event));
    paper.addEventListener("compositionend", (event) => this.#typed(event));
    paper.addEventListener("focusout", (event) => this.#take(event.target));
    window.addEventListener("pagehide", () => this.settle());
    document.addEventListener("visibilitychange", () => document.hidden && this.settle());
  }

  question(item) {
    return this.paper.querySelector(`[data-item="${CSS.escape(item)}"]`);
  }

  /** Report everything still being typed now. */
  settle() {
    for (const area of [...this.#typing.keys()]) this.#take(area);
  }

  lock() {
    this.settle();
    for (const input of this.paper.querySelectorAll("input, textarea")) {
      if (input.tagName === "TEXTAREA") input.readOnly = true;
      else input.disabled = true;
    }
  }

  #typed(event) {
    const area = event.target;
    if (area.tagName !== "TEXTAREA" || event.isComposing) return;
    const waiting = this.#typing.get(area) ?? { since: performance.now(), timer: 0 };
    clearTimeout(waiting.timer);
    const left = Math.max(0, TYPING_LIMIT - (performance.now() - waiting.since));
    waiting.timer = setTimeout(() => this.#take(area), Math.min(TYPING_PAUSE, left));
    this.#typing.set(area, waiting);
  }

  #take(input) {
    const question = input.closest?.("[data-item]");
    if (!question || input.readOnly) return;
    if (input.tagName === "TEXTAREA") {
      const waiting = this.#typing.get(input);
      if (!waiting) return;
      clearTimeout(waiting.timer);
      this.#typing.delete(input);
    } else if (!input.matches("input")) {
      return;
    } else if (question.dataset.last === JSON.stringify(read(question))) {
      return;
    }
    const value = read(question);
    question.dataset.last = JSON.stringify(value);
    this.changed(question.dataset.item, value);
  }
}
