// What a visitor can try: a short list in a dialog; most entries do what they say when pressed.

import { el, freshId, icon, part } from "./dom.js";
import { keepFocusInside, onEscape } from "./focus.js";

const PLACES = { home: "Open the Home", cloud: "Show the cloud", policy: "Show the choice", people: "Show the people" };

export class Guide {
  /** @param say (text) types it into the message box and sends it; @param go (place) opens one of PLACES */
  constructor({ say, go }) {
    Object.assign(this, { say, go, tries: [] });
    part("guide-open").prepend(icon("bulb"));
    part("guide-open").addEventListener("click", () => this.open());
  }

  follow(snapshot) {
    this.tries = snapshot.things_to_try;
  }

  open() {
    const title = freshId("guide");
    const before = document.activeElement;
    const leave = () => {
      dialog.close();
      dialog.remove();
      before?.focus();
    };
    const item = ({ words, say, go }) => el("li", {}, el("span", {}, words),
      say && el("button", { type: "button", class: "button", "data-says": say, onclick: () => (leave(), this.say(say)) }, say),
      go && el("button", { type: "button", class: "button", onclick: () => (leave(), this.go(go)) }, PLACES[go]));
    const dialog = el("dialog", { class: "dialog guide", "aria-labelledby": title, "data-part": "guide" },
      el("header", { class: "dialog-head" },
        el("h2", { id: title }, "Things to try"),
        el("button", { type: "button", class: "plain-icon", "aria-label": "Close", onclick: leave }, icon("close"))),
      el("div", { class: "dialog-body", tabindex: "0", role: "group", "aria-labelledby": title }, el("ol", { class: "tries" }, this.tries.map(item))));
    keepFocusInside(dialog);
    onEscape(dialog, leave);
    document.body.append(dialog);
    dialog.showModal();
  }
}
