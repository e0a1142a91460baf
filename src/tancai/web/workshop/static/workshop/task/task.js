// The work surface of a task: every field is saved as it is filled in, a step is checked when asked.

import { laboratory } from "../../labs/reader.js";
import { leaving, opened } from "../fields.js";
import { saving } from "../save_line.js";

const PAUSE = 500;
const desk = document.querySelector("[data-task]");
const save = saving();
let kept = JSON.parse(document.getElementById("task-values").textContent);
let timer = null;

/** Report what differs from what was last put. */
function take() {
  clearTimeout(timer);
  const now = laboratory.read(desk, (input) => input.value) ?? {};
  for (const name of new Set([...Object.keys(kept), ...Object.keys(now)])) {
    if (!same(kept[name], now[name])) save.put(name, now[name] ?? null);
  }
  kept = now;
  count();
}

/** Sets of codes are the same in any sequence. */
function same(one, other) {
  const plain = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  return plain(one) === plain(other);
}

function count() {
  const filled = Object.keys(kept).filter((name) => !name.endsWith("@")).length;
  document.querySelector("[data-count]").textContent = filled;
  return filled;
}

async function check(button) {
  const region = document.getElementById(button.getAttribute("aria-controls"));
  take();
  save.put(`check.${button.dataset.check}`, new Date().toISOString());
  button.disabled = true;
  try {
    region.replaceChildren(...((await asked(button.dataset.address)) ?? [told(desk.dataset.needsServer)]));
  } finally {
    button.disabled = false;
  }
}

async function asked(address) {
  if (!(await save.flush())) return null;
  try {
    const headers = { "X-CSRFToken": save.csrf };
    const answer = await fetch(address, { method: "POST", headers, signal: AbortSignal.timeout(20_000) });
    if (!answer.ok) return null;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...parsed.body.childNodes];
  } catch {
    return null;
  }
}

function told(text) {
  const line = document.createElement("p");
  line.className = "note note-near";
  line.textContent = text;
  return line;
}

function ready() {
  const left = desk.querySelectorAll(".task-work [data-field]").length ? fields() - count() : 0;
  const line = document.querySelector("[data-left]");
  line.hidden = left <= 0;
  line.textContent = line.dataset.words.replace("#", left);
}

function fields() {
  return new Set([...desk.querySelectorAll("[data-field]")].map((one) => one.dataset.field.replace(/@$/, ""))).size;
}

if (save) {
  desk.addEventListener("change", take);
  desk.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(take, PAUSE);
  });
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-check]");
    if (button) check(button);
  });
  leaving(take);
  document.addEventListener("click", (event) => event.target.closest('[data-opens="hand-in"]') && ready());
  const form = document.querySelector("[data-hand-in]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    take();
    const safe = await save.flush();
    form.querySelector("[data-failed]").hidden = safe;
    if (safe) form.submit();
  });
}
if (save && opened()) take(); // somebody may have typed before this script was there
else laboratory.fill(desk, kept);
count();
