// Who signs out leaves no exam room in this browser (web/exam_room/keeping.js keeps one for a reload without network).
// Answers that have not reached the server yet stay on the device until they have.
const PREFIX = "tancai-exam-room-";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-signing-out]") || !("caches" in window)) return;
  caches
    .keys()
    .then((names) => names.filter((name) => name.startsWith(PREFIX)).forEach((name) => caches.delete(name)))
    .catch(() => {});
});
