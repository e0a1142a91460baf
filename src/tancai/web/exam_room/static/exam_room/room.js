// The exam room: connects, waits for the start, loads the paper, and lets every part do its one thing.
import { Answers, fill } from "./answers.js";
import { ClockFace, ServerClock, clockText } from "./clock.js";
import { countCharacters } from "./counting.js";
import { Grid } from "./grid.js";
import { HandIn } from "./hand_in.js";
import { Line } from "./line.js";
import { showNotices } from "./notices.js";
import { openOutbox } from "./outbox.js";
import { showSaving } from "./saving.js";

const room = document.querySelector("[data-room]");
const part = (name) => room.querySelector(`[data-${name}]`);
const config = JSON.parse(document.getElementById("exam-config").textContent);
const words = config.words;
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const EMPTY = (value) => value === null || value === "" || (Array.isArray(value) && !value.length);

function cover(text) {
  part("main").hidden = true;
  part("cover").hidden = false;
  part("cover-text").textContent = text;
  part("countdown").hidden = true;
  part("cover").focus();
}

function uncover() {
  part("cover").hidden = true;
  part("main").hidden = false;
}

function showCode(code) {
  part("code").hidden = !code;
  part("code-text").textContent = code.replace(/(.{4})(?=.)/, "$1-");
}

function leave(text) {
  cover(text);
  part("cover-links").hidden = false;
}

async function untilStart(clock) {
  for (let left = clock.untilStart(); left > 0; left = clock.untilStart()) {
    part("cover-text").textContent = words.starts_in;
    part("countdown").hidden = false;
    part("countdown").textContent = clockText(left);
    await rest(Math.min(1000, left));
  }
  part("countdown").hidden = true;
  part("cover-text").textContent = words.connecting;
}

async function loadPaper(spread) {
  await rest(Math.random() * spread);
  for (let pause = 500; ; pause = Math.min(8000, pause * 2)) {
    try {
      const response = await fetch(config.paper, { cache: "no-store", signal: AbortSignal.timeout(20_000) });
      if (response.ok) {
        part("paper").innerHTML = await response.text();
        return;
      }
      if (response.status === 404) return leave(words.expired);
    } catch {
      // tried again below
    }
    part("cover-text").textContent = words.paper_failed;
    await rest(pause * (0.5 + Math.random()));
  }
}

function watchState(line, clock, answers, handIn) {
  let paused = false;
  line.addEventListener("state", ({ detail: answer }) => {
    if (handIn.begun) return;
    if (answer.state === "ended") handIn.start(true, words.ended);
    else if (answer.state === "paused") {
      answers.settle();
      paused = true;
      cover(words.paused);
    } else if (paused) {
      paused = false;
      uncover();
    }
  });
  return () => {
    const left = clock.left();
    if (left !== null && left <= 0 && !handIn.begun && !paused && !line.closed) handIn.start(true, words.over);
  };
}

async function main() {
  const clock = new ServerClock();
  const outbox = await openOutbox(config.sitting);
  const line = new Line(config, outbox, clock);
  showSaving(line, words, part("save"));
  showNotices(line, words, config.reasons, part("notices"));
  line.addEventListener("taken-over", () => leave(words.taken_over));
  if (!outbox.durable) part("announce").textContent = words.storage;

  const answer = await line.open();
  if (answer.receipt) {
    await fetch(config.finish, {
      method: "POST",
      headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
    });
    location.replace(config.receipt);
    return;
  }
  const waited = clock.untilStart() > 0;
  await untilStart(clock);
  await loadPaper(waited ? 2000 : 0);
  if (line.closed) return;

  const paper = part("paper");
  const grid = new Grid(
    {
      paper,
      box: part("grid"),
      previous: part("previous"),
      next: part("next"),
      flag: part("flag"),
      flagText: part("flag-text"),
      progress: part("progress"),
    },
    words,
    (item, flagged) => line.put("flag", item, flagged),
  );
  for (const [item, value] of Object.entries(answer.values)) {
    const question = paper.querySelector(`[data-item="${CSS.escape(item)}"]`);
    if (!question) continue;
    fill(question, value);
    question.dataset.last = JSON.stringify(value);
    grid.mark(item, !EMPTY(value));
  }
  for (const item of Object.keys(answer.flags)) grid.markFlag(item, true);
  countCharacters(paper, words.count);

  const answers = new Answers(paper, (item, value) => {
    grid.mark(item, !EMPTY(value));
    line.put("answer", item, value);
  });
  const handIn = new HandIn(config, line, answers, grid, {
    button: part("hand-in"),
    dialog: part("summary"),
    cover,
    showCode,
  });
  line.addEventListener("taken-over", () => answers.lock());
  const face = new ClockFace(clock, words, {
    box: part("clock-box"),
    label: part("clock-label"),
    face: part("clock"),
    toggle: part("clock-toggle"),
    announce: part("announce"),
  });
  const check = watchState(line, clock, answers, handIn);
  if (answer.state === "paused") cover(words.paused);
  else uncover();
  if (window.matchMedia("(max-width: 860px)").matches) part("grid-details").open = false;
  line.dispatchEvent(new CustomEvent("state", { detail: answer }));
  room.dataset.state = "ready";
  setInterval(() => {
    face.draw();
    check();
  }, 250);
  face.draw();
}

main();
