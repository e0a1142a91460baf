// The work on a laboratory task: {field: text | code | [codes], "field@": unit}, fields in the sequence of the page.

const fields = (question) => question.querySelectorAll("[data-field]");

export const laboratory = {
  read(question, text) {
    const found = {};
    for (const input of fields(question)) {
      const name = input.dataset.field;
      if (input.type === "checkbox") {
        if (input.checked) (found[name] ??= []).push(input.value);
      } else if (input.type === "radio") {
        if (input.checked) found[name] = input.value;
      } else {
        const given = (input.type === "text" ? text(input) : input.value).trim();
        if (given) found[name] = given;
      }
    }
    for (const name of Object.keys(found)) {
      if (name.endsWith("@") && !(name.slice(0, -1) in found)) delete found[name]; // a unit of no figure
    }
    return Object.keys(found).length ? found : null;
  },

  fill(question, value) {
    const given = value ?? {};
    for (const input of fields(question)) {
      const own = given[input.dataset.field];
      if (input.type === "checkbox" || input.type === "radio") {
        input.checked = Array.isArray(own) ? own.includes(input.value) : own === input.value;
      } else if (input.matches("select")) {
        const first = input.querySelector("option[selected]") ?? input.options[0];
        input.value = own ?? first.value;
      } else {
        input.value = own ?? "";
      }
    }
  },
};
