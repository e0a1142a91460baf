// A number typed into one line.

const field = (question) => question.querySelector('input[type="text"]');

export const figure = {
  read(question, text) {
    return text(field(question)).trim() || null;
  },

  fill(question, value) {
    field(question).value = value ?? "";
  },
};
