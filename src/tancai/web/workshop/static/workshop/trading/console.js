// The console: orders are taken out by a dialog that asks why; long steps say that they run.
import { Market } from "./live.js";

customElements.define("tc-market", Market);

document.addEventListener("click", (event) => {
  const order = event.target.closest("[data-strike]")?.dataset.strike;
  if (!order) return;
  const dialog = document.getElementById("strike");
  dialog.querySelector("[name=order]").value = order;
  dialog.querySelector("[data-strike-order]").textContent = order;
  dialog.showModal();
});

for (const form of document.querySelectorAll("form[data-slow]")) {
  form.addEventListener("submit", () => form.querySelector("button").setAttribute("aria-busy", "true"));
}
