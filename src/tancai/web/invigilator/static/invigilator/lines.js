// The rows of the room: one for each candidate, changed only where something changed.
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const WRITING = new Set(["running", "waiting", "paused"]);
const SHOWN_SECONDS = 90;

export class Lines {
  constructor(root, words, addresses) {
    Object.assign(this, { root, words, addresses });
    this.body = root.querySelector("[data-lines]");
    this.template = root.querySelector("template[data-line]");
    this.need = root.querySelector("template[data-need]");
    this.chips = new Map([...root.querySelectorAll("template[data-chip]")].map((one) => [one.dataset.chip, one]));
    this.all = new Map();
  }

  /** Take lines as the server tells them; a full telling replaces everything. */
  take(told, now) {
    if (told.full) {
      const kept = new Set(told.lines.map((line) => line.id));
      for (const id of this.all.keys()) if (!kept.has(id)) this.#remove(id);
    }
    for (const id of told.gone) this.#remove(id);
    for (const line of told.lines) {
      const one = this.all.get(line.id) ?? this.#make(line);
      one.line = line;
      this.#draw(one, now);
    }
  }

  #remove(id) {
    this.all.get(id)?.row.remove();
    this.all.delete(id);
  }

  #make(line) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.dataset.id = line.id;
    const cells = [...row.children];
    const pick = row.querySelector("input[type=checkbox]");
    if (pick) cells.shift();
    const [who, state, connection, saved, progress, left, tells] = cells;
    const link = who.querySelector("a");
    link.href = this.addresses.candidate.replace("/0/", `/${line.id}/`);
    link.querySelector("b").textContent = line.name;
    link.querySelector("span").textContent = line.ticket;
    pick?.setAttribute("aria-label", fill(this.words.choose, { name: line.name }));
    const one = { line, row, pick, state, connection, saved, progress, left, tells };
    this.all.set(line.id, one);
    return one;
  }

  #draw(one, now) {
    const { line, words = this.words } = one;
    const shown = line.state === "handed_in" || line.state === "sealed" ? "finished" : line.state;
    if (one.state.dataset.state !== line.state) {
      one.state.dataset.state = line.state;
      one.state.replaceChildren(this.chips.get(line.state).content.cloneNode(true));
    }
    one.group = shown;
    one.urgency = line.needs.length ? words.order.indexOf(line.needs[0]) : words.order.length;
    one.row.classList.toggle("room-needs", line.needs.length > 0);
    one.progress.querySelector(".number").textContent = line.questions ? `${line.answered} / ${line.questions}` : words.none;
    const bar = one.progress.querySelector("progress");
    bar.max = line.questions || 1;
    bar.value = line.answered;
    one.tells.replaceChildren(...this.#tells(line));
    this.tick(one, now);
  }

  #tells(line) {
    const { words } = this;
    const found = line.needs.map((code) => {
      const chip = this.need.content.firstElementChild.cloneNode(true);
      chip.append(words.needs[code]);
      return chip;
    });
    const plain = Object.entries(line.incidents).map(([code, count]) => `${words.incidents[code] ?? code} ${count}`);
    if (line.extra) plain.push(fill(words.extra, { n: Math.round(line.extra / 60) }));
    if (line.letIn) plain.push(words.let_in);
    if (plain.length) {
      const rest = document.createElement("span");
      rest.className = "small quiet";
      rest.textContent = plain.join(" · ");
      found.push(rest);
    }
    return found.length ? found : [words.none];
  }

  /** What changes by the clock alone. */
  tick(one, now) {
    const { line } = one;
    set(one.connection, ...this.#connection(line, now));
    set(one.saved, this.#saved(line, now));
    set(one.left, this.#left(line, now));
  }

  #connection(line, now) {
    const { words } = this;
    if (!WRITING.has(line.state)) return [words.none];
    if (line.connected) return [words.online];
    if (!line.heard) return [words.lost, true];
    return [fill(words.lost_for, { n: Math.max(1, Math.round((now - line.heard) / 60_000)) }), true];
  }

  #saved(line, now) {
    if (!line.saved) return this.words.none;
    const seconds = Math.max(0, Math.round((now - line.saved) / 1000));
    if (seconds < SHOWN_SECONDS && line.state === "running") return fill(this.words.seconds, { n: seconds });
    return new Date(line.saved).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
  }

  #left(line, now) {
    if (line.ends !== null) return fill(this.words.minutes_left, { n: Math.max(0, Math.ceil((line.ends - now) / 60_000)) });
    if (line.left !== null && line.state === "paused") return fill(this.words.stands, { n: Math.ceil(line.left / 60) });
    return this.words.none;
  }
}

function set(cell, text, loud = false) {
  if (cell.textContent !== text) cell.textContent = text;
  cell.classList.toggle("silent", loud);
}
