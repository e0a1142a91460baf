// Fields of a workbook on whatever page they stand: saved as they change, twelve figures pasted, faults under their field.

/** Below `root`, changes go to `bench.put`. */
export function entering(root, bench) {
  const { values } = bench;
  const put = (name, value) => bench.put(name, value);

  function changed({ target, type }) {
    const name = target.dataset?.value;
    if (name) {
      if (type === "input" && (target.type === "checkbox" || target.tagName === "SELECT")) return;
      put(name, target.type === "checkbox" ? target.checked : target.value.trim());
      unitOf(target.closest("[data-figure]"));
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

  /** Twelve figures copied from a spreadsheet, pasted into a month: the rest follows. */
  function pasted(event) {
    const field = event.target.closest?.("[data-value*='.m.']");
    const given = (event.clipboardData?.getData("text") ?? "").trim().split(/[\t\r\n]+/);
    if (!field || given.length < 2) return;
    event.preventDefault();
    const all = [...field.closest("[data-months-of]").querySelectorAll("input")];
    all.slice(all.indexOf(field), all.indexOf(field) + given.length).forEach((one, k) => {
      one.value = given[k].trim();
      put(one.dataset.value, one.value);
    });
  }

  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  root.addEventListener("paste", pasted);
}

/** Faults stand under their own fields, what does not agree beside its row. */
export function mark(root) {
  for (const place of root.querySelectorAll("[data-fault]")) place.hidden = true;
  for (const field of root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const list of root.querySelectorAll("[data-row-faults], [data-row-checks]")) list.replaceChildren();
  for (const form of root.querySelectorAll("[data-row-form]")) form.classList.remove("ac-wrong");
  const formOf = (name) => root.querySelector(`[data-row-form="${name.split(".")[1]}"]`);
  for (const told of root.querySelectorAll(".ac-told[data-of]")) {
    const name = told.dataset.of;
    root.querySelector(`[data-value="${CSS.escape(name)}"]`)?.setAttribute("aria-invalid", "true");
    const form = formOf(name);
    form?.classList.toggle("ac-wrong", told.classList.contains("ac-refused") || form.classList.contains("ac-wrong"));
    const place = root.querySelector(`[data-fault="${CSS.escape(name.replace(/\.m\.\d+$/, ""))}"]`);
    if (place) {
      place.textContent = told.textContent;
      place.hidden = false;
    } else if (form) {
      say(form.querySelector("[data-row-faults]"), told);
    }
  }
  for (const told of root.querySelectorAll("[data-check-of]")) {
    if (told.dataset.checkOf.startsWith("s.")) say(formOf(told.dataset.checkOf)?.querySelector("[data-row-checks]"), told);
  }
}

function say(list, told) {
  const item = document.createElement("li");
  item.textContent = told.textContent;
  list?.append(item);
}
