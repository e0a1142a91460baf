// The quiet line that says whether everything is saved; loud only when the candidate must act.
import { fillIn } from "./grid.js";

export function showSaving(line, words, place) {
  let fixed = false;
  const say = (text, level = "") => {
    if (place.textContent !== text) place.textContent = text;
    place.dataset.level = level;
  };
  const draw = () => {
    if (fixed) return;
    const count = line.waiting;
    if (line.finishing) say(""); // the page itself says how the hand-in stands
    else if (!line.epoch) say(words.connecting, line.failures > 2 ? "near" : "");
    else if (line.failures < 2) say(count ? words.saving : words.saved);
    else if (!count) say(words.offline, "near");
    else if (line.durable) say(line.kept ? fillIn(words.kept, { count: line.kept }) : words.saving, "near");
    else say(fillIn(words.kept_memory, { count }), "bad");
  };
  line.addEventListener("changed", draw);
  line.addEventListener("verdict", ({ detail }) => {
    if (detail.word !== "conflict") return;
    fixed = true;
    say(words.conflict, "bad");
  });
  line.addEventListener("refused", () => {
    fixed = true;
    say(words.expired, "bad");
  });
  window.addEventListener("beforeunload", (event) => {
    // leaving while the network is away would trade the paper for the browser's error page
    if (line.epoch && !line.closed && line.failures > 1 && !line.reloadable) event.preventDefault();
  });
}
