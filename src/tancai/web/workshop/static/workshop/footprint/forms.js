// The forms of nodes, rows and scenarios: fields, rows that come and go, choices that follow from what there is.

export class Forms {
  constructor({ root, say, values, put }) {
    Object.assign(this, { root, say, values, put });
    this.list = root.querySelector("[data-nodes]");
    root.addEventListener("input", (event) => this.#changed(event.target, event.type));
    root.addEventListener("change", (event) => this.#changed(event.target, event.type));
    root.addEventListener("click", (event) => this.#clicked(event.target));
    this.choices();
  }

  // ---- what there is
  nodes() {
    return [...this.list.querySelectorAll(":scope > [data-node]")];
  }

  node(number) {
    return this.list.querySelector(`:scope > [data-node="${number}"]`);
  }

  title(number) {
    return this.node(number)?.querySelector("[data-title]").textContent ?? "";
  }

  flows(number) {
    const node = this.node(number);
    if (!node) return [];
    if (node.dataset.kind !== "process") return [[`${number}`, this.title(number)]];
    return [...node.querySelectorAll('[data-rows="out"] [data-row]')].map((row) => {
      const place = row.dataset.row.split(".").pop();
      return [`${number}.${place}`, this.values[`${row.dataset.row}.name`] || this.title(number)];
    });
  }

  unitOf(flow) {
    const [number, place] = flow.split(".");
    const kind = this.node(number)?.dataset.kind;
    if (kind === "electricity") return "kWh";
    if (kind === "factor") return (this.values[`n.${number}.unit`] ?? "").split("/").slice(1).join("/").replace(/[()]/g, "");
    return this.values[`n.${number}.out.${place}.unit`] ?? "";
  }

  // ---- fields
  #changed(field, type) {
    const name = field.dataset?.value;
    if (!name || "fixed" in field.dataset) return;
    if (type === "input" && (field.type === "checkbox" || field.tagName === "SELECT")) return;
    const value = field.type === "checkbox" ? field.checked : field.value;
    this.put(name, typeof value === "string" ? value.trim() : value);
    if ("maker" in field.dataset) this.#taken(field);
    if ("target" in field.dataset) this.#toField(field.closest("[data-scenario]"));
    const node = field.closest("[data-node]");
    if (node && name === `n.${node.dataset.node}.name`) this.#retitle(node, field.value);
    if (/\.name$|\.unit$/.test(name) && type === "change") this.choices();
  }

  #retitle(node, text) {
    const kind = node.querySelector(".fp-kind").textContent;
    node.querySelector("[data-title]").textContent = text.trim() || (node.dataset.kind === "electricity" ? kind : `${kind} ${node.dataset.node}`);
  }

  /** A flow was chosen and nothing is written yet: take its unit. */
  #taken(field) {
    field.dataset.chosen = field.value;
    const at = field.dataset.value === "unit.flow" ? "unit" : field.closest("[data-row]").dataset.row;
    const unit = this.unitOf(field.value);
    const choice = this.root.querySelector(`select[data-value="${at}.unit"]`);
    if (!unit || this.values[`${at}.amount`] || !choice) return;
    if (![...choice.options].some((one) => one.value === unit)) return;
    choice.value = unit;
    this.put(`${at}.unit`, unit);
  }

  /** Fill every list of makers and of targets from what the model holds now. */
  choices() {
    const flows = this.nodes().flatMap((node) => this.flows(node.dataset.node));
    for (const list of this.root.querySelectorAll("select[data-maker]")) this.#fill(list, flows);
    const targets = this.#targets();
    for (const list of this.root.querySelectorAll("select[data-target]")) {
      this.#fill(list, targets);
      this.#toField(list.closest("[data-scenario]"));
    }
  }

