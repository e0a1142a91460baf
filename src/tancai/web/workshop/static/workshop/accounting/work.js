// One workbook: fields save themselves, and after every change the server draws table and result anew.
import { Computed } from "../computed.js";
import { entering, mark } from "./entering.js";
import { Picker } from "./picker.js";

const root = document.querySelector("[data-accounting]");
const say = root.dataset;
const values = JSON.parse(document.getElementById("ac-values").textContent);
const bench = new Computed(root, values);
const { saving, line } = bench;
const put = (name, value) => bench.put(name, value);
const rows = root.querySelector("[data-rows]");
entering(root, bench);
const undo = root.querySelector("[data-undo]");

let taken = null;
let nextRow = Number(say.next);
const nextLine = JSON.parse(say.nextLines);

bench.addEventListener("drawn", ({ detail: { page } }) => {
  const kinds = root.querySelector("[data-kinds]");
  const chosen = kinds.value;
  kinds.replaceChildren(...page.querySelector("[data-kinds]").childNodes);
  if ([...kinds.options].some((one) => one.value === chosen)) kinds.value = chosen;
  mark(root);
});

/** The title of a row follows its name. */
rows.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-row-form]");
  if (!form || target.dataset.value !== `s.${form.dataset.rowForm}.name`) return;
  form.querySelector("[data-title]").textContent = target.value.trim() || form.querySelector("summary .quiet").textContent;
});

/** A liquid by volume asks for its density, which the row shows from then on. */
rows.addEventListener("change", async ({ target }) => {
  const number = target.closest("[data-row-form]")?.dataset.rowForm;
  if (!target.matches('select[data-value$=".unit"]') || !["L", "m3"].includes(target.value)) return;
  put(target.dataset.value, target.value);
  await showRow(number, { focus: false });
  rows.querySelector(`[data-value="s.${number}.density"]`)?.focus();
});

// ---- rows
async function showRow(number, { focus = true } = {}) {
  if (!(await saving.flush())) return void (line.textContent = say.sayRow);
  const response = await fetch(say.row.replace("/0/", `/${number}/`)).catch(() => null);
  if (!response?.ok) return void (line.textContent = say.sayRow);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-row-form]");
  const old = rows.querySelector(`[data-row-form="${number}"]`);
  if (old) old.replaceWith(fresh);
  else rows.append(fresh);
  if (focus) fresh.querySelector("input").focus();
}

function namesOf(at) {
  return Object.keys(values).filter((name) => name.startsWith(`${at}.`));
}

function remove(at, title) {
  taken = Object.fromEntries(namesOf(at).map((name) => [name, values[name]]));
  for (const name of Object.keys(taken)) put(name, null);
  undo.querySelector("[data-undo-text]").textContent = `${say.sayRemoved}${title}`;
  undo.hidden = false;
}

async function restore() {
  const at = Object.keys(taken ?? {})[0]?.split(".").slice(0, 2).join(".");
  for (const [name, value] of Object.entries(taken ?? {})) put(name, value);
  undo.hidden = true;
  taken = null;
  if (at?.startsWith("s.")) await showRow(at.slice(2));
  else if (at) addLine(...at.split("."));
}

root.querySelector("[data-add]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const kind = root.querySelector("[data-kinds]");
  const number = nextRow++;
  put(`s.${number}.kind`, kind.value);
  put(`s.${number}.name`, kind.selectedOptions[0].textContent);
  await showRow(number);
});

async function copy(form) {
  const number = nextRow++;
  const at = `s.${form.dataset.rowForm}`;
  for (const name of namesOf(at)) if (name !== `${at}.id`) put(`s.${number}.${name.slice(at.length + 1)}`, values[name]);
  await showRow(number);
}

// ---- lines of few fields: outputs (p) and energy balances (b)
function addLine(letter, number = nextLine[letter]++) {
  const blank = root.querySelector(`[data-blank-line="${letter}"]`).innerHTML.replaceAll("__n__", number);
  const page = new DOMParser().parseFromString(blank, "text/html").body.firstElementChild;
  root.querySelector(`[data-lines="${letter}"]`).append(page);
  for (const field of page.querySelectorAll("[data-value]")) {
    field.value = values[field.dataset.value] ?? field.value;
    if (field.tagName === "SELECT") put(field.dataset.value, field.value);
  }
  page.querySelector("input").focus();
}

root.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-goto]")) {
    const form = rows.querySelector(`[data-row-form="${at("[data-goto]").dataset.goto}"]`);
    if (!form) return;
    form.open = true;
    form.scrollIntoView({ block: "start" });
    form.querySelector("input").focus({ preventScroll: true });
  } else if (at("[data-remove-row]")) {
    const form = at("[data-row-form]");
    remove(`s.${form.dataset.rowForm}`, form.querySelector("[data-title]").textContent);
    form.remove();
    undo.querySelector("button").focus();
  } else if (at("[data-copy-row]")) {
    copy(at("[data-row-form]"));
  } else if (at("[data-add-line]")) {
    addLine(at("[data-add-line]").dataset.addLine);
  } else if (at("[data-remove-line]")) {
    const form = at("[data-line]");
    remove(form.dataset.line, form.querySelector("input").value);
    form.remove();
    undo.querySelector("button").focus();
  } else if (at("[data-undo-button]")) {
    restore();
  } else if (at("[data-accept]")) {
    put("method.accept_uncertain", [...(values["method.accept_uncertain"] ?? []), at("[data-accept]").dataset.accept]);
  } else if (at("[data-pick]")) {
    picker.open(at("[data-row-form]").dataset.rowForm, at("[data-pick]"));
  }
});

const picker = new Picker(root.querySelector("[data-picker]"), {
  address: (number) => `${say.row.replace("/0/", `/${number}/`)}factors/`,
  before: () => saving?.flush(),
  take(number, sets) {
    for (const [key, value] of Object.entries(sets)) put(`s.${number}.${key}`, value);
    return showRow(number, { focus: false });
  },
});

mark(root);
root.dataset.ready = "";
if (!saving) for (const field of root.querySelectorAll("input, select, textarea, button:not([data-goto])")) field.disabled = true;
