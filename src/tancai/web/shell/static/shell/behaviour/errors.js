// After a refused form the reader lands on the list of what to mend.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
document.addEventListener("htmx:responseError", () => {
  const words = document.body.dataset.requestFailed;
  document.dispatchEvent(new CustomEvent("tancai:say", { detail: { text: words, level: "error" } }));
});
document.addEventListener("htmx:sendError", () => {
  const words = document.body.dataset.offline;
  document.dispatchEvent(new CustomEvent("tancai:say", { detail: { text: words, level: "error" } }));
});
