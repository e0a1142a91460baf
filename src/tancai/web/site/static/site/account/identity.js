/* Sex and birth date are read from the number of a resident card: their fields step aside while one is chosen. */
class IdentityFields extends HTMLElement {
  connectedCallback() {
    this.kind = this.querySelector("[name=document_kind]");
    this.number = this.querySelector("[name=document]");
    this.derived = [...this.querySelectorAll("[name=sex], [name=birth]")].map((control) => this.outer(control));
    this.kind?.addEventListener("change", () => this.show());
    this.number?.addEventListener("input", () => this.show());
    this.show();
  }

  outer(control) {
    let field = control.closest(".field");
    while (field.parentElement.closest(".field")) field = field.parentElement.closest(".field");
    return field;
  }

  show() {
    const read = ["resident_id", "hmt_residence"].includes(this.kind?.value)
      || (this.kind?.value === "foreign_residence" && this.number?.value.trim().startsWith("9"));
    for (const field of this.derived) field.hidden = read && !field.classList.contains("has-error");
  }
}

customElements.define("tc-identity", IdentityFields);
