// Kinds of questions whose value is more than a letter, letters or one text area: {read(question, text), fill(question, value)}.

import { blanks } from "./reader_blanks.js";
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
};
