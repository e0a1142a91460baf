// The answer card: one cell a question, which one is shown, which are answered or flagged; previous, next, flag.

export class Grid {
  current = 0;

  constructor(parts, words, flagged) {
    Object.assign(this, { ...parts, words, flagged });
    this.questions = [...this.paper.querySelectorAll("[data-item]")];
    this.cells = new Map();
    this.answered = new Set();
    this.partly = new Set();
    this.flags = new Set();
    for (const section of this.paper.querySelectorAll("[data-section]")) this.#draw(section);
    this.previous.addEventListener("click", () => this.show(this.current - 1, true));
    this.next.addEventListener("click", () => this.show(this.current + 1, true));
    this.flag.addEventListener("click", () => this.turnFlag());
    this.box.addEventListener("keydown", (event) => this.#walk(event));
    this.show(0);
  }

  #draw(section) {
    const heading = document.createElement("h2");
    heading.textContent = section.dataset.heading;
    const list = document.createElement("ol");
    list.className = "room-cells";
    for (const question of section.querySelectorAll("[data-item]")) {
      const cell = document.createElement("button");
      cell.type = "button";
      cell.className = "cell";
      cell.textContent = question.dataset.number;
      cell.addEventListener("click", () => this.show(this.questions.indexOf(question), true));
      this.cells.set(question.dataset.item, cell);
      const entry = document.createElement("li");
      entry.append(cell);
      list.append(entry);
    }
    this.box.append(heading, list);
  }

  /** One stop for the Tab key; the arrow keys walk from cell to cell, Home and End to the first and last. */
  #walk(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const cells = [...this.cells.values()];
    const place = cells.indexOf(event.target);
    const to = place < 0 ? undefined : goal(event.key, cells, place);
    if (to === undefined) return;
    event.preventDefault();
    this.#stop(to);
    to.focus();
  }

  #stop(cell) {
    for (const other of this.cells.values()) other.tabIndex = other === cell ? 0 : -1;
  }

  focusCell() {
    this.cells.get(this.item).focus();
  }

  get item() {
    return this.questions[this.current].dataset.item;
  }

  number(item) {
    return this.questions.find((question) => question.dataset.item === item).dataset.number;
  }

  show(index, focus = false) {
    if (index < 0 || index >= this.questions.length) return;
    this.questions.forEach((question, place) => (question.hidden = place !== index));
    this.current = index;
    this.previous.disabled = index === 0;
    this.next.disabled = index === this.questions.length - 1;
    this.#stop(this.cells.get(this.item));
    this.refresh();
    if (focus) {
      this.questions[index].focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
  }

  showItem(item) {
    this.show(this.questions.findIndex((question) => question.dataset.item === item), true);
  }

  /** `answered` is `none`, `part` (of a case) or `all`. */
  mark(item, answered) {
    this.answered[answered === "all" ? "add" : "delete"](item);
    this.partly[answered === "part" ? "add" : "delete"](item);
    this.refresh();
  }

  markFlag(item, flagged) {
    this.flags[flagged ? "add" : "delete"](item);
    this.refresh();
  }

  turnFlag() {
    const flagged = !this.flags.has(this.item);
    this.markFlag(this.item, flagged);
    this.flagged(this.item, flagged);
  }

  unanswered() {
    return this.questions.map((question) => question.dataset.item).filter((item) => !this.answered.has(item));
  }

  refresh() {
    for (const [item, cell] of this.cells) {
      const state = this.answered.has(item) ? "answered" : this.partly.has(item) ? "partly" : "unanswered";
      const states = [this.words[state]];
      if (this.flags.has(item)) states.push(this.words.flagged);
      cell.classList.toggle("answered", this.answered.has(item));
      cell.classList.toggle("partly", this.partly.has(item));
      cell.classList.toggle("flagged", this.flags.has(item));
      cell.setAttribute("aria-label", fillIn(this.words.grid, { number: cell.textContent, state: states.join(" ") }));
      if (item === this.item) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
    const on = this.flags.has(this.item);
    this.flag.setAttribute("aria-pressed", String(on));
    this.flagText.textContent = on ? this.words.unflag : this.words.flag;
    if (this.partly.size) this.legend.hidden = false;
    this.progress.textContent = fillIn(this.words.progress, { done: this.answered.size, total: this.questions.length });
  }
}

function goal(key, cells, place) {
  if (key === "ArrowLeft") return cells[place - 1];
  if (key === "ArrowRight") return cells[place + 1];
  if (key === "Home") return cells[0];
  if (key === "End") return cells.at(-1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const here = cells[place].getBoundingClientRect();
  const column = cells.filter((cell) => Math.abs(cell.getBoundingClientRect().left - here.left) < 2);
  const row = column.indexOf(cells[place]);
  return column[key === "ArrowUp" ? row - 1 : row + 1];
}

export function fillIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
