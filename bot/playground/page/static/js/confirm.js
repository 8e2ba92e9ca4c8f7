// Block Kit's confirm object: a question before a button takes effect.

import { el, freshId } from "./dom.js";
import { keepFocusInside, onEscape } from "./focus.js";
import { textNodes } from "./mrkdwn.js";

/** Resolves to true when the person agrees, to false on the other button or Escape. */
export function askFirst(confirm, names) {
  return new Promise((resolve) => {
    const title = freshId("confirm");
    const answer = (value) => () => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const style = confirm.style === "danger" ? "button button-danger" : "button button-primary";
    const dialog = el("dialog", { class: "dialog dialog-small", "aria-labelledby": title, "data-part": "confirm" },
      el("h2", { id: title }, textNodes(confirm.title, names)),
      el("div", { class: "text" }, textNodes(confirm.text, names)),
      el("div", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", onclick: answer(false) }, textNodes(confirm.deny ?? "Cancel", names)),
        el("button", { type: "button", class: style, onclick: answer(true) }, textNodes(confirm.confirm ?? "OK", names))));
    keepFocusInside(dialog);
    onEscape(dialog, answer(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