  #fill(list, options) {
    const chosen = this.values[list.dataset.value] ?? "";
    const all = [["", this.say.sayNone], ...options];
    if (chosen && !all.some(([code]) => code === chosen)) all.push([chosen, /^\d+(\.\d+)?$/.test(chosen) ? "?" : chosen]);
    list.replaceChildren(...all.map(([code, word]) => new Option(word, code, false, code === chosen)));
  }

  #targets() {
    const found = [["method.gwp", this.#label("method.gwp")]];
    for (const node of this.nodes()) {
      const number = node.dataset.node;
      const name = this.title(number);
      const add = (key) => found.push([`n.${number}.${key}`, `${name} · ${this.#label(`n.${number}.${key}`)}`]);
      if (node.dataset.kind === "factor") add("value");
      if (node.dataset.kind === "electricity") add("year");
      if (node.dataset.kind === "process") {
        add("allocation");
        for (const row of node.querySelectorAll('[data-rows="in"] [data-row]')) {
          const flow = this.values[`${row.dataset.row}.flow`] ?? "";
          const key = `${row.dataset.row}.amount`;
          const made = this.flows(flow.split(".")[0]).find(([code]) => code === flow);
          if (made) found.push([key, `${name} · ${made[1]} · ${this.#label(key)}`]);
        }
      }
    }
    return found;
  }

  #label(name) {
    return this.#field(name)?.closest("label")?.querySelector("span")?.textContent ?? name;
  }

  #field(name) {
    return this.root.querySelector(`:is(input, select)[data-value="${CSS.escape(name)}"]`);
  }

  /** Codes (allocation, potentials) are chosen from a list, figures are written. */
  #toField(scenario) {
    const what = scenario?.querySelector("[data-target]")?.value ?? "";
    const field = scenario?.querySelector('[data-value$=".to"]');
    if (!field) return;
    const model = /\.(allocation|gwp|year)$/.test(what) ? this.#field(what) : null;
    if (!model) {
      if (field.tagName === "INPUT") return;
      const plain = document.createElement("input");
      plain.dataset.value = field.dataset.value;
      plain.value = this.values[field.dataset.value] ?? "";
      field.replaceWith(plain);
      return;
    }
    const list = document.createElement("select");
    list.dataset.value = field.dataset.value;
    const chosen = this.values[field.dataset.value] ?? "";
    list.append(new Option(this.say.sayNone, ""), ...[...model.options].filter((one) => one.value).map((one) => new Option(one.text, one.value, false, one.value === chosen)));
    field.replaceWith(list);
  }

  // ---- what comes and goes
  #clicked(target) {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.add) this.show(`n.${this.addNode(button.dataset.add)}.name`);
    else if (button.dataset.addRow) this.#focus(this.addRow(button.closest("[data-node]").dataset.node, button.dataset.addRow));
    else if ("addScenario" in button.dataset) this.#focus(this.#addScenario());
    else if ("removeRow" in button.dataset) this.#remove(button.closest("[data-row]"), `${button.closest("[data-row]").dataset.row}.`);
    else if ("removeNode" in button.dataset) this.removeNode(button.closest("[data-node]").dataset.node);
    else if ("undoButton" in button.dataset) this.#undo();
  }

  #focus(element) {
    element?.querySelector("input, select")?.focus();
  }

  #next(pattern) {
    const used = Object.keys(this.values).map((name) => Number(pattern.exec(name)?.[1] ?? 0));
    return Math.max(0, ...used, this.#highest[pattern.source] ?? 0) + 1;
  }

  #highest = {};

  #number(pattern) {
    return (this.#highest[pattern.source] = this.#next(pattern));
  }

  /** A copy of a template with its numbers filled in; what its lists show is saved with it. */
  #copy(selector, node, row = "") {
    const frame = document.createElement("template");
    frame.innerHTML = this.root.querySelector(selector).innerHTML.replaceAll("__node__", node).replaceAll("__row__", row);
    const made = frame.content.firstElementChild;
    return made;
  }

  #keep(made) {
    for (const list of made.querySelectorAll("select[data-value]:not([data-maker], [data-target])")) this.put(list.dataset.value, list.value);
  }

  addNode(kind) {
    const number = this.#number(/^n\.(\d+)\./);
    const made = this.#copy(`[data-blank-node="${kind}"]`, number);
    this.put(`n.${number}.kind`, kind);
    this.list.append(made);
    this.#keep(made);
    if (kind === "process") this.addRow(number, "out");
    this.choices();
    return number;
  }

  addRow(node, kind) {
    const number = this.#number(new RegExp(`^n\\.${node}\\.${kind}\\.(\\d+)\\.`));
    const made = this.#copy(`[data-blank-row="${kind}"]`, node, number);
    this.node(node).querySelector(`[data-rows="${kind}"] [data-row-list]`).append(made);
    this.#keep(made);
    this.choices();
    return made;
  }

  #addScenario() {
    const number = this.#number(/^s\.(\d+)\./);
    const made = this.#copy("[data-blank-scenario]", number);
    this.root.querySelector("[data-scenarios]").append(made);
    this.choices();
    return made;
  }

  removeNode(number) {
    this.#remove(this.node(number), `n.${number}.`, this.title(number));
  }

  #remove(element, prefix, title = "") {
    const gone = Object.entries(this.values).filter(([name]) => name.startsWith(prefix));
    const words = title || element.querySelector("input")?.value || element.closest("[data-node]")?.querySelector("[data-title]").textContent || "";
    this.removed = { element, parent: element.parentElement, next: element.nextElementSibling, gone };
    element.remove();
    for (const [name] of gone) this.put(name, null);
    this.choices();
    const bar = this.root.querySelector("[data-undo]");
    bar.hidden = false;
    bar.querySelector("[data-undo-text]").textContent = `${this.say.sayRemoved}${words}`;
    bar.querySelector("button").focus({ preventScroll: true });
    bar.scrollIntoView({ block: "nearest" });
  }

  #undo() {
    const { element, parent, next, gone } = this.removed;
    parent.insertBefore(element, next?.parentElement === parent ? next : null);
    for (const [name, value] of gone) this.put(name, value);
    this.choices();
    this.root.querySelector("[data-undo]").hidden = true;
    this.#focus(element);
  }

  /** Take `source` into process `target` (or the functional unit, 0): a new row, ready for its amount. */
  connect(source, target) {
    const flow = this.flows(source)[0]?.[0] ?? "";
    if (Number(target) === 0) {
      this.put("unit.flow", flow);
      this.choices();
      this.#taken(this.#field("unit.flow"));
      return this.show("unit.amount");
    }
    const row = this.addRow(target, "in");
    const at = row.dataset.row;
    this.put(`${at}.flow`, flow);
    this.choices();
    this.#taken(this.#field(`${at}.flow`));
    return this.show(`${at}.amount`);
  }

  // ---- finding a field
  /** Open what holds a value and put the cursor there; a row or node without such a field opens too. */
  show(name) {
    const row = this.root.querySelector(`[data-row="${CSS.escape(name)}"]`);
    const number = /^n\.(\d+)/.exec(name)?.[1];
    const field = this.#field(name) ?? row?.querySelector("input, select") ?? this.node(number)?.querySelector("input");
    if (!field) return;
    if (number) for (const node of this.nodes()) node.open = node.dataset.node === number;
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }

  /** Write faults beside their fields. */
  mark() {
    for (const one of this.root.querySelectorAll(".fp-error")) one.remove();
    for (const one of this.root.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const one of this.root.querySelectorAll(".fp-wrong")) one.classList.remove("fp-wrong");
    for (const fault of this.root.querySelectorAll('[data-fault][data-level="refused"]')) {
      const name = fault.dataset.fault;
      this.node(/^n\.(\d+)/.exec(name)?.[1])?.classList.add("fp-wrong");
      const field = this.#field(name);
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      const text = document.createElement("span");
      text.className = "fp-error";
      text.textContent = fault.querySelector("[data-fault-text]").textContent;
      field.closest(".fp-field")?.append(text);
    }
  }
}
