// <tc-rows> adds rows to a form set: it copies the template and counts the new row.
class TcRows extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-add]");
    this.total = this.querySelector(`[name=${this.dataset.prefix}-TOTAL_FORMS]`);
    if (!this.button || !this.total) return;
    this.most = Number(this.querySelector(`[name=${this.dataset.prefix}-MAX_NUM_FORMS]`).value);
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.add());
  }

  add() {
    const number = Number(this.total.value);
    const markup = this.querySelector("template").innerHTML.replaceAll("__prefix__", String(number));
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    const row = holder.content.firstElementChild;
    this.querySelector("[data-rows]").append(row);
    this.total.value = String(number + 1);
    this.button.hidden = number + 1 >= this.most;
    row.querySelector("input, select").focus();
  }
}
customElements.define("tc-rows", TcRows);
