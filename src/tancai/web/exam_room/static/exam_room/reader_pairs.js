// Entries with a list to choose from: pairs of the entry and what was chosen, "1A", sorted; left open ones are not there.

const lists = (question) => [...question.querySelectorAll("select[data-left]")];

/** Where every place can be given once only, those given twice are shown as wrong. */
function mark(question) {
  if (!question.querySelector("[data-once]")) return;
  const given = lists(question).map((list) => list.value);
  for (const list of lists(question)) {
    const twice = list.value && given.indexOf(list.value) !== given.lastIndexOf(list.value);
    if (twice) list.setAttribute("aria-invalid", "true");
    else list.removeAttribute("aria-invalid");
  }
}

export const pairs = {
  read(question) {
    mark(question);
    const given = lists(question)
      .filter((list) => list.value)
      .map((list) => list.dataset.left + list.value);
    return given.length ? given.sort() : null;
  },

  fill(question, value) {
    for (const list of lists(question)) {
      const given = [...list.options].find((option) => value?.includes(list.dataset.left + option.value) && option.value);
      list.value = given?.value ?? "";
    }
    mark(question);
  },
};
