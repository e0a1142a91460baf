// <tc-density> keeps the reader's choice of roomy or dense tables on this device.
const KEY = "tancai-dense";
const remembered = () => {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
};

class TcDensity extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const apply = (dense) => {
      this.closest(".table-frame").classList.toggle("dense", dense);
      button.setAttribute("aria-pressed", String(dense));
    };
    apply(remembered());
    button.addEventListener("click", () => {
      const dense = button.getAttribute("aria-pressed") !== "true";
      try {
        localStorage.setItem(KEY, dense ? "1" : "0");
      } catch {
        // Private windows may refuse storage; the switch still works for this page.
      }
      apply(dense);
    });
  }
}
customElements.define("tc-density", TcDensity);
