// <tc-autosave> tells in one quiet line whether the htmx form around it is saved; it becomes loud only on failure.
class TcAutosave extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form") || document;
    form.addEventListener("input", () => this.say("pending"));
    form.addEventListener("htmx:beforeRequest", () => this.say("saving"));
    form.addEventListener("htmx:afterRequest", (event) => this.say(event.detail.successful ? "saved" : "failed"));
  }

  say(state) {
    this.dataset.state = state;
    this.querySelector("[role=status]").textContent = this.dataset[state] || "";
  }
}
customElements.define("tc-autosave", TcAutosave);
