// What the invigilator says and does, and what the candidate must know, shown until it is read.
import { fillIn } from "./grid.js";

export function showNotices(line, words, reasons, place) {
  const shown = new Set();
  line.addEventListener("order", ({ detail: order }) => {
    if (shown.has(order.n) || (order.past && order.kind !== "message")) return;
    shown.add(order.n);
    const text = textOf(order, words, reasons);
    if (text) notice(place, words, text);
  });
}

function textOf(order, words, reasons) {
  if (order.kind === "message") return `${words.message}${order.text}`;
  if (order.kind === "extra")
    return fillIn(order.seconds < 0 ? words.shorter : words.extra, { minutes: Math.round(Math.abs(order.seconds) / 60) });
  if (order.kind === "resume") return words.resumed;
  if (order.kind === "end") return [words.ended, reasons[order.reason], order.text].filter(Boolean).join(" ");
  return "";
}

/** One notice; with `choices` ([[text, work], …]) it stays until one is taken, otherwise until it is put away.
 * Returns its element. */
export function notice(place, words, text, choices = null) {
  const box = document.createElement("div");
  box.className = choices ? "note note-near" : "note";
  const said = document.createElement("div");
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  said.append(paragraph);
  box.append(said);
  if (choices) {
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    for (const [label, work] of choices) buttons.append(button(label, "button button-small", () => work(box.remove())));
    said.append(buttons);
  } else {
    const close = button("✕", "toast-close", () => box.remove());
    close.setAttribute("aria-label", fillIn(words.dismiss, { text }));
    box.append(close);
  }
  place.append(box);
  return box;
}

function button(text, style, work) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = style;
  made.textContent = text;
  made.addEventListener("click", work);
  return made;
}
