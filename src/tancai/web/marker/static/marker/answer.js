// <tc-marking>: the running total, and the keyboard: digits give marks, arrows move, Enter goes on and sends.
class TcMarking extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.points = [...this.querySelectorAll(".point")];
    this.output = this.querySelector("output");
    this.addEventListener("input", () => this.sum());
    document.addEventListener("keydown", (event) => this.press(event));
    this.sum();
    if (!this.querySelector(".error-summary")) this.enter(this.points[0]);
  }

  valueOf(point) {
    const number = point.querySelector(".mark-number");
    const given = number ? number.value : point.querySelector(":checked")?.value;
    return given === undefined || given === "" ? null : Number(given);
  }

  set(point, value) {
    const most = Number(point.dataset.most);
    const marks = Math.round(Math.min(Math.max(value, 0), most) * 2) / 2;
    const number = point.querySelector(".mark-number");
    const field = number || [...point.querySelectorAll("input")].find((radio) => Number(radio.value) === marks);
    if (number) number.value = String(marks);
    else field.checked = true;
    field.focus();
    this.sum();
  }

  sum() {
    const values = this.points.map((point) => this.valueOf(point));
    const known = values.filter((value) => value !== null);
    this.output.value = known.length ? String(known.reduce((total, value) => total + value, 0)) : this.output.dataset.empty;
  }

  enter(point) {
    const field = point?.querySelector(":checked") || point?.querySelector("input");
    field?.focus({ focusVisible: true });
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("textarea, summary, dialog, nav, button, a")) return;
    const point = event.target.closest(".point");
    const index = this.points.indexOf(point);
    if (!point) {
      if (/^[0-9]$/.test(event.key) && this.points[0]) this.enter(this.points[0]);
      else return;
    }
    const current = point || this.points[0];
    const value = this.valueOf(current);
    const typing = event.target.classList.contains("mark-number");
    const act = {
      ArrowUp: () => this.enter(this.points[Math.max(index - 1, 0)]),
      ArrowDown: () => this.enter(this.points[Math.min(index + 1, this.points.length - 1)]),
      ArrowLeft: () => this.set(current, (value ?? 0) - 0.5),
      ArrowRight: () => this.set(current, value === null ? 0 : value + 0.5),
      Enter: () => this.onward(index),
      f: () => this.set(current, Number(current.dataset.most)),
      F: () => this.set(current, Number(current.dataset.most)),
    }[event.key];
    if (act && !(typing && event.key.startsWith("Arrow") && !event.key.endsWith("Up") && !event.key.endsWith("Down"))) {
      event.preventDefault();
      act();
    } else if (!typing && /^[0-9]$/.test(event.key)) {
      event.preventDefault();
      this.set(current, Number(event.key));
    } else if (!typing && event.key === "." && value !== null) {
      event.preventDefault();
      this.set(current, Math.floor(value) + 0.5);
    }
  }

  onward(index) {
    const open = this.points.find((point, place) => place > index && this.valueOf(point) === null);
    const missing = open || this.points.find((point) => this.valueOf(point) === null);
    if (missing) this.enter(missing);
    else if (index + 1 < this.points.length) this.enter(this.points[index + 1]);
    else this.form.requestSubmit(this.form.querySelector("[name=give]"));
  }
}
customElements.define("tc-marking", TcMarking);
