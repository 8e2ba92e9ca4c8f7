// Where the person types: messages, and slash commands with a popup that completes them.

import { el, icon, part } from "./dom.js";
import { opensMenu } from "./menu.js";

const USUAL_NOTE = "Type / for commands. Enter sends.";
const PATIENCE_MS = 400; // before a note says that the page is waiting for the app

export class Composer {
  constructor({ send, shortcut }) {
    this.deliver = send;
    this.commands = [];
    this.offered = [];
    this.chosen = 0;
    this.box = part("message-text");
    this.list = part("suggestions");
    part("send").append(icon("send"));
    part("shortcuts").append(icon("bolt"));
    opensMenu(part("shortcuts"), "Shortcuts", () => this.shortcuts.map(({ name, description, callback_id }) => ({ label: name, about: description, act: () => shortcut(callback_id) })));
    this.note("");
    part("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.box.value);
    });
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("blur", () => setTimeout(() => this.offer([]), 150));
  }

  follow(channel, snapshot) {
    this.commands = snapshot.commands;
    this.shortcuts = snapshot.shortcuts.filter((each) => each.type === "global");
    part("shortcuts").hidden = this.shortcuts.length === 0;
    part("composer").hidden = channel.kind === "im"; // the app does not listen there
    this.closed = channel.archived;
    this.box.disabled = this.closed;
    this.box.placeholder = this.closed ? `${channel.name} is archived` : `Message ${channel.kind === "im" ? "" : "#"}${channel.name}`;
    part("send").disabled = this.closed;
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.box.focus();
  }

  typed() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.note("");
    const text = this.box.value;
    this.offer(/^\/\S*$/.test(text) ? this.commands.filter((each) => each.command.startsWith(text)) : []);
  }

  offer(commands) {
    this.offered = commands;
    this.chosen = 0;
    this.list.hidden = commands.length === 0;
    this.box.setAttribute("aria-expanded", String(commands.length > 0));
    this.list.replaceChildren(...commands.map((each, index) => this.suggestion(each, index)));
    this.mark();
  }

  suggestion(command, index) {
    return el("div", { class: "suggestion", role: "option", id: `suggestion-${index}`, "data-command": command.command, onmousedown: (event) => this.take(event, command) },
      el("span", { class: "suggestion-mark", "aria-hidden": "true" }, icon("box")),
      el("span", { class: "suggestion-words" },
        el("span", {}, el("strong", {}, command.command), " ", el("span", { class: "usage" }, command.hint)),
        el("span", { class: "suggestion-about" }, command.description)),
      el("kbd", {}, "Enter"));
  }

  mark() {
    [...this.list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.chosen)));
    if (this.offered.length) this.box.setAttribute("aria-activedescendant", `suggestion-${this.chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  take(event, command) {
    event.preventDefault();
    this.box.value = `${command.command} `;
    this.offer([]);
    this.box.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const open = this.offered.length > 0;
    const complete = open && this.offered[this.chosen].command === this.box.value;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : -1) + this.offered.length) % this.offered.length;
      this.mark();
    } else if (open && event.key === "Escape") {
      this.offer([]);
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && !complete)) && !event.shiftKey) {
      this.take(event, this.offered[this.chosen]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send(this.box.value);
    }
  }

  async send(raw) {
    const text = raw.trim();
    if (!text || this.closed || this.sending) return;
    const name = text.split(/\s/, 1)[0];
    if (name.startsWith("/") && !this.commands.some((each) => each.command === name)) return this.note(`${name} is not a valid command. Try ${this.commands[0].command}.`);
    this.box.value = "";
    this.offer([]);
    this.typed();
    this.sending = true;
    const slow = setTimeout(() => this.note("Waiting for the app…"), PATIENCE_MS);
    const answer = await this.deliver(text);
    clearTimeout(slow);
    this.sending = false;
    this.note(answer.failed ?? "");
    if (answer.failed) this.box.value = text;
    return undefined;
  }

  note(words) {
    part("composer-note").textContent = words || USUAL_NOTE;
  }
}
