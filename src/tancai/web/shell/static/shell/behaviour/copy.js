// <tc-copy text="…"> copies its text and says so in its own status line.
class TcCopy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const status = this.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(this.getAttribute("text"));
        status.textContent = this.dataset.done;
        button.classList.add("copied");
      } catch {
        status.textContent = this.dataset.failed;
      }
      setTimeout(() => {
        status.textContent = "";
        button.classList.remove("copied");
      }, 2500);
    });
  }
}
customElements.define("tc-copy", TcCopy);
