// The table of a verifier: findings as cards, each saved whole; a row of a paper begins one.

import { leaving, watch } from "../fields.js";
import { saving } from "../save_line.js";

const PAUSE = 500;
const desk = document.querySelector("[data-verify]");
const list = desk.querySelector("[data-findings]");
const pattern = document.getElementById("finding").content.firstElementChild;
const save = saving();
const given = JSON.parse(document.getElementById("verify-findings").textContent);
let last = Math.max(0, ...Object.keys(given).map(Number).filter(Number.isInteger));
const timers = new Map();
let removed = null;

function card(number, value) {
  const one = pattern.cloneNode(true);
  one.dataset.number = number;
  for (const field of parts(one)) {
    const own = value[field.dataset.part];
    if (field.type === "checkbox") field.checked = own === true;
    else field.value = typeof own === "string" ? own : "";
    if (!save) field.disabled = true;
  }
  list.append(one);
  order();
  return one;
}

const parts = (one) => one.querySelectorAll("[data-part]");

function read(one) {
  const found = {};
  for (const field of parts(one)) {
    if (field.type === "checkbox") found[field.dataset.part] = field.checked;
    else found[field.dataset.part] = field.value;
  }
  return found;
}

/** Number the cards, each with its subject in the heading, and count them. */
function order() {
  const cards = [...list.children];
  cards.forEach((one, place) => {
    const subject = one.querySelector('[data-part="subject"]');
    const name = subject.value ? ` · ${subject.selectedOptions[0].textContent}` : "";
    one.querySelector("h3").textContent = `${place + 1}${name}`;
  });
  desk.querySelector("[data-none]").hidden = cards.length > 0;
  document.querySelector("[data-count]").textContent = cards.length;
}

function put(one) {
  clearTimeout(timers.get(one));
  timers.delete(one);
  save.put(`finding.${one.dataset.number}`, read(one));
  order();
}

function begin(value) {
  const one = card(++last, value);
  put(one);
  one.scrollIntoView({ block: "center" });
  const empty = [...parts(one)].find((field) => field.type !== "checkbox" && !field.value);
  empty?.focus({ preventScroll: true });
}

function remove(one) {
  removed = { number: one.dataset.number, value: read(one) };
  clearTimeout(timers.get(one));
  timers.delete(one);
  one.remove();
  save.put(`finding.${removed.number}`, null);
  desk.querySelector("[data-undo]").hidden = false;
  desk.querySelector("[data-undo-button]").focus();
  order();
}

function undo() {
  if (!removed) return;
  const one = card(removed.number, removed.value);
  put(one);
  removed = null;
  desk.querySelector("[data-undo]").hidden = true;
  one.querySelector("[data-part]").focus();
}

for (const [number, value] of Object.entries(given)) if (value && typeof value === "object") card(number, value);
order();

if (save) {
  const settleFields = watch(desk, (name, value) => save.put(name, value));
  const settle = () => {
    settleFields();
    [...timers.keys()].forEach(put);
  };
  list.addEventListener("change", (event) => event.target.dataset.part && put(event.target.closest(".verify-finding")));
  list.addEventListener("input", (event) => {
    if (!event.target.dataset.part || event.isComposing) return;
    const one = event.target.closest(".verify-finding");
    clearTimeout(timers.get(one));
    timers.set(one, setTimeout(() => put(one), PAUSE));
  });
  desk.addEventListener("click", (event) => {
    const add = event.target.closest("[data-place]");
    if (add) begin({ subject: add.dataset.subject, place: add.dataset.place });
    else if (event.target.closest("[data-new]")) begin({});
    else if (event.target.closest("[data-undo-button]")) undo();
    else if (event.target.closest("[data-remove]")) remove(event.target.closest(".verify-finding"));
  });
  leaving(settle);
  const form = document.querySelector("[data-conclude]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    settle();
    const safe = await save.flush();
    form.querySelector("[data-failed]").hidden = safe;
    if (safe) form.submit();
  });
}
