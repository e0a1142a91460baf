// What was typed in this tab has arrived: the editor need not keep it.
const saved = sessionStorage.getItem("tancai-writing-sent");
if (saved) {
  sessionStorage.removeItem(saved);
  sessionStorage.removeItem("tancai-writing-sent");
}

// Keys on an item's page: r opens a remark, and a remark being written asks before it is lost.
const writing = document.querySelector("[data-remark]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  writing.open = true;
  writing.querySelector("textarea").focus();
});

let sending = false;
document.addEventListener("submit", () => (sending = true));
window.addEventListener("beforeunload", (event) => {
  const begun = [...document.querySelectorAll("textarea")].some((area) => area.value.trim() !== area.defaultValue.trim());
  if (begun && !sending) event.preventDefault();
});
