// Shortcuts, all with Alt so that typing is never disturbed; they are listed in the help dialog.

const MAC = /Mac|iPad|iPhone/.test(navigator.platform);

/** `work` maps a key code (`ArrowLeft`, `KeyM`, …) to what it does; nothing happens while `idle()` is true. */
export function listenToKeys(work, idle) {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const arrow = event.code.startsWith("Arrow");
    if (arrow && MAC && event.target.tagName === "TEXTAREA") return; // moves by words there
    const does = work[event.code];
    if (!does && event.code !== "Home") return;
    event.preventDefault(); // Alt with an arrow would leave the page
    if (!idle()) does?.();
  });
}
