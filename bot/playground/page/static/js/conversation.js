// The open channel: its head, its messages, and what a newcomer sees before the first one.

import { renderBlocks } from "./blockkit.js";
import { avatar, clock, el, icon, part } from "./dom.js";
import { drawGlyphs } from "./glyphs.js";
import { mrkdwn } from "./mrkdwn.js";

const NEAR_THE_END = 120; // pixels
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

export class Conversation {
  constructor({ press, tryIt }) {
    Object.assign(this, { press, tryIt });
    this.channel = null;
    this.rows = new Map(); // key -> {node, drawing}
    this.dismissed = new Set();
  }

  follow(channel, snapshot, surface) {
    const messages = (snapshot.messages[channel.id] ?? []).filter((message) => !this.dismissed.has(message.key));
    const moved = channel.id !== this.channel || snapshot.me !== this.me;
    if (moved) this.clear(channel, snapshot);
    this.showHead(channel);
    this.showHero(channel, snapshot, messages.length === 0);
    const scroll = part("scroll");
    const atEnd = moved || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END;
    const changed = this.showMessages(messages, surface, !moved);
    if (changed && atEnd) scroll.scrollTop = scroll.scrollHeight;
    this.last = { channel, snapshot, surface };
  }

  clear(channel, snapshot) {
    this.channel = channel.id;
    this.me = snapshot.me;
    this.rows.clear();
    this.hero = "";
    part("messages").replaceChildren();
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
    if (channel.archived) {
      hero.replaceChildren(
        el("span", { class: "hero-mark", "aria-hidden": "true" }, icon("archive")),
        el("h2", {}, "This channel is archived"),
        el("p", { class: "hero-lead" }, "Nobody can post here. Choose another channel to ask for a registry."));
      return;
    }
    const [command] = snapshot.commands;
    hero.replaceChildren(
      el("span", { class: "hero-mark", "aria-hidden": "true" }, icon("box")),
      el("h2", {}, "Make a Docker registry without leaving the chat"),
      el("p", { class: "hero-lead" }, `This is ${channel.name}. Nobody has asked for a registry here yet.`),
      el("ol", { class: "steps" },
        el("li", {}, "Type ", el("kbd", {}, command.command), " below and press Enter."),
        el("li", {}, "Fill in the form: a name, and what it is for."),
        el("li", {}, "Read the status and the trace id right here.")),
      el("button", { type: "button", class: "button button-primary button-large", "data-part": "try-it", onclick: () => this.tryIt(command.command) }, `Try it: ${command.command}`),
      el("p", { class: "hero-aside" }, "The bot is the real one. Slack and the cloud are stand-ins on this machine."));
  }

  showMessages(messages, surface, animate) {
    const list = part("messages");
    const kept = new Set(messages.map((message) => message.key));
    let changed = false;
    for (const [key, row] of this.rows) {
      if (kept.has(key)) continue;
      row.node.remove();
      this.rows.delete(key);
    }
    let day = "";
    messages.forEach((message, index) => {
      const today = DAY.format(new Date(message.posted_at * 1000));
      const drawn = this.row(message, surface, today === day ? null : today, animate);
      day = today;
      changed ||= drawn.changed;
      if (list.children[index] !== drawn.node) list.insertBefore(drawn.node, list.children[index] ?? null);
    });
    return changed;
  }

  row(message, surface, day, animate) {
    const before = this.rows.get(message.key);
    const drawing = JSON.stringify([message, day]);
    if (before?.drawing === drawing) return { node: before.node, changed: false };
    const node = this.draw(message, surface, day);
    if (animate) node.classList.add(before ? "message-changed" : "message-new");
    before?.node.replaceWith(node);
    this.rows.set(message.key, { node, drawing });
    return { node, changed: true };
  }

  draw(message, surface, day) {
    const { author } = message;
    const body = message.blocks?.length
      ? renderBlocks(message.blocks, { ...surface, act: (action) => this.press(message.ts, action) })
      : drawGlyphs(el("div", { class: "text" }, mrkdwn(message.text ?? "", surface.names)));
    return el("li", { class: "message", "data-message": message.ts, "data-author": author.kind, "data-ephemeral": message.only_you },
      day && el("div", { class: "day" }, el("span", {}, day)),
      message.only_you && el("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      el("div", { class: "message-row" },
        avatar(author),
        el("div", { class: "message-body" },
          el("p", { class: "message-head" },
            el("span", { class: "author" }, author.name),
            author.kind === "bot" && el("span", { class: "app-badge" }, "APP"),
            clock(message.posted_at),
            message.edited && el("span", { class: "edited" }, "(edited)")),
          body,
          message.only_you && el("button", { type: "button", class: "dismiss", onclick: () => this.dismiss(message.key) }, "Dismiss message"))));
  }

  dismiss(key) {
    this.dismissed.add(key);
    this.follow(this.last.channel, this.last.snapshot, this.last.surface);
    part("message-text").focus();
  }
}
