// Kinds of questions whose value is more than a letter, letters or one text area: {read(question, text), fill(question, value)}.

import { figure } from "./reader_figure.js";

export const readers = {
  numeric: figure,
  parameterised: figure,
};
