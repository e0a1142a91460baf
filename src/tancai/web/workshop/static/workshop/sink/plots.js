// Plots on the map (dragged, or moved by arrow keys) and their tallies (typed row by row, or pasted as a block).
import { desk } from "./sink.js";

const { root, say, values, saving, put } = desk;
const announce = root.querySelector("[data-announce]");

// ---- the map
function places(dot) {
  const map = dot.closest("[data-map]");
  const { scale, left, top } = map.dataset;
  return { map, scale: Number(scale), left: Number(left), top: Number(top), number: dot.dataset.dot };
}

function keep(dot, x, y) {
  const { number } = places(dot);
  for (const [key, value] of [["x", x], ["y", y]]) {
    const rounded = Math.round(value * 10) / 10;
    const field = root.querySelector(`[data-value="p.${number}.${key}"]`);
    if (field) field.value = rounded;
    put(`p.${number}.${key}`, rounded);
  }
  announce.textContent = `${say.sayMoved}${Math.round(x)}, ${Math.round(y)}`;
}

function move(dot, x, y) {
  const { scale, left, top } = places(dot);
  dot.setAttribute("transform", `translate(${(x - left) * scale} ${(top - y) * scale})`);
}

root.addEventListener("pointerdown", (event) => {
  const dot = event.target.closest("[data-dot]");
  if (!dot || !saving || event.button !== 0) return;
  const { map, scale, left, top } = places(dot);
  const box = map.getBoundingClientRect();
  const unit = map.viewBox.baseVal.width / box.width;
  let last = null;
  dot.setPointerCapture(event.pointerId);
  const drag = (one) => {
    last = { x: left + ((one.clientX - box.left) * unit) / scale, y: top - ((one.clientY - box.top) * unit) / scale };
    if (Math.hypot(one.clientX - event.clientX, one.clientY - event.clientY) < 3) last = null;
    else move(dot, last.x, last.y);
  };
  const drop = () => {
    dot.removeEventListener("pointermove", drag);
    if (last) keep(dot, last.x, last.y);
    else open(dot.dataset.dot);
  };
  dot.addEventListener("pointermove", drag);
  dot.addEventListener("pointerup", drop, { once: true });
});

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
root.addEventListener("keydown", (event) => {
  const dot = event.target.closest?.("[data-dot]");
  if (!dot) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return void open(dot.dataset.dot);
  }
  const way = ARROWS[event.key];
  if (!way || !saving) return;
  event.preventDefault();
  const step = event.shiftKey ? 1 : 10;
  const at = (key, k) => Number(values[`p.${dot.dataset.dot}.${key}`]) + way[k] * step;
  const [x, y] = [at("x", 0), at("y", 1)];
  move(dot, x, y);
  keep(dot, x, y);
});

function open(number) {
  const sheet = root.querySelector(`[data-plot="${number}"]`);
  if (!sheet) return;
  sheet.open = true;
  const first = sheet.querySelector("[data-cell]");
  if (!first) addLine(sheet.querySelector("[data-tally]"));
  sheet.querySelector("[data-cell]")?.focus({ preventScroll: true });
  sheet.scrollIntoView({ block: "nearest" });
}

// ---- tallies
function lines(table) {
  return [...table.tBodies[0].rows];
}

function keepTally(table) {
  const rows = lines(table).map((row) => {
    const cells = {};
    for (const cell of row.querySelectorAll("[data-cell]")) if (cell.value.trim()) cells[cell.dataset.cell] = cell.value.trim();
    return cells;
  });
  while (rows.length && !Object.keys(rows.at(-1)).length) rows.pop();
  put(table.dataset.tally, rows.length ? rows : null);
}

function addLine(table) {
  const blank = table.parentElement.querySelector(`[data-tally="${table.dataset.tally}"] ~ template[data-line-blank]`);
  const row = blank.content.firstElementChild.cloneNode(true);
  table.tBodies[0].append(row);
  number(table);
  return row;
}

function number(table) {
  lines(table).forEach((row, k) => {
    row.cells[0].textContent = k + 1;
    for (const cell of row.querySelectorAll("[data-cell]")) cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/( \d+)?$/, ` ${k + 1}`));
  });
}

root.addEventListener("input", ({ target }) => target.dataset?.cell && keepTally(target.closest("[data-tally]")));

root.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-cell]");
  if (!cell || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const table = cell.closest("[data-tally]");
  const row = cell.closest("tr");
  const up = event.key === "ArrowUp";
  let next = up ? row.previousElementSibling : row.nextElementSibling;
  if (!next && event.key === "Enter") next = addLine(table);
  if (!next) return;
  const last = [...row.querySelectorAll("[data-cell]")].at(-1) === cell;
  next.querySelector(event.key === "Enter" && last ? "[data-cell]" : `[data-cell="${cell.dataset.cell}"]`)?.focus();
});

root.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("[data-cell]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const table = cell.closest("[data-tally]");
  let row = cell.closest("tr");
  const start = [...row.querySelectorAll("[data-cell]")].indexOf(cell);
  text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach((line, at) => {
    if (at) row = row.nextElementSibling ?? addLine(table);
    const cells = [...row.querySelectorAll("[data-cell]")].slice(start);
    line.split("\t").forEach((one, k) => cells[k] && (cells[k].value = one.trim()));
  });
  keepTally(table);
});

root.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button || !saving) return;
  if (button.dataset.addLine) addLine(root.querySelector(`[data-tally="${button.dataset.addLine}"]`)).querySelector("input").focus();
  if ("removeLine" in button.dataset) {
    const table = button.closest("[data-tally]");
    button.closest("tr").remove();
    number(table);
    keepTally(table);
  }
  if ("removePlot" in button.dataset) {
    const sheet = button.closest("[data-plot]");
    desk.remove(sheet, `p.${sheet.dataset.plot}.`, sheet.querySelector("[data-plot-name]").textContent);
  }
  if (button.dataset.addPlot) {
    const used = Object.keys(values).map((name) => Number(/^p\.(\d+)\./.exec(name)?.[1] ?? 0));
    const next = Math.max(0, ...used) + 1;
    put(`p.${next}.id`, `P${next}`);
    put(`p.${next}.stratum`, button.dataset.addPlot);
    if (!(await saving.flush())) return;
    location.assign(`${location.pathname}?to=p.${next}.id`);
  }
});

// ---- figures beside the names
function told() {
  for (const one of root.querySelectorAll("[data-line]")) {
    const stat = root.querySelector(`[data-stat="${one.dataset.line}"]`);
    if (stat) stat.textContent = one.textContent;
  }
}
desk.bench.addEventListener("drawn", told);
told();
