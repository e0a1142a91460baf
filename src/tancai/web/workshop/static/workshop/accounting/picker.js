// The factor picker: rows of the tables for one source, searched on the server, taken with their source.

export class Picker {
  #number = 0;
  #opener = null;
  #timer = 0;

  /** `address(number)` of the list, `before()` saves first, `take(number, sets)` writes what was chosen. */
  constructor(dialog, { address, before, take }) {
    Object.assign(this, { dialog, address, before, take });
    this.list = dialog.querySelector("[data-picker-list]");
    this.search = dialog.querySelector("[data-picker-search]");
    this.search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#load(), 250);
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#opener?.focus());
    dialog.addEventListener("click", (event) => this.#taken(event.target.closest("[data-take]")));
  }

  async open(number, opener) {
    this.#number = number;
    this.#opener = opener;
    this.search.value = "";
    this.list.replaceChildren();
    this.dialog.showModal();
    this.search.focus();
    await this.before();
    await this.#load();
  }

  async #load() {
    const query = new URLSearchParams({ q: this.search.value });
    const response = await fetch(`${this.address(this.#number)}?${query}`).catch(() => null);
    if (response?.ok) this.list.innerHTML = await response.text();
  }

  async #taken(button) {
    if (!button) return;
    const sets = JSON.parse(button.dataset.take);
    const number = this.#number;
    this.#opener = null;
    this.dialog.close();
    await this.take(number, sets);
    document.querySelector(`[data-row-form="${number}"] [data-pick]`)?.focus();
  }
}
