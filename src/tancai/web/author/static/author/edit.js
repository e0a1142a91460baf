// Writing an item: preview while typing, what was typed survives a reload of this tab, formulas and pictures by key.
const form = document.querySelector("[data-writing]");
const preview = document.querySelector("[data-preview]");
const kept = `tancai-writing:${form.dataset.writing}`;
const SENT = "tancai-writing-sent";
const SKIPPED = new Set(["csrfmiddlewaretoken", "item", "alike_ok"]);

let place = form.querySelector("textarea"); // where a picture or a formula goes
form.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[type=text]")) place = event.target;
});

// ---- what was typed is kept for this tab until it is saved
const fields = () => [...form.elements].filter((field) => field.name && !SKIPPED.has(field.name) && field.type !== "hidden");
const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
const all = () => fields().filter((field) => field.type !== "submit").map((field) => [field.name, field.type === "radio" ? field.value : "", valueOf(field)]);

function put(values) {
  for (const field of fields()) {
    const found = values.find(([name, choice]) => name === field.name && choice === (field.type === "radio" ? field.value : ""));
    if (!found) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = found[2];
    else field.value = found[2];
  }
}

/** Fill in what was kept; the questions of a case come back first. */
async function restore(values) {
  const block = document.getElementById("questions");
  const layout = values.find(([name]) => name === "questions")?.[2];
  if (block && layout !== undefined && layout !== form.elements.questions.value) {
    const body = new URLSearchParams({ questions: layout });
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(block.dataset.questions, { method: "POST", body, headers });
    if (answer.ok) {
      block.innerHTML = await answer.text();
      htmx.process(block);
    }
  }
  put(values);
  if (block) form.dispatchEvent(new Event("input"));
}

const original = JSON.stringify(all());
const stored = sessionStorage.getItem(kept);
sessionStorage.removeItem(SENT);
if (stored && stored !== original && !("bound" in form.dataset)) {
  restore(JSON.parse(stored));
  const note = document.querySelector("[data-kept]");
  note.hidden = false;
  note.querySelector("[data-kept-drop]").addEventListener("click", () => {
    restore(JSON.parse(original));
    sessionStorage.removeItem(kept);
    note.hidden = true;
    form.dispatchEvent(new Event("input"));
  });
}

let waiting = 0;
form.addEventListener("input", () => {
  sessionStorage.setItem(kept, JSON.stringify(all()));
  clearTimeout(waiting);
  waiting = setTimeout(() => preview.dispatchEvent(new CustomEvent("refresh")), 400);
});
form.addEventListener("submit", () => sessionStorage.setItem(SENT, kept));

// ---- the questions of a case
const questions = document.getElementById("questions");
questions?.addEventListener("change", (event) => {
  if (!event.target.matches("[data-add]")) return;
  for (const button of questions.querySelectorAll("[data-add-kind]")) button.hidden = button.dataset.addKind !== event.target.value;
});
let byButton = false; // else by keys, from within the question
questions?.addEventListener("htmx:beforeRequest", () => (byButton = document.activeElement.matches("button")));
questions?.addEventListener("htmx:afterSettle", () => {
  const shown = questions.querySelector("[data-shown]");
  const button = byButton && shown?.dataset.shown ? shown.querySelector(`[data-${shown.dataset.shown}]`) : null;
  (button ?? shown?.querySelector("textarea"))?.focus();
  form.dispatchEvent(new Event("input"));
});

// ---- formulas
function insert(field, text, from, to) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  if (from !== undefined) field.setSelectionRange(field.selectionEnd - text.length + from, field.selectionEnd - text.length + to);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function formula() {
  const chosen = place.value.slice(place.selectionStart, place.selectionEnd);
  insert(place, `$${chosen}$`, 1, 1 + chosen.length);
}
document.querySelector("[data-formula]").addEventListener("click", formula);

// ---- pictures and files
const takings = [...document.querySelectorAll("[data-taking]")];
for (const taking of takings) taking.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = taking.querySelector("[data-taking-error]");
  said.hidden = true;
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  try {
    const answer = await fetch(taking.dataset.taking, { method: "POST", body: new FormData(taking), headers });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    taking.closest("dialog").close();
    taking.reset();
    insert(place, told.text);
  } catch (error) {
    said.textContent = error instanceof SyntaxError || error instanceof TypeError ? document.body.dataset.requestFailed : error.message;
    said.hidden = false;
  }
});

// ---- keys
document.addEventListener("keydown", (event) => {
  if (event.isComposing || takings.some((taking) => taking.closest("dialog").open)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=send]"));
  } else if (event.altKey && event.code === "KeyF") {
    event.preventDefault();
    formula();
  } else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && document.activeElement.closest("[data-question]")) {
    event.preventDefault();
    document.activeElement.closest("[data-question]").querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]")?.click();
  } else if (event.altKey && event.code === "KeyN" && questions) {
    event.preventDefault();
    questions.querySelector("[data-add]")?.focus();
  } else if (event.altKey && /^Digit[1-6]$/.test(event.code)) {
    const inside = document.activeElement.closest("[data-question]") ?? form;
    const box = inside.querySelectorAll(".option-row input[type=checkbox]")[Number(event.code.slice(5)) - 1];
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
