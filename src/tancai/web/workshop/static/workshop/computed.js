// What the page of a bench and the server share: values saved as they change, parts drawn anew from what is saved.
import { saving as savingOf } from "./save_line.js";

const WAIT = 500;

/**
 * A bench below `root` (its `data-compute` answers with the parts `data-part`; `data-say-offline`, `data-say-computing`
 * are its words). `values` are those of the work by name; "drawn" is told with the answer once its parts stand.
 */
export class Computed extends EventTarget {
  #stale = false;
  #waiting = 0;
  #asked = 0;

  constructor(root, values) {
    super();
    Object.assign(this, { root, values, say: root.dataset, saving: savingOf() });
    this.line = root.querySelector("[data-computing]");
    this.csrf = document.querySelector("meta[name=csrf-token]").content;
    this.saving?.addEventListener("state", ({ detail }) => {
      if (detail.state === "offline") this.line.textContent = this.say.sayOffline;
      if (detail.state === "saved" && this.#stale) this.compute();
    });
    window.addEventListener("online", () => this.#stale && this.compute());
    document.addEventListener("click", (event) => this.#leave(event));
    document.addEventListener("submit", (event) => this.#send(event));
  }

  /** Set a value of the work; null, an empty text and a tick taken away take it out. */
  put(name, given) {
    const value = given === "" || given === false ? null : given;
    if (!this.saving || JSON.stringify(this.values[name] ?? null) === JSON.stringify(value)) return;
    if (value === null) delete this.values[name];
    else this.values[name] = value;
    this.saving.put(name, value);
    this.#stale = true;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.compute(), WAIT);
  }

  /** Ask the server for what is saved now; an older answer that comes later is passed over. */
  async compute() {
    if (this.saving && !(await this.saving.flush())) {
      if (this.saving.state === "offline") this.line.textContent = this.say.sayOffline;
      return;
    }
    this.#stale = false;
    const mine = ++this.#asked;
    const late = setTimeout(() => (this.line.textContent = this.say.sayComputing), 150);
    const text = await this.#answer();
    clearTimeout(late);
    if (mine !== this.#asked) return;
    this.#stale = text === null;
    this.line.textContent = this.#stale ? this.say.sayOffline : "";
    if (text) this.#draw(text);
  }

  async #answer() {
    const post = { method: "POST", headers: { "X-CSRFToken": this.csrf } };
    const response = await fetch(this.say.compute, this.say.method === "GET" ? {} : post).catch(() => null);
    return response?.ok ? response.text().catch(() => null) : null;
  }

  /** Parts are replaced whole; what was folded open stays open, and the focus stays on what it was on. */
  #draw(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const held = document.activeElement?.closest?.("[data-box], [data-dot]");
    for (const part of this.root.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!fresh) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      part.replaceChildren(...fresh.childNodes);
      part.querySelectorAll("details").forEach((one, k) => (one.open = open[k] ?? one.open));
    }
    const [key, mark] = Object.entries(held?.dataset ?? {}).find(([name]) => name === "box" || name === "dot") ?? [];
    if (key && !held.isConnected) this.root.querySelector(`[data-${key}="${mark}"]`)?.focus({ preventScroll: true });
    this.dispatchEvent(new CustomEvent("drawn", { detail: { page } }));
  }

  /** A link that takes something away, or leads to another page of the work, waits for what is being saved. */
  async #leave(event) {
    const leaves = event.target.closest("a[data-leaves]");
    if (!leaves || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await this.saving?.flush();
    location.assign(leaves.href);
  }

  /** A form that changes the work is sent only after what was typed before. */
  async #send(event) {
    const form = event.target.closest("form[data-leaves]");
    if (!form) return;
    event.preventDefault();
    if (this.saving && !(await this.saving.flush())) this.line.textContent = this.say.sayOffline;
    else form.submit();
  }
}
