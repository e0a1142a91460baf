// <tc-upload> shows what was chosen before it is sent, accepts drops, and refuses files that are too large.
class TcUpload extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.zone = this.querySelector(".upload-zone");
    this.list = this.querySelector(".upload-list");
    if (!this.input || !this.list) return;
    this.input.addEventListener("change", () => this.show());
    for (const name of ["dragover", "dragenter"]) {
      this.zone.addEventListener(name, (event) => {
        event.preventDefault();
        this.zone.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) {
      this.zone.addEventListener(name, () => this.zone.classList.remove("over"));
    }
    this.zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      this.input.files = event.dataTransfer.files;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  show() {
    const most = Number(this.dataset.maxBytes || 0);
    let refused = "";
    this.list.replaceChildren();
    for (const file of this.input.files) {
      const item = document.createElement("div");
      item.className = "upload-item";
      if (file.type.startsWith("image/")) item.append(this.preview(file));
      const name = document.createElement("div");
      name.textContent = `${file.name} · ${(file.size / 1048576).toFixed(2)} MB`;
      item.append(name);
      if (most && file.size > most) {
        item.classList.add("bad");
        refused = this.dataset.tooLarge;
        const reason = document.createElement("div");
        reason.textContent = refused;
        item.append(reason);
      }
      this.list.append(item);
    }
    this.input.setCustomValidity(refused);
  }

  preview(file) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    return image;
  }
}
customElements.define("tc-upload", TcUpload);
