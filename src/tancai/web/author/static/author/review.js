// One key a verdict: whatever bears data-key is pressed, followed or focused by it, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const writing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  if (writing) {
    if (event.key === "Escape") writing.blur();
    return;
  }
  const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!found || found.disabled) return;
  event.preventDefault();
  if (found.matches("textarea")) found.focus();
  else found.click();
});
