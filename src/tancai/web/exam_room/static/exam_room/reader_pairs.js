// Entries with a list to choose from: pairs of the entry and what was chosen, "1A", sorted; left open ones are not there.

const lists = (question) => [...question.querySelectorAll("select[data-left]")];

export const pairs = {
  read(question) {
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
  },
};
