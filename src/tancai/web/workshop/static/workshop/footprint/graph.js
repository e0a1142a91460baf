// The process graph by mouse and by keyboard: open, move between stages and places, connect, delete. The server draws it.

const STEP = 74;
const TOP = 40;
const FAR = 6; // pixels before a press becomes a drag

export class Graph {
  #drag = null;
  #picking = null;

  constructor({ root, say, values, put, forms }) {
    Object.assign(this, { root, say, values, put, forms });
    this.part = root.querySelector('[data-part="graph"]');
    this.words = root.querySelector("[data-announce]");
    this.part.addEventListener("pointerdown", (event) => this.#down(event));
    this.part.addEventListener("pointermove", (event) => this.#move(event));
    this.part.addEventListener("pointerup", (event) => this.#up(event));
    this.part.addEventListener("pointercancel", () => this.#end());
    this.part.addEventListener("keydown", (event) => this.#key(event));
    this.part.addEventListener("focusout", (event) => this.part.contains(event.relatedTarget) || this.#pick(null));
  }

  get svg() {
    return this.part.querySelector("svg");
  }

  #boxes() {
    return [...this.part.querySelectorAll("[data-box]")];
  }

  #at(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
  }

  // ---- by mouse
  #down(event) {
    const box = event.target.closest("[data-box]");
    if (!box || event.button) return;
    event.preventDefault();
    box.focus({ preventScroll: true });
    this.#drag = { box, number: box.dataset.box, from: [event.clientX, event.clientY], port: Boolean(event.target.closest("[data-port]")), start: this.#at(event), far: false };
    this.part.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    drag.far ||= Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) > FAR;
    if (!drag.far) return;
    const point = this.#at(event);
    if (drag.port) {
      this.svg.querySelector("[data-draft]").setAttribute("d", `M${drag.start.x} ${drag.start.y}L${point.x} ${point.y}`);
      const over = this.#over(event);
      for (const box of this.#boxes()) box.classList.toggle("fp-target", box === over && box !== drag.box);
    } else if (drag.number !== "0") {
      const [x, y] = [point.x - drag.start.x, point.y - drag.start.y];
      drag.moved = drag.box.transform.baseVal.numberOfItems > 1 ? drag.box.transform.baseVal.getItem(1) : drag.box.transform.baseVal.appendItem(this.svg.createSVGTransform());
      drag.moved.setTranslate(x, y);
      const column = this.#column(point);
      for (const one of this.svg.querySelectorAll("[data-stage]")) one.classList.toggle("fp-over", one === column);
    }
  }

  #over(event) {
    return document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-box]");
  }

  #column(point) {
    return [...this.svg.querySelectorAll("[data-stage]")].findLast((one) => Number(one.dataset.x) - 14 <= point.x);
  }

