// Shows the server that this page runs in the lock-down client: by the client's script interface, or by the headers
// that older clients put on the request itself. In the exam room it goes on doing so, and covers the page when it fails.

const holder = document.querySelector("[data-client]");
const inRoom = holder.hasAttribute("data-room-page");
const EVERY = 4 * 60_000;
const AGAIN = 15_000;
const WAIT_FOR_KEYS = 3_000;

/** The hashes for this page's address; empty where the browser has no such interface. */
function keys() {
  const security = window.SafeExamBrowser?.security;
  if (!security) return Promise.resolve({ config: "", exam: "" });
  const found = () => ({ config: security.configKey ?? "", exam: security.browserExamKey ?? "" });
  if (found().config || typeof security.updateKeys !== "function") return Promise.resolve(found());
  return new Promise((resolve) => {
    const give = () => resolve(found());
    security.updateKeys(give);
    setTimeout(give, WAIT_FOR_KEYS);
  });
}

/** What the server says; null when it could not be asked, which is no reason to stop anybody. */
async function prove() {
  const { config, exam } = await keys();
  try {
    const answer = await fetch(holder.dataset.address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: JSON.stringify({ address: location.href, config, exam }),
      signal: AbortSignal.timeout(20_000),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function say(text) {
  const place = holder.querySelector("[data-client-text]");
  if (place && place.textContent !== text) place.textContent = text;
}

function cover(said) {
  say(said.text);
  if (!holder.open) {
    holder.addEventListener("cancel", (event) => event.preventDefault());
    holder.showModal();
  }
}

let timer = 0;

async function stayProven() {
  clearTimeout(timer);
  const said = await prove();
  if (said && !said.ok) cover(said);
  else if (said && holder.open) holder.close();
  clearTimeout(timer);
  timer = setTimeout(stayProven, holder.open ? AGAIN : EVERY);
}

/** On the check page: once proven, or once the invigilator agrees, the page is loaded again with its button. */
async function untilProven() {
  const said = await prove();
  if (said?.ok && !holder.hasAttribute("data-proven")) {
    location.reload();
    return;
  }
  if (said && !said.ok) say(said.text);
  setTimeout(untilProven, holder.hasAttribute("data-proven") ? EVERY : AGAIN);
}

if (inRoom) {
  stayProven();
  document.addEventListener("visibilitychange", () => document.hidden || stayProven());
} else untilProven();
