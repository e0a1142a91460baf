// The exam room: connects, waits for the start, loads the paper, and lets every part do its one thing.
import { Answers, answered, fill } from "./answers.js";
import { ClockFace, ServerClock, clockText } from "./clock.js";
import { countCharacters } from "./counting.js";
import { Cover } from "./cover.js";
import { Evidence } from "./evidence.js";
import { Grid, fillIn } from "./grid.js";
import { HandIn, finish, handInUnopened } from "./hand_in.js";
import { offerHelp } from "./help.js";
import { canKeep, keepRoom } from "./keeping.js";
import { listenToKeys } from "./keys.js";
import { Line } from "./line.js";
import { Neighbours } from "./neighbours.js";
import { notice, showNotices } from "./notices.js";
import { openOutbox } from "./outbox.js";
import { showSaving } from "./saving.js";
import { offerSetAside } from "./set_aside.js";

const room = document.querySelector("[data-room]");
const part = (name) => room.querySelector(`[data-${name}]`);
const read = (name) => JSON.parse(document.getElementById(name).textContent);
const config = { ...read("exam-config"), ...read("exam-words") };
const words = config.words;
const cover = new Cover(part);
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const OVER = Symbol("over");

async function untilStart(clock, line) {
  for (let left = clock.untilStart(); left > 0 && !line.closed; left = clock.untilStart()) {
    cover.say(line.state.state === "paused" ? words.paused : words.starts_in);
    cover.countdown(line.state.state === "paused" ? "" : clockText(left));
    await rest(Math.min(1000, left));
  }
  if (line.closed) return;
  cover.countdown("");
  cover.say(words.connecting);
}

/** Everything of the paper comes now; afterwards nothing needs the network but saving. */
async function loadPaper(spread, line) {
  await rest(Math.random() * spread);
  for (let pause = 500; !line.closed; pause = Math.min(8000, pause * 2)) {
    try {
      const response = await fetch(config.paper, { cache: "no-store", signal: AbortSignal.timeout(20_000) });
      if (response.ok) {
        const text = await response.text();
        part("paper").innerHTML = text;
        return text;
      }
      if (response.status === 410) return OVER;
      if (response.status === 404) {
        line.stop();
        cover.leave(words.signed_out);
        return null;
      }
    } catch {
      // tried again below
    }
    if (!line.closed) cover.say(words.paper_failed);
    await rest(pause * (0.5 + Math.random()));
  }
  return null;
}

/** A page opened without network says so until the network is back. */
function tellResumed(line) {
  const box = notice(part("notices"), words, words.resumed_here);
  line.addEventListener("state", () => box.remove(), { once: true });
}

async function keep(clock, line, paper) {
  await rest(1_000); // what the page loads last is there, too
  while (canKeep(config) && !line.closed && !line.reloadable) {
    if (navigator.onLine) line.reloadable = await keepRoom(config, paper, clock.left() ?? 0);
    room.toggleAttribute("data-kept", line.reloadable);
    if (!line.reloadable) await rest(20_000 + Math.random() * 20_000);
  }
}

function makeGrid(line) {
  const parts = {
    paper: part("paper"),
    box: part("grid"),
    previous: part("previous"),
    next: part("next"),
    flag: part("flag"),
    flagText: part("flag-text"),
    progress: part("progress"),
    legend: part("partly"),
  };
  return new Grid(parts, words, (item, flagged) => line.put("flag", item, flagged));
}

function fillSaved(answer, grid) {
  for (const [item, value] of Object.entries(answer.values)) {
    const question = part("paper").querySelector(`[data-item="${CSS.escape(item)}"]`);
    if (!question) continue;
    fill(question, value);
    question.dataset.last = JSON.stringify(value);
    grid.mark(item, answered(question, value));
  }
  for (const [item, flagged] of Object.entries(answer.flags)) if (grid.cells.has(item)) grid.markFlag(item, flagged);
}

