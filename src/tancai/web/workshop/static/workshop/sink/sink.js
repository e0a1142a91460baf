// One sink project: fields save themselves, rows come and go, and after a change the server draws what it computed.
import { saving as savingOf } from "../save_line.js";

const WAIT = 500;
const root = document.querySelector("[data-sink]");
const say = root.dataset;
const csrf = document.querySelector("meta[name=csrf-token]").content;
const values = JSON.parse(document.getElementById("sk-values").textContent);
const saving = savingOf();
const line = root.querySelector("[data-computing]");
const drawn = new EventTarget();

let stale = false;
let waiting = 0;
let asked = 0;

/** Set a value of the work; empty takes it out. */
function put(name, value) {
  const next = value === "" || value === false ? null : value;
  if (!saving || JSON.stringify(values[name] ?? null) === JSON.stringify(next)) return;
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
    const response = await fetch(say.compute, say.method === "GET" ? {} : { method: "POST", headers: { "X-CSRFToken": csrf } });
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
  const dot = document.activeElement?.closest?.("[data-dot]")?.dataset.dot;
  for (const part of root.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!fresh) continue;
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((one, k) => (one.open = open[k] ?? one.open));
  }
  if (dot) root.querySelector(`[data-dot="${dot}"]`)?.focus({ preventScroll: true });
  mark();
  drawn.dispatchEvent(new Event("drawn"));
}

saving?.addEventListener("state", ({ detail }) => {
  if (detail.state === "offline") line.textContent = say.sayOffline;
  if (detail.state === "saved" && stale) compute();
});
window.addEventListener("online", () => stale && compute());

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

// ---- leaving the page only with everything saved
document.addEventListener("click", async (event) => {
  const leaves = event.target.closest("a[data-leaves]");
  if (!leaves || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await saving?.flush();
  location.assign(leaves.href);
});
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-leaves]");
  if (!form) return;
  event.preventDefault();
  if (saving && !(await saving.flush())) return void (line.textContent = say.sayOffline);
  form.submit();
});

if (!saving) for (const field of root.querySelectorAll("input, select, textarea, button:not([data-goto])")) field.disabled = true;
mark();
const wanted = new URLSearchParams(location.search).get("to");
if (wanted) show(wanted);
root.dataset.ready = "";

export const desk = { root, say, values, saving, put, compute, remove, show, drawn };
