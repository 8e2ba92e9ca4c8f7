// The open channel: its head, its messages, and what a newcomer sees before the first one.

import { el, icon, part } from "./dom.js";
import { MessageList } from "./messages.js";

export class Conversation {
  /** @param can see messageItem; @param tryIt (command) types a command for the newcomer */
  constructor({ can, tryIt }) {
    this.tryIt = tryIt;
    this.dismissed = new Set();
    this.list = new MessageList(part("messages"), part("scroll"), { ...can, dismiss: (key) => this.dismiss(key) });
  }

  follow(channel, snapshot, surface) {
    if (channel.id !== this.channel || snapshot.me !== this.me) this.clear(channel, snapshot);
    const messages = (snapshot.messages[channel.id] ?? []).filter((message) => !message.thread_ts && !this.dismissed.has(message.key));
    this.showHead(channel);
    this.showHero(channel, snapshot, messages.length === 0);
    const shortcuts = snapshot.shortcuts.filter((shortcut) => shortcut.type === "message");
    this.list.follow(messages, surface, shortcuts);
    this.last = { channel, snapshot, surface };
  }

  /** Shows the end, where the answer to what is being sent will be. */
  toEnd() {
    this.list.toEnd();
  }

  clear(channel, snapshot) {
    this.channel = channel.id;
    this.me = snapshot.me;
    this.hero = "";
    this.list.clear();
  }

  showHead(channel) {
    const sign = { private: "lock", im: "box" }[channel.kind] ?? "hash";
    part("channel-name").replaceChildren(icon(channel.archived ? "archive" : sign), el("span", {}, channel.name));
    part("channel-about").textContent = channel.about;
  }

  showHero(channel, snapshot, empty) {
    const hero = part("hero");
    hero.hidden = !empty;
    const drawing = JSON.stringify([channel.id, snapshot.commands, empty]);
    if (!empty || this.hero === drawing) return;
    this.hero = drawing;
    if (channel.archived) hero.replaceChildren(...words("archive", "This channel is archived", "Nobody can post here. Choose another channel to ask for a registry."));
    else if (channel.kind === "im") hero.replaceChildren(...words("box", "Nothing yet", "What the app tells only you shows up here."));
    else hero.replaceChildren(...this.welcome(channel, snapshot.commands[0]));
  }

  welcome(channel, command) {
    return [
      ...words("box", "Make a Docker registry without leaving the chat", `This is ${channel.name}. Nobody has asked for a registry here yet.`),
      el("ol", { class: "steps" },
        el("li", {}, "Type ", el("kbd", {}, command.command), " below and press Enter."),
        el("li", {}, "Fill in the form: a name, and what it is for."),
        el("li", {}, "Read right here where it is and how to push to it.")),
      el("button", { type: "button", class: "button button-primary button-large", "data-part": "try-it", onclick: () => this.tryIt(command.command) }, `Try it: ${command.command}`),
      el("p", { class: "hero-aside" }, "The bot is the real one. Slack and the cloud are stand-ins on this machine."),
    ];
  }

  dismiss(key) {
    this.dismissed.add(key);
    this.follow(this.last.channel, this.last.snapshot, this.last.surface);
    part("message-text").focus();
  }
}

function words(sign, title, lead) {
  return [
    el("span", { class: "hero-mark", "aria-hidden": "true" }, icon(sign)),
    el("h2", {}, title),
    el("p", { class: "hero-lead" }, lead),
  ];
}
