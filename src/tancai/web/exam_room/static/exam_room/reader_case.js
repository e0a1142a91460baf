// Several questions about one text: {"1": value, …} by number of question; those left open are not there.

const questions = (question) => [...question.querySelectorAll("[data-part]")];

export const cases = {
  read(question, text, read) {
    const found = {};
    for (const part of questions(question)) {
      const value = read(part, text);
      if (value !== null) found[part.dataset.part] = value;
    }
    return Object.keys(found).length ? found : null;
  },

  fill(question, value, fill) {
    for (const part of questions(question)) fill(part, value?.[part.dataset.part] ?? null);
  },

  /** How many of its questions a value leaves open. */
  open(question, value) {
    return questions(question).filter((part) => !(part.dataset.part in (value ?? {}))).length;
  },
};
