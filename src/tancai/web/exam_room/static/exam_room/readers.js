// Kinds of questions whose value is more than a letter, letters or one text area: {read(question, text), fill(question, value)}.

import { figure } from "./reader_figure.js";
import { laboratory } from "./reader_laboratory.js";

export const readers = {
  laboratory,
  numeric: figure,
  parameterised: figure,
};
