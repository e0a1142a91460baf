// A page of fields of a workbook without rows to add: a sheet of the collection form, the data-quality plan.
import { Computed } from "../computed.js";
import { entering, mark } from "./entering.js";
import { Picker } from "./picker.js";

const root = document.querySelector("[data-accounting]");
const bench = new Computed(root, JSON.parse(document.getElementById("ac-values").textContent));
entering(root, bench);
bench.addEventListener("drawn", () => mark(root));

const dialog = root.querySelector("[data-picker]");
if (dialog) {
  const picker = new Picker(dialog, {
    address: (number) => `${root.dataset.row.replace("/0/", `/${number}/`)}factors/`,
    before: () => bench.saving?.flush(),
    take(number, sets) {
      for (const [key, value] of Object.entries(sets)) {
        const name = `s.${number}.${key}`;
        bench.put(name, value);
        const field = root.querySelector(`[data-value="${CSS.escape(name)}"]`);
        if (field) field.value = value;
      }
    },
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (button) picker.open(button.closest("[data-row-form]").dataset.rowForm, button);
  });
}

mark(root);
root.dataset.ready = "";
if (!bench.saving) for (const field of root.querySelectorAll("input, select, textarea, button")) field.disabled = true;
