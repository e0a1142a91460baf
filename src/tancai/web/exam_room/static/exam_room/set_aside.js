// Answers of this device that a newer page had overtaken: on record, never counted by themselves. The candidate may
// give them again; that is a new answer like any other.
import { fillIn } from "./grid.js";
import { notice } from "./notices.js";
import { read } from "./answers.js";

export function offerSetAside(line, answers, grid, words, place) {
  const newest = new Map();
  for (const event of [...line.setAside].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)) newest.set(event.item, event);
  const differing = [...newest.values()].filter(({ item, value }) => {
    const question = answers.question(item);
    return question && JSON.stringify(read(question)) !== JSON.stringify(value);
  });
  const forget = () => line.outbox.remove(line.setAside).catch(() => {});
  if (!differing.length) {
    forget();
    return;
  }
  const numbers = differing.map(({ item }) => Number(grid.number(item))).sort((a, b) => a - b);
  const take = () => {
    for (const { item, value } of differing) answers.set(item, value);
    forget();
  };
  notice(place, words, fillIn(words.set_aside, { count: differing.length, numbers: numbers.join(words.comma) }), [
    [words.set_aside_take, take],
    [words.set_aside_leave, forget],
  ]);
}
