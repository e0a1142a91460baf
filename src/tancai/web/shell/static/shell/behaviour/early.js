// What was filled in before the page could listen (slow network, restored tab) is sent as soon as it can.
const changed = (field) => {
  if (field.type === "file") return field.files.length > 0;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    const given = [...field.options].findIndex((option) => option.defaultSelected);
    return !field.multiple && field.selectedIndex !== Math.max(given, 0);
  }
  return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
};

addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[hx-post][hx-trigger*=change]")) {
    if ([...form.elements].some(changed)) form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
