// What a change looks like on its way to the log, and how many go together.
export const MOST = 100;

export function automatic(event) {
  return event.kind === "hand_in" && Boolean(event.value?.auto);
}

export function wire({ seq, at, kind, item, value }) {
  return { seq, at, kind, item, value };
}
