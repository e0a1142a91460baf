// Fields with data-name are saved as they are filled in; a tick is true or not there.

const PAUSE = 500;

/** Calls `put(name, value)` for every change below `root`; returns a function that reports at once what is being typed. */
export function watch(root, put) {
  const timers = new Map();
  const kept = new Map();
  for (const field of root.querySelectorAll("[data-name]")) kept.set(field, valueOf(field));

  function take(field) {
    clearTimeout(timers.get(field));
    timers.delete(field);
    const value = valueOf(field);
    if (kept.get(field) === value) return;
    kept.set(field, value);
    put(field.dataset.name, value);
  }

  root.addEventListener("change", (event) => event.target.dataset.name && take(event.target));
  root.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset.name || event.isComposing) return;
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => take(field), PAUSE));
  });
  const settle = () => [...timers.keys()].forEach(take);
  window.addEventListener("pagehide", settle);
  return settle;
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked || null;
  return field.value === "" ? null : field.value;
}
