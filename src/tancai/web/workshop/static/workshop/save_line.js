// The line that says whether the work on the page is saved: quiet while it is, loud when something is to be done.

import { Saving } from "./saving.js";

const FOR_GOOD = ["overtaken", "refused"];

/** The Saving of the page, told by its line (`workshop/parts/save_line.html`); null on a page that takes no input. */
export function saving(line = document.querySelector("[data-saving]")) {
  if (!line || line.dataset.state === "closed") return null;
  const { address, high } = line.dataset;
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  const found = new Saving({ address, high: Number(high), csrf });
  found.addEventListener("state", (event) => say(line, event.detail));
  return found;
}

function say(line, { state, message }) {
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  const word = line.dataset[`words${state[0].toUpperCase()}${state.slice(1)}`];
  line.querySelector("[data-save-text]").textContent = (state === "closed" && message) || word;
  if (FOR_GOOD.includes(state) && !line.querySelector("button")) line.append(" ", again(line.dataset.wordsReload));
}

function again(word) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = word;
  button.addEventListener("click", () => location.reload());
  return button;
}
