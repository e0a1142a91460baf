// A table that must be scrolled sideways can be reached and scrolled with the keyboard.
const mark = () => {
  for (const frame of document.querySelectorAll(".table-scroll")) {
    if (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
};
mark();
// On a phone the entry of this page may lie beyond the edge of its bar.
for (const bar of document.querySelectorAll(".own-nav, .tabs")) {
  const here = bar.querySelector("[aria-current]");
  if (here) bar.scrollLeft += Math.max(0, here.getBoundingClientRect().right - bar.getBoundingClientRect().right + 8);
}
addEventListener("resize", mark);
document.addEventListener("htmx:afterSettle", mark);
