// A dialog over the page; Escape and Close end it, and the focus goes back to where it was.

import { freshId, h } from "../core/dom";

export function openDialog(title: string, ...content: (Node | string)[]): HTMLDialogElement {
  const id = freshId("dialog");
  const dialog: HTMLDialogElement = h(
    "dialog",
    { attributes: { "aria-labelledby": id } },
    h("div", { class: "dialog-head" }, h("h2", { id }, title), h("button", { type: "button", onclick: () => dialog.close() }, "Close")),
    h("div", { class: "dialog-body" }, ...content),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
