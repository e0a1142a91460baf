// Buttons with data-print open the browser's print window.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
