// One workbook: fields save themselves, and after every change the server draws table and result anew.
import { Computed } from "../computed.js";
import { Picker } from "./picker.js";

const root = document.querySelector("[data-accounting]");
const say = root.dataset;
const values = JSON.parse(document.getElementById("ac-values").textContent);
const bench = new Computed(root, values);
const { saving, line } = bench;
const put = (name, value) => bench.put(name, value);
const rows = root.querySelector("[data-rows]");
const products = root.querySelector("[data-products]");
const undo = root.querySelector("[data-undo]");

let taken = null;
let nextRow = Number(say.next);
let nextProduct = Number(say.nextProduct);

bench.addEventListener("drawn", ({ detail: { page } }) => {
  const kinds = root.querySelector("[data-kinds]");
  const chosen = kinds.value;
  kinds.replaceChildren(...page.querySelector("[data-kinds]").childNodes);
  if ([...kinds.options].some((one) => one.value === chosen)) kinds.value = chosen;
  mark();
});

/** Faults stand under their own fields. */
function mark() {
  for (const place of root.querySelectorAll("[data-fault]")) place.hidden = true;
  for (const field of root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const form of rows.querySelectorAll("[data-row-form]")) {
    form.querySelector("[data-row-faults]").replaceChildren();
    form.classList.remove("ac-wrong");
  }
  for (const told of root.querySelectorAll(".ac-told[data-of]")) {
    const name = told.dataset.of;
    const field = root.querySelector(`[data-value="${CSS.escape(name)}"]`);
    field?.setAttribute("aria-invalid", "true");
    const form = root.querySelector(`[data-row-form="${name.split(".")[1]}"]`);
    form?.classList.toggle("ac-wrong", told.classList.contains("ac-refused") || form.classList.contains("ac-wrong"));
    const figure = name.replace(/\.m\.\d+$/, "");
    const place = root.querySelector(`[data-fault="${CSS.escape(figure)}"]`);
    if (place) {
      place.textContent = told.textContent;
      place.hidden = false;
    } else if (form) {
      const item = document.createElement("li");
      item.textContent = told.textContent;
      form.querySelector("[data-row-faults]").append(item);
    }
  }
}

// ---- fields
function changed({ target, type }) {
  const name = target.dataset?.value;
  if (name) {
    if (type === "input" && (target.type === "checkbox" || target.tagName === "SELECT")) return;
    put(name, target.type === "checkbox" ? target.checked : target.value.trim());
    const form = target.closest("[data-row-form]");
    if (form) unitOf(target.closest("[data-figure]"));
    if (form && name.endsWith(".name") && name.split(".").length === 3) form.querySelector("[data-title]").textContent = target.value.trim() || form.querySelector("summary .quiet").textContent;
  } else if (target.dataset?.months && type === "change") {
    const figure = target.closest("[data-figure]");
    figure.querySelector("[data-year]").hidden = target.checked;
    figure.querySelector("[data-months-of]").hidden = !target.checked;
    put(`${target.dataset.months}.by`, target.checked ? "months" : "");
    unitOf(figure);
  }
}

/** A figure has its unit on record as soon as something is entered. */
function unitOf(figure) {
  if (!figure) return;
  const name = figure.dataset.figure;
  const filled = values[name] || values[`${name}.by`];
  const plain = figure.querySelector("[data-plain], [data-plain-unit]");
  if (filled && plain && !values[`${name}.unit`]) put(`${name}.unit`, plain.dataset.plain ?? plain.dataset.plainUnit);
}

root.addEventListener("input", changed);
root.addEventListener("change", changed);

/** Twelve figures copied from a spreadsheet, pasted into a month: the rest follows. */
root.addEventListener("paste", (event) => {
  const field = event.target.closest?.("[data-value*='.m.']");
  const given = (event.clipboardData?.getData("text") ?? "").trim().split(/[\t\r\n]+/);
  if (!field || given.length < 2) return;
  event.preventDefault();
  const all = [...field.closest("[data-months-of]").querySelectorAll("input")];
  all.slice(all.indexOf(field), all.indexOf(field) + given.length).forEach((one, k) => {
    one.value = given[k].trim();
    put(one.dataset.value, one.value);
  });
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
  else if (at) addProduct(at.slice(2));
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

// ---- outputs
function addProduct(number = nextProduct++) {
  const blank = root.querySelector("[data-blank-product]").innerHTML.replaceAll("__n__", number);
  const page = new DOMParser().parseFromString(blank, "text/html").body.firstElementChild;
  products.append(page);
  for (const field of page.querySelectorAll("[data-value]")) field.value = values[field.dataset.value] ?? field.value;
  put(`p.${number}.amount.unit`, page.querySelector("select").value);
  page.querySelector("input").focus();
}

root.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-goto]")) {
    const form = rows.querySelector(`[data-row-form="${at("[data-goto]").dataset.goto}"]`);
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
  } else if (at("[data-add-product]")) {
    addProduct();
  } else if (at("[data-remove-product]")) {
    const form = at("[data-product]");
    remove(`p.${form.dataset.product}`, form.querySelector("input").value);
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

mark();
root.dataset.ready = "";
if (!saving) for (const field of root.querySelectorAll("input, select, textarea, button:not([data-goto])")) field.disabled = true;
