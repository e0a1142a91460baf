// How many characters a text answer has, below it.
import { fillIn } from "./grid.js";

export function countCharacters(paper, text) {
  for (const area of paper.querySelectorAll("textarea")) {
    const count = document.createElement("p");
    count.className = "question-count";
    const draw = () => (count.textContent = fillIn(text, { count: [...area.value].length }));
    area.after(count);
    area.addEventListener("input", draw);
    draw();
  }
}
