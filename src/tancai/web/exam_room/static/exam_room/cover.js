// The sheet over the questions: connecting, waiting for the start, paused, handed in; one sentence that says what is.

export class Cover {
  #focus = null;

  constructor(part) {
    this.part = part;
  }

  get shown() {
    return !this.part("cover").hidden;
  }

  show(text) {
    if (!this.shown) {
      const inside = document.activeElement;
      this.#focus = this.part("main").contains(inside) ? inside : null;
      this.part("main").hidden = true;
      this.part("cover").hidden = false;
    }
    this.say(text);
    this.countdown("");
    this.part("cover").focus();
  }

  say(text) {
    const place = this.part("cover-text");
    if (place.textContent !== text) place.textContent = text;
  }

  countdown(text) {
    this.part("countdown").hidden = !text;
    this.part("countdown").textContent = text;
  }

  /** The candidate is again where he or she was. */
  hide() {
    if (!this.shown) return;
    this.code("");
    this.part("cover").hidden = true;
    this.part("main").hidden = false;
    this.#focus?.focus({ preventScroll: true });
  }

  code(code) {
    this.part("code").hidden = !code;
    this.part("code-text").textContent = code.replace(/(.{4})(?=.)/, "$1-");
  }

  receipt(hash) {
    this.part("hash").hidden = !hash;
    this.part("hash-text").textContent = hash.replace(/(.{8})(?=.)/g, "$1 ");
  }

  /** Nothing more can be done on this page. */
  leave(text) {
    this.show(text);
    this.part("cover-links").hidden = false;
  }
}
