// <tc-toasts> is the live region: it holds what the server said, and good news leaves by itself.
class TcToasts extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest(".toast-close")?.closest(".toast").remove());
    for (const toast of this.querySelectorAll(".toast")) this.fade(toast);
    document.addEventListener("tancai:say", (event) => this.say(event.detail));
  }

  say({ text, level = "success" }) {
    const toast = this.querySelector("template").content.firstElementChild.cloneNode(true);
    toast.classList.add(level);
    toast.querySelector(".toast-text").textContent = text;
    this.append(toast);
    this.fade(toast);
  }

  fade(toast) {
    if (toast.classList.contains("error") || toast.classList.contains("warning")) return;
    setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 8000);
  }
}
customElements.define("tc-toasts", TcToasts);
