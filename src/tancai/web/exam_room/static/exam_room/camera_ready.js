// Before entry: shows the camera's picture, and sends one to say that it runs.
import { closeLens, openLens, shoot } from "./lens.js";

class TcCameraReady extends HTMLElement {
  connectedCallback() {
    this.video = this.querySelector("video");
    this.video.dataset.facing = "user";
    this.opener = this.querySelector("[data-open]");
    this.confirm = this.querySelector("[data-confirm]");
    this.place = this.querySelector("[data-say]");
    this.opener.addEventListener("click", () => this.open());
    this.confirm.addEventListener("click", () => this.send());
  }

  disconnectedCallback() {
    closeLens(this.stream);
  }

  async open() {
    try {
      this.stream = await openLens(this.video);
      this.video.hidden = false;
      this.opener.hidden = true;
      this.confirm.hidden = false;
      this.confirm.focus();
      this.place.textContent = "";
    } catch (error) {
      this.place.textContent = error.name === "NotAllowedError" ? this.dataset.refused : this.dataset.none;
    }
  }

  async send() {
    const picture = await shoot(this.video, 640, 0.7);
    try {
      const answer = await fetch(this.dataset.url, {
        method: "POST",
        body: picture,
        headers: {
          "Content-Type": "image/jpeg",
          "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
        },
        signal: AbortSignal.timeout(15_000),
      });
      if (!answer.ok) throw new Error(answer.status);
      closeLens(this.stream);
      location.reload();
    } catch {
      this.place.textContent = this.dataset.failed;
    }
  }
}
customElements.define("tc-camera-ready", TcCameraReady);
