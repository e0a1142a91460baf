// A table that must be scrolled sideways can be reached and scrolled with the keyboard.
const mark = () => {
  for (const frame of document.querySelectorAll(".table-scroll")) {
    if (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
};
mark();
addEventListener("resize", mark);
document.addEventListener("htmx:afterSettle", mark);
