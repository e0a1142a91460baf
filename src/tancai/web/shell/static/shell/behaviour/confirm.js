// <tc-dialog> wraps a <dialog>; elements with data-opens="<dialog id>" open it, data-close shuts it.
class TcDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("click", (event) => {
      if (event.target === this.dialog || event.target.closest("[data-close]")) {
        event.preventDefault();
        this.dialog.close();
      }
    });
    if (this.hasAttribute("open")) this.dialog.showModal();
  }
}
customElements.define("tc-dialog", TcDialog);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (!dialog || !dialog.showModal) return;
  event.preventDefault();
  dialog.showModal();
});
