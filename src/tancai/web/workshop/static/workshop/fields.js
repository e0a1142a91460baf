// Fields with data-name are saved as they are filled in; a tick is true or not there.

const PAUSE = 500;

/** Has the page just been opened? A page loaded again may show what the browser remembers instead of what was saved. */
export const opened = () => performance.getEntriesByType("navigation")[0]?.type === "navigate";

/** Calls `settle` before the page is left, ahead of the question whether to leave unsaved work. */
export function leaving(settle) {
  window.addEventListener("beforeunload", settle, { capture: true });
  window.addEventListener("pagehide", settle, { capture: true });
}

/** Calls `put(name, value)` for every change below `root`; returns a function that reports at once what is being typed. */
export function watch(root, put) {
  const timers = new Map();
  const kept = new Map();

  function take(field) {
    clearTimeout(timers.get(field));
    timers.delete(field);
    const value = valueOf(field);
    if (kept.get(field) === value) return;
    kept.set(field, value);
    put(field.dataset.name, value);
  }

  for (const field of root.querySelectorAll("[data-name]")) {
    if (!opened()) restore(field);
    kept.set(field, savedOf(field));
    take(field); // somebody may have typed before this script was there
  }
  root.addEventListener("change", (event) => event.target.dataset.name && take(event.target));
  root.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset.name || event.isComposing) return;
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => take(field), PAUSE));
  });
  const settle = () => [...timers.keys()].forEach(take);
  leaving(settle);
  return settle;
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked || null;
  return field.value === "" ? null : field.value;
}

/** What the server wrote into the page. */
function savedOf(field) {
  if (field.type === "checkbox") return field.defaultChecked || null;
  const value = field.matches("select") ? chosen(field)?.value : field.defaultValue;
  return value || null;
}

const chosen = (list) => [...list.options].find((option) => option.defaultSelected) ?? list.options[0];

function restore(field) {
  if (field.type === "checkbox") field.checked = field.defaultChecked;
  else if (field.matches("select")) field.value = chosen(field)?.value ?? "";
  else field.value = field.defaultValue;
}
