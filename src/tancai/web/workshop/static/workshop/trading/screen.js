// A trader's screen: the ticket, the registry, orders withdrawn, blocks accepted, all by keyboard as well.
import { Market } from "./live.js";

class Screen extends Market {
  connectedCallback() {
    super.connectedCallback();
    this.ticket = this.querySelector("[data-ticket]");
    this.registry = this.querySelector("[data-registry]");
    this.ticket.addEventListener("submit", (event) => this.#submit(event, this.ticket, "[data-answer]"));
    this.registry.addEventListener("submit", (event) => this.#submit(event, this.registry, "[data-registry-answer]"));
    this.ticket.addEventListener("input", () => this.#shape());
    this.ticket.elements.price.addEventListener("keydown", (event) => this.#tick(event));
    this.addEventListener("click", (event) => this.#clicked(event.target.closest("button")));
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#shape();
  }

  /** Only the fields that the method wants; the amount beside them. */
  #shape() {
    const { kind, price, quantity } = this.ticket.elements;
    for (const one of this.ticket.querySelectorAll("[data-for]")) one.hidden = !one.dataset.for.split(" ").includes(kind.value);
    const label = this.ticket.querySelector("[data-words]");
    const words = JSON.parse(label.dataset.words)[kind.value];
    if (words) label.textContent = words;
    const amount = kind.value === "take" ? NaN : Number(price.value) * Number(quantity.value);
    const said = this.ticket.querySelector("[data-amount]");
    said.textContent = amount > 0 ? `= ¥ ${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` : "";
  }

  #submit(event, form, place) {
    event.preventDefault();
    const values = {};
    for (const field of form.elements) {
      if (field.name && !field.hidden && field.name !== "kind" && field.name !== "csrfmiddlewaretoken" && (field.type !== "radio" || field.checked)) values[field.name] = field.value;
    }
    this.#send(form.elements.kind.value, values, this.querySelector(place), form);
  }

  #clicked(button) {
    if (!button) return;
    const { cancel, accept, bid, take, side } = button.dataset;
    if (cancel) this.#send("cancel", { order: cancel });
    if (accept) this.#send("accept", { other: accept });
    if (take) this.#fill({ side, kind: "list", price: take });
    if (bid) this.#fill({ kind: "bid", other: bid });
  }

  #fill(values) {
    for (const [name, value] of Object.entries(values)) this.ticket.elements[name].value = value;
    this.#shape();
    this.ticket.elements.quantity.focus();
  }

  /** Up and down move the price by one tick. */
  #tick(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const price = Number(event.target.value);
    if (!step || !(price > 0)) return;
    event.preventDefault();
    event.target.value = (Math.round(price * 100 + step) / 100).toFixed(2);
    this.#shape();
  }

  #key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const act = {
      KeyB: () => this.#choose("buy"),
      KeyS: () => this.#choose("sell"),
      KeyC: () => this.querySelector("[data-cancel]")?.click(),
    }[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #choose(side) {
    this.ticket.elements.side.value = side;
    const { price, quantity } = this.ticket.elements;
    (price.hidden ? quantity : price).focus();
  }

  /** The same key goes with every try, so that a move whose answer was lost is not made twice. */
  async #send(kind, values, said = this.querySelector("[data-answer]"), form = null) {
    const text = JSON.stringify([kind, values]);
    if (this.busy) return;
    this.busy = true;
    if (this.tried?.text !== text) this.tried = { text, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.slice(0, 36) };
    try {
      const answer = await fetch(this.dataset.move, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.ticket.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ key: this.tried.key, kind, values }),
        signal: AbortSignal.timeout(15_000),
      });
      const told = await answer.json();
      this.tried = null;
      this.#answer(said, told.message, told.ok);
      if (form) this.#mark(form, told);
      if (!this.streaming) this.ask();
    } catch {
      this.#answer(said, this.dataset.failed, false);
    } finally {
      this.busy = false;
    }
  }

  #mark(form, told) {
    for (const one of form.elements) one.removeAttribute?.("aria-invalid");
    const field = told.field && form.elements[told.field];
    if (field?.focus && !field.hidden) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    } else if (told.ok) {
      form.elements.quantity.value = "";
      this.#shape();
    }
  }

  #answer(place, message, ok) {
    place.textContent = message;
    place.dataset.ok = String(ok);
  }
}

customElements.define("tc-market", Screen);
