// Who an order is for: the candidates ticked, or the whole room; orders are sent without leaving the page.
import { fill } from "./lines.js";

export class Picking {
  constructor(root, words, lines, sent) {
    Object.assign(this, { root, words, lines, sent });
    this.said = root.querySelector("[data-chosen]");
    this.everything = root.querySelector("[data-all]");
    root.querySelector("[data-lines]").addEventListener("change", () => this.show());
    this.everything?.addEventListener("change", () => this.#pickShown(this.everything.checked));
    for (const form of root.querySelectorAll("form[data-order]")) form.addEventListener("submit", (event) => this.#send(event));
    this.show();
  }

  get chosen() {
    return [...this.lines.all.values()].filter((one) => one.pick?.checked);
  }

  #pickShown(on) {
    for (const one of this.lines.all.values()) if (one.pick && !one.row.hidden) one.pick.checked = on;
    this.show();
  }

  show() {
    if (!this.said) return;
    const chosen = this.chosen;
    const writing = [...this.lines.all.values()].filter((one) => ["running", "waiting", "paused", "over"].includes(one.line.state));
    this.said.textContent = chosen.length ? fill(this.words.chosen, { n: chosen.length }) : this.words.nobody_chosen;
    const names = chosen.slice(0, 5).map((one) => fill(this.words.one, { name: one.line.name, ticket: one.line.ticket })).join(this.words.comma);
    const target = !chosen.length
      ? fill(this.words.everybody, { n: writing.length })
      : chosen.length > 5 ? fill(this.words.and_more, { names, n: chosen.length }) : names;
    for (const place of this.root.querySelectorAll("[data-target]")) place.textContent = target;
    for (const field of this.root.querySelectorAll("form[data-order] [name=only]"))
      field.value = chosen.map((one) => one.line.id).join(",");
  }

  async #send(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button:not([data-close])");
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      const { said } = await answer.json();
      for (const one of said) say(one.text, one.level);
      if (said.some((one) => one.level === "success")) this.#done(form);
    } catch {
      say(this.words.failed, "error");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  #done(form) {
    form.closest("dialog").close();
    form.reset();
    for (const one of this.chosen) one.pick.checked = false;
    if (this.everything) this.everything.checked = false;
    this.show();
    this.sent();
  }
}

function say(text, level) {
  document.dispatchEvent(new CustomEvent("tancai:say", { detail: { text, level } }));
}
