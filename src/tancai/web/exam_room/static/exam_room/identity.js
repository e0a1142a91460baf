// Check-in: each <tc-shot> takes one picture with the camera, or takes a file where that is allowed.
import { closeLens, openLens, shoot } from "./lens.js";

class TcShot extends HTMLElement {
  connectedCallback() {
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    this.video = this.querySelector("video");
    this.image = this.querySelector("img");
    this.input = this.querySelector("input[type=file]");
    this.video.dataset.facing = this.dataset.facing;
    this.piece("open").addEventListener("click", () => this.open());
    this.piece("shoot").addEventListener("click", () => this.take());
    this.piece("again").addEventListener("click", () => this.open());
    this.input.addEventListener("change", () => this.chosen());
    this.show("");
  }

  disconnectedCallback() {
    closeLens(this.stream);
  }

  say(text) {
    this.piece("say").textContent = text;
  }

  show(what) {
    this.video.hidden = what !== "video";
    this.image.hidden = what !== "image";
    this.piece("open").hidden = what !== "";
    this.piece("shoot").hidden = what !== "video";
    this.piece("again").hidden = what !== "image";
  }

  async open() {
    this.say("");
    try {
      this.stream = await openLens(this.video, this.dataset.facing, { width: 1280, height: 960 });
      this.show("video");
      this.piece("shoot").focus();
    } catch (error) {
      this.show("");
      this.say(error.name === "NotAllowedError" ? this.dataset.refused : this.dataset.none);
    }
  }

  async take() {
    const picture = await shoot(this.video, 1280, 0.9);
    if (!picture) return;
    closeLens(this.stream);
    const chosen = new DataTransfer();
    chosen.items.add(new File([picture], `${this.dataset.name}.jpg`, { type: "image/jpeg" }));
    this.input.files = chosen.files;
    this.how = "camera";
    this.preview(picture);
  }

  chosen() {
    if (!this.input.files.length) return;
    closeLens(this.stream);
    this.how = "file";
    this.preview(this.input.files[0]);
  }

  preview(picture) {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(picture);
    this.image.src = this.address;
    this.show("image");
    this.say(this.dataset.taken);
    this.piece("again").focus();
  }
}
customElements.define("tc-shot", TcShot);

const form = document.querySelector("[data-pictures]");
form?.addEventListener("submit", (event) => {
  const shots = [...form.querySelectorAll("tc-shot")];
  const missing = shots.some((shot) => !shot.input.files.length);
  const place = form.querySelector("[data-missing]");
  place.textContent = missing ? place.dataset.text : "";
  if (missing) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.querySelector("[data-how]").value = shots.find((shot) => shot.dataset.name === "live").how ?? "file";
}, true);
