// One footprint model: fields save themselves, and after every change the server draws graph and result anew.
import { saving as savingOf } from "../save_line.js";
import { Forms } from "./forms.js";
import { Graph } from "./graph.js";

const WAIT = 500;
const root = document.querySelector("[data-footprint]");
const say = root.dataset;
const csrf = document.querySelector("meta[name=csrf-token]").content;
const values = JSON.parse(document.getElementById("fp-values").textContent);
const saving = savingOf();
const line = root.querySelector("[data-computing]");

let stale = false;
let waiting = 0;
let asked = 0;

function put(name, value) {
  const next = value === "" || value === false ? null : value;
  if (!saving || (values[name] ?? null) === next) return;
  if (next === null) delete values[name];
  else values[name] = next;
  saving.put(name, next);
  stale = true;
  clearTimeout(waiting);
  waiting = setTimeout(compute, WAIT);
}

async function compute() {
  if (saving && !(await saving.flush())) return void (saving.state === "offline" && (line.textContent = say.sayOffline));
  stale = false;
  const mine = ++asked;
  const late = setTimeout(() => (line.textContent = say.sayComputing), 150);
  let text = "";
  try {
    const response = await fetch(say.compute, { method: "POST", headers: { "X-CSRFToken": csrf } });
    if (response.ok) text = await response.text();
    else stale = true;
  } catch {
    stale = true;
  }
  clearTimeout(late);
  if (mine !== asked) return;
  line.textContent = stale ? say.sayOffline : "";
  if (text) draw(text);
}

function draw(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const box = document.activeElement?.closest?.("[data-box]")?.dataset.box;
  for (const part of root.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((one, k) => (one.open = open[k] ?? one.open));
  }
  if (box) root.querySelector(`[data-box="${box}"]`)?.focus({ preventScroll: true });
  forms.mark();
}

saving?.addEventListener("state", ({ detail }) => {
  if (detail.state === "offline") line.textContent = say.sayOffline;
  if (detail.state === "saved" && stale) compute();
});
window.addEventListener("online", () => stale && compute());

const forms = new Forms({ root, say, values, put });
new Graph({ root, say, values, put, forms });
forms.mark();
if (!saving) for (const field of root.querySelectorAll("input, select, button:not([data-goto])")) field.disabled = true;

root.addEventListener("click", (event) => {
  const goto = event.target.closest("[data-goto]");
  if (goto) forms.show(goto.dataset.goto);
});

document.addEventListener("click", async (event) => {
  const leaves = event.target.closest("a[data-leaves]");
  if (!leaves) return;
  event.preventDefault();
  await saving?.flush();
  location.assign(leaves.href);
});

root.dataset.ready = "";
