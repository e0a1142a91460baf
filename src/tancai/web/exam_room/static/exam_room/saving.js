// The quiet line that says whether everything is saved; loud only when the candidate must act.
import { fillIn } from "./grid.js";

export function showSaving(line, words, place) {
  let fixed = false;
  const say = (text, level = "") => {
    if (place.textContent !== text) place.textContent = text;
    place.dataset.level = level;
  };
  line.addEventListener("changed", () => {
    if (fixed) return;
    if (line.finishing) {
      say(""); // the page itself says how the hand-in stands
      return;
    }
    const count = line.unsent.length;
    if (!line.epoch) say(words.connecting, line.failures > 2 ? "near" : "");
    else if (!count && line.failures < 3) say(words.saved);
    else if (line.failures < 2) say(words.saving);
    else say(fillIn(line.outbox.durable ? words.kept : words.kept_memory, { count }), line.outbox.durable ? "near" : "bad");
  });
  line.addEventListener("verdict", ({ detail: word }) => {
    if (word !== "conflict") return;
    fixed = true;
    say(words.conflict, "bad");
  });
  line.addEventListener("refused", () => {
    fixed = true;
    say(words.expired, "bad");
  });
}
