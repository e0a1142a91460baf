// What the invigilator says and does, shown until it is read.
import { fillIn } from "./grid.js";

export function showNotices(line, words, reasons, place) {
  const shown = new Set();
  line.addEventListener("order", ({ detail: order }) => {
    if (shown.has(order.n) || (order.past && order.kind !== "message")) return;
    shown.add(order.n);
    const text = textOf(order, words, reasons);
    if (text) place.append(note(text, fillIn(words.dismiss, { text })));
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

function note(text, label) {
  const box = document.createElement("div");
  box.className = "note";
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.textContent = "✕";
  close.setAttribute("aria-label", label);
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  return box;
}
