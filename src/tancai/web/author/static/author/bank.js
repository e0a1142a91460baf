// Choosing items in the bank: counts them, chooses a page, and carries the filters along for "all that was found".
const count = document.querySelector("[data-bulk-count]");
const page = document.querySelector("[data-bulk-page]");
const all = document.querySelector("[data-bulk-all]");
const boxes = () => [...document.querySelectorAll('input[form="bulk"]')];

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  count.textContent = chosen ? String(chosen) : "";
  page.hidden = !boxes().length;
}

page.addEventListener("click", () => {
  const wanted = boxes().some((box) => !box.checked);
  for (const box of boxes()) box.checked = wanted;
  tell();
});

all.addEventListener("click", () => {
  const asked = new URLSearchParams(location.search);
  asked.set("all", "1");
  all.href = `${all.pathname}?${asked}`;
});

let last = null;
document.addEventListener("click", (event) => {
  if (!event.target.matches('input[form="bulk"]')) return;
  const found = boxes();
  if (event.shiftKey && last && found.includes(last)) {
    const [a, b] = [found.indexOf(last), found.indexOf(event.target)].sort((x, y) => x - y);
    for (const box of found.slice(a, b + 1)) box.checked = event.target.checked;
  }
  last = event.target;
  tell();
});
document.addEventListener("htmx:afterSwap", tell);
tell();