function watchState(line, clock, answers, handIn) {
  let paused = false;
  const take = (answer) => {
    if (handIn.begun || line.closed) return;
    if (answer.state === "ended") handIn.start(true, words.ended);
    else if (answer.state === "paused") {
      answers.settle();
      paused = true;
      for (const dialog of room.querySelectorAll("dialog[open]")) dialog.close();
      cover.show(words.paused);
    } else if (paused) {
      paused = false;
      cover.hide();
    }
  };
  line.addEventListener("state", ({ detail }) => take(detail));
  if (!handIn.begun) cover.hide();
  take(line.state);
  return () => {
    const left = clock.left();
    if (left !== null && left <= 0 && !handIn.begun && !paused && !line.closed) handIn.start(true, words.over);
  };
}

function keepTicking(work) {
  setInterval(work, 250);
  try {
    new Worker(room.dataset.ticker).onmessage = work;
  } catch {
    // the page's own timers have to do
  }
}

async function main() {
  const clock = new ServerClock();
  const outbox = await openOutbox(config.sitting);
  const line = new Line(config, outbox, clock);
  const neighbours = new Neighbours(config.sitting);
  showSaving(line, words, part("save"));
  showNotices(line, words, config.reasons, part("notices"));
  if (!outbox.lasting) notice(part("notices"), words, words.storage);
  line.addEventListener("taken-over", () => cover.leave(words.taken_over));
  line.addEventListener("verdict", ({ detail: { word, count } }) => {
    if (word === "superseded" && count) cover.leave(fillIn(words.taken_over_lost, { count }));
  });

  line.addEventListener("open-elsewhere", () => cover.say(words.open_elsewhere));

  await neighbours.ask();
  const answer = await line.open();
  if (answer.receipt) {
    line.stop();
    await finish(config, outbox, cover, answer);
    return;
  }
  neighbours.serve(
    () => {
      line.settle();
      return line.written();
    },
    () => line.flushSoon(0, true),
  );
  const waited = clock.untilStart() > 0;
  await untilStart(clock, line);
  const paper = await loadPaper(waited ? 2000 : 0, line);
  if (paper === null) return;
  if (paper === OVER) {
    keepTicking(() => line.tick());
    await handInUnopened(config, line, cover);
    return;
  }

  const grid = makeGrid(line);
  fillSaved(answer, grid);
  countCharacters(part("paper"), words.count);
  const answers = new Answers(part("paper"), (item, value) => {
    grid.mark(item, answered(answers.question(item), value));
    line.put("answer", item, value);
  });
  line.settle = () => answers.settle();
  line.addEventListener("found", ({ detail }) => {
    line.settle();
    fillSaved(detail, grid);
  });
  const handIn = new HandIn(config, line, answers, grid, {
    button: part("hand-in"),
    dialog: part("summary"),
    cover,
  });
  line.addEventListener("taken-over", () => answers.lock());
  const face = new ClockFace(clock, words, {
    box: part("clock-box"),
    label: part("clock-label"),
    face: part("clock"),
    toggle: part("clock-toggle"),
    announce: part("announce"),
  });
  const help = offerHelp(part("help-button"), part("help"));
  const answering = () => !cover.shown && !line.closed;
  listenToKeys(
    {
      ArrowLeft: () => grid.show(grid.current - 1, true),
      ArrowRight: () => grid.show(grid.current + 1, true),
      KeyM: () => grid.turnFlag(),
      KeyG: () => {
        part("grid-details").open = true;
        grid.focusCell();
      },
      KeyT: () => face.turn(),
      KeyH: help,
    },
    () => !answering() || room.querySelector("dialog[open]") !== null,
  );
  const narrow = window.matchMedia("(max-width: 860px)");
  const fold = () => (part("grid-details").open = !narrow.matches);
  fold();
  part("grid").addEventListener("click", (event) => event.target.matches(".cell") && fold()); // the question is below
  const check = watchState(line, clock, answers, handIn);
  new Evidence(part("paper"), (item, value) => line.put("note", item, value), answering);
  if (answer.resumed) tellResumed(line);
  if (answering()) offerSetAside(line, answers, grid, words, part("notices"));
  room.dataset.state = "ready";
  keep(clock, line, paper);
  face.draw();
  keepTicking(() => {
    face.draw();
    check();
    line.tick();
  });
}

main();
