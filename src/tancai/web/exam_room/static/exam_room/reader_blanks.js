// Blanks in a text, typed or chosen: a list of texts in order, "" where nothing is given.

const fields = (question) =>
  [...question.querySelectorAll("[data-blank]")].sort((a, b) => a.dataset.blank - b.dataset.blank);

export const blanks = {
  read(question, text) {
    const given = fields(question).map((field) => text(field).trim());
    return given.some(Boolean) ? given : null;
  },

  fill(question, value) {
    fields(question).forEach((field, place) => {
      field.value = value?.[place] ?? "";
    });
  },
};
