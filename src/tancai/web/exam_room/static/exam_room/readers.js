// Kinds of questions whose value is more than a letter, letters or one text area: {read(question, text, read), fill(question, value, fill)}.
//
// A question of several parts has them read and filled in by the functions handed in, and says by `open(question, value)`
// how many of them have nothing yet.

import { blanks } from "./reader_blanks.js";
import { cases } from "./reader_case.js";
import { figure } from "./reader_figure.js";
import { laboratory } from "../labs/reader.js";
import { pairs } from "./reader_pairs.js";

export const readers = {
  laboratory,
  numeric: figure,
  parameterised: figure,
  fill: blanks,
  matching: pairs,
  ordering: pairs,
  case: cases,
};
