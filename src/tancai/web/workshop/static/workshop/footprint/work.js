// One footprint model: fields save themselves, and after every change the server draws graph and result anew.
import { Computed } from "../computed.js";
import { Forms } from "./forms.js";
import { Graph } from "./graph.js";

const root = document.querySelector("[data-footprint]");
const say = root.dataset;
const values = JSON.parse(document.getElementById("fp-values").textContent);
const bench = new Computed(root, values);
const { saving } = bench;
const put = (name, value) => bench.put(name, value);

const forms = new Forms({ root, say, values, put });
new Graph({ root, say, values, put, forms });
bench.addEventListener("drawn", () => forms.mark());
forms.mark();
if (!saving) for (const field of root.querySelectorAll("input, select, button:not([data-goto])")) field.disabled = true;

root.addEventListener("click", (event) => {
  const goto = event.target.closest("[data-goto]");
  if (goto) forms.show(goto.dataset.goto);
});

root.dataset.ready = "";
