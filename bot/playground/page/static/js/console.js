// CodeArts' console as somebody else uses it: registries are created and deleted there without the bot.

import { askFirst } from "./confirm.js";
import { el, part } from "./dom.js";

const words = (text) => ({ type: "plain_text", text });

export class Console {
  /** @param ask (what, body) => Promise of the page server's answer */
  constructor(ask) {
    this.ask = ask;
    part("console").addEventListener("submit", (event) => this.create(event));
  }

  async create(event) {
    event.preventDefault();
    const { name, elsewhere } = part("console").elements;
    const answer = await this.ask("create", { name: name.value, elsewhere: elsewhere.checked });
    part("console-note").textContent = answer.failed ?? `${name.value} was created in the console.`;
    if (answer.failed) return name.focus();
    elsewhere.checked = false;
    name.value = "";
    return undefined;
  }

  /** The button that deletes a registry there. */
  deleteButton(registry) {
    const remove = async () => {
      const question = {
        title: words(`Delete ${registry.name}?`), style: "danger", confirm: words("Delete"), deny: words("Keep it"),
        text: words("This is what somebody does in CodeArts' console. The bot is not asked and is not told."),
      };
      if (!(await askFirst(question))) return;
      await this.ask("delete", { id: registry.id });
      part("console-note").textContent = `${registry.name} was deleted in the console.`;
      part("console").elements.name.focus();
    };
    return el("button", { type: "button", class: "quiet", "aria-label": `Delete ${registry.name} in the console`, onclick: remove }, "Delete");
  }
}
