// One sink project: fields save themselves, rows come and go, and after a change the server draws what it computed.
import { Computed } from "../computed.js";

const root = document.querySelector("[data-sink]");
const say = root.dataset;
const values = JSON.parse(document.getElementById("sk-values").textContent);
const bench = new Computed(root, values);
const { saving } = bench;
const put = (name, value) => bench.put(name, value);

bench.addEventListener("drawn", () => mark());

// ---- fields
function changed({ target: field, type }) {
  const list = field.closest("[data-list]");
  if (list) {
    if (type === "change") put(list.dataset.list, [...list.querySelectorAll("input:checked")].map((one) => one.value));
    return;
  }
  const name = field.dataset?.value;
  if (!name || (type === "input" && (field.type === "checkbox" || field.tagName === "SELECT"))) return;
  if (field.type === "checkbox") return void put(name, field.checked);
  const text = field.value.trim();
  put(name, "number" in field.dataset && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text);
}
root.addEventListener("input", changed);
root.addEventListener("change", changed);

/** The field of a value, or the cell of a tally (`p.3.now.1.d`). */
function fieldOf(name) {
  const plain = root.querySelector(`:is(input, select, textarea)[data-value="${CSS.escape(name)}"]`);
  if (plain) return plain;
  const [, tally, row, cell] = /^(p\.\d+\.(?:now|first))(?:\.(\d+)(?:\.(\w+))?)?$/.exec(name) ?? [];
  if (tally) {
    const rows = root.querySelectorAll(`[data-tally="${tally}"] tbody tr`);
    return rows[row ?? 0]?.querySelector(cell ? `[data-cell="${cell}"]` : "input") ?? null;
  }
  return root.querySelector(`[data-list="${CSS.escape(name)}"] input`);
}

/** Write faults beside their fields. */
function mark() {
  for (const one of root.querySelectorAll(".sk-error")) one.remove();
  for (const one of root.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const fault of root.querySelectorAll('[data-fault][data-level="refused"]')) {
    const field = fieldOf(fault.dataset.fault);
    if (!field) continue;
    field.setAttribute("aria-invalid", "true");
    const text = document.createElement("span");
    text.className = "sk-error";
    text.textContent = fault.querySelector("[data-fault-text]").textContent;
    field.closest(".sk-field")?.append(text);
  }
}

/** Open what holds a value and put the cursor there. */
function show(name) {
  const field = fieldOf(name) ?? root.querySelector(`[data-plot="${/^p\.(\d+)/.exec(name)?.[1]}"] input`);
  if (!field) return false;
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
  return true;
}

// ---- rows that come and go
const highest = {};

function addRow(section) {
  const kind = section.dataset.rows;
  const used = Object.keys(values).map((name) => Number(new RegExp(`^${kind}\\.(\\d+)\\.`).exec(name)?.[1] ?? 0));
  const there = [...section.querySelectorAll("[data-row]")].map((one) => Number(one.dataset.row.split(".")[1]));
  highest[kind] = Math.max(0, ...used, ...there, highest[kind] ?? 0) + 1;
  const frame = document.createElement("template");
  frame.innerHTML = section.querySelector("template").innerHTML.replaceAll("__row__", highest[kind]);
  const row = frame.content.firstElementChild;
  section.querySelector("[data-row-list]").append(row);
  row.querySelector("input, select")?.focus();
}

/** Take out an element and the values that begin with `prefix`; the undo line brings both back. */
function remove(element, prefix, title) {
  const gone = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  const parent = element.parentElement;
  const next = element.nextElementSibling;
  element.remove();
  for (const [name] of gone) put(name, null);
  const bar = root.querySelector("[data-undo]");
  bar.hidden = false;
  bar.querySelector("[data-undo-text]").textContent = `${say.sayRemoved}${title}`;
  bar.querySelector("button").onclick = () => {
    parent.insertBefore(element, next?.parentElement === parent ? next : null);
    for (const [name, value] of gone) put(name, value);
    bar.hidden = true;
    element.querySelector("input, select, summary")?.focus();
  };
  bar.querySelector("button").focus({ preventScroll: true });
  bar.scrollIntoView({ block: "nearest" });
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if ("addRow" in button.dataset) addRow(button.closest("[data-rows]"));
  if ("removeRow" in button.dataset) {
    const row = button.closest("[data-row]");
    remove(row, `${row.dataset.row}.`, row.querySelector("input")?.value || row.dataset.row);
  }
  if (button.dataset.goto && show(button.dataset.goto)) event.preventDefault();
});

if (!saving) for (const field of root.querySelectorAll("input, select, textarea, button:not([data-goto])")) field.disabled = true;
mark();
const wanted = new URLSearchParams(location.search).get("to");
if (wanted) show(wanted);
root.dataset.ready = "";

export const desk = { root, say, values, saving, put, remove, show, bench };
