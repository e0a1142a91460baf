// <tc-review> gives the review page its keyboard and its magnifier.
class TcReview extends HTMLElement {
  connectedCallback() {
    this.place = -1;
    this.dialog = this.querySelector("#zoom");
    this.image = this.querySelector("[data-zoom-image]");
    this.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  get cards() {
    return [...this.querySelectorAll(".review-card")];
  }

  clicked(event) {
    const picture = event.target.closest("[data-zoom]");
    if (picture) this.zoom(picture);
    if (event.target.closest("[data-zoom-in]")) this.scale(1);
    if (event.target.closest("[data-zoom-out]")) this.scale(-1);
    if (event.target.closest("[data-turn]")) {
      this.image.dataset.turned = String((Number(this.image.dataset.turned) + 90) % 360);
    }
  }

  zoom(picture) {
    this.image.src = picture.dataset.zoom;
    this.image.alt = picture.dataset.title;
    this.image.dataset.scale = "1";
    this.image.dataset.turned = "0";
    this.querySelector("[data-zoom-title]").textContent = picture.dataset.title;
    this.dialog.showModal();
  }

  scale(step) {
    const wanted = Number(this.image.dataset.scale) + step;
    this.image.dataset.scale = String(Math.min(4, Math.max(1, wanted)));
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") this.move(1);
    else if (key === "k") this.move(-1);
    else if (key === "n") document.querySelector("[data-key=n]")?.click();
    else if ("arz".includes(key)) this.act(key);
    else return;
    event.preventDefault();
  }

  move(step) {
    const cards = this.cards;
    if (!cards.length) return;
    this.place = Math.min(cards.length - 1, Math.max(0, this.place + step));
    cards[this.place].focus();
    cards[this.place].scrollIntoView({ block: "nearest" });
  }

  act(key) {
    const card = this.cards[Math.max(0, this.place)];
    if (!card) return;
    if (key === "z") card.querySelector("[data-zoom]")?.click();
    if (key === "a") card.querySelector("[data-key=a]")?.click();
    if (key === "r") {
      const details = card.querySelector("details.return");
      if (!details) return;
      details.open = true;
      details.querySelector("select").focus();
    }
  }
}
customElements.define("tc-review", TcReview);