  #up(event) {
    const drag = this.#drag;
    if (!drag) return;
    const over = drag.port ? this.#over(event) : null;
    const point = this.#at(event);
    this.#end();
    if (!drag.far) return this.#open(drag.number);
    if (drag.port) {
      if (over && over !== drag.box) this.#connect(drag.number, over.dataset.box);
    } else if (drag.number !== "0") this.#put(drag.number, this.#column(point)?.dataset.stage, Math.round((point.y - TOP - STEP / 2) / STEP));
  }

  #end() {
    this.#drag?.moved?.setTranslate(0, 0);
    this.#drag = null;
    this.svg?.querySelector("[data-draft]")?.setAttribute("d", "");
    for (const one of this.part.querySelectorAll(".fp-over, .fp-target")) one.classList.remove("fp-over", "fp-target");
  }

  // ---- what can be done
  #open(number) {
    this.forms.show(number === "0" ? "unit.text" : `n.${number}.name`);
  }

  #connect(source, target) {
    const node = this.forms.node(target);
    if (target !== "0" && node?.dataset.kind !== "process") {
      this.words.textContent = this.say.sayBackground;
      return;
    }
    this.forms.connect(source, target);
    this.words.textContent = this.say.sayConnected;
  }

  /** Into a stage (processes only), at a place in its column; the column is numbered anew. */
  #put(number, stage, place) {
    const node = this.forms.node(number);
    const own = this.part.querySelector(`[data-box="${number}"]`);
    const process = node.dataset.kind === "process";
    const wanted = process && stage && stage !== "upstream" ? stage : null;
    const columns = [...this.svg.querySelectorAll("[data-stage]")].map((one) => one.dataset.stage);
    const column = wanted ? columns.indexOf(wanted) : Number(own.dataset.column);
    if (wanted && column !== Number(own.dataset.column)) {
      this.put(`n.${number}.stage`, wanted);
      node.querySelector(`select[data-value="n.${number}.stage"]`).value = wanted;
    }
    const others = this.#boxes().filter((box) => box !== own && Number(box.dataset.column) === column && box.dataset.box !== "0");
    others.sort((a, b) => a.dataset.place - b.dataset.place);
    others.splice(Math.max(0, Math.min(others.length, place)), 0, own);
    others.forEach((box, k) => this.put(`n.${box.dataset.box}.order`, k + 1));
  }

  // ---- by keyboard
  #key(event) {
    const box = event.target.closest("[data-box]");
    if (!box) return;
    const number = box.dataset.box;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (this.#picking) return this.#choose(event, arrow);
    if (event.key === "Enter" || event.key === " ") this.#open(number);
    else if (arrow && event.altKey && number !== "0") this.#shift(box, arrow);
    else if (arrow) this.#beside(box, arrow)?.focus();
    else if (event.key.toLowerCase() === "c" && number !== "0" && !event.ctrlKey && !event.metaKey) this.#pick(box);
    else if (event.key === "Delete" && number !== "0") this.forms.removeNode(number);
    else return;
    event.preventDefault();
  }

  #shift(box, [across, down]) {
    const columns = [...this.svg.querySelectorAll("[data-stage]")].map((one) => one.dataset.stage);
    const column = Math.min(columns.length - 1, Math.max(1, Number(box.dataset.column) + across));
    this.#put(box.dataset.box, columns[column], Number(box.dataset.place) + down);
  }

  /** The nearest box in a direction. */
  #beside(box, [across, down], among = this.#boxes()) {
    const place = (one) => [Number(one.dataset.column), Number(one.dataset.place)];
    const [x, y] = place(box);
    const ahead = among.filter((one) => {
      const [a, b] = place(one);
      return across ? Math.sign(a - x) === across : a === x && Math.sign(b - y) === down;
    });
    const far = (one) => Math.abs(place(one)[0] - x) * 100 + Math.abs(place(one)[1] - y);
    return ahead.sort((a, b) => far(a) - far(b))[0];
  }

  #pick(source) {
    for (const one of this.part.querySelectorAll(".fp-target, .fp-chosen")) one.classList.remove("fp-target", "fp-chosen");
    this.#picking = source && { source, target: null };
    this.words.textContent = source ? this.say.sayPick : "";
    source?.classList.add("fp-chosen");
  }

  #choose(event, arrow) {
    const picking = this.#picking;
    const among = this.#boxes().filter((one) => one !== picking.source && /process|unit/.test(one.getAttribute("class")));
    if (arrow) {
      const next = this.#beside(picking.target ?? picking.source, arrow, among) ?? picking.target ?? among[0];
      picking.target?.classList.remove("fp-target");
      picking.target = next;
      next?.classList.add("fp-target");
      this.words.textContent = next?.getAttribute("aria-label") ?? "";
    } else if (event.key === "Enter" && picking.target) {
      const [source, target] = [picking.source.dataset.box, picking.target.dataset.box];
      this.#pick(null);
      this.#connect(source, target);
    } else if (event.key === "Escape") this.#pick(null);
    else return;
    event.preventDefault();
  }
}
