// The help of the exam room: what happens to my answers, what if the network is away, which keys there are.

export function offerHelp(button, dialog) {
  button.hidden = false;
  const open = () => {
    if (dialog.open) dialog.close();
    else dialog.showModal();
  };
  button.addEventListener("click", open);
  dialog.querySelector("[data-help-close]").addEventListener("click", () => dialog.close());
  return open;
}
