// The workspace: channels and direct messages with unread dots, who you are, and whether the bot is up.

import { avatar, el, icon, part } from "./dom.js";

const BOT_WORDS = { up: "is up", starting: "is starting…", down: "is down", unknown: "is elsewhere" };

export class Sidebar {
  constructor({ goTo, become, killBot }) {
    Object.assign(this, { goTo, become });
    this.seen = new Map(); // "person channel" -> newest ts that was shown
    this.opened = null; // newest ts when the page was opened: a person who is chosen later has not seen what came since
    this.drawn = { conversations: "", people: "" };
    this.anyUnread = false;
    part("bot-kill").addEventListener("click", killBot);
  }

  follow(snapshot, here) {
    const unread = this.unread(snapshot, here);
    this.anyUnread = unread.size > 0;
    this.showConversations(snapshot, here, unread);
    this.showPeople(snapshot);
    this.showBot(snapshot.bot);
  }

  /** Moves the keyboard focus to the people. */
  focus() {
    part("who-people").querySelector("input:checked")?.focus();
  }

  unread(snapshot, here) {
    const news = new Set();
    const newestOf = (channel) => snapshot.messages[channel.id]?.at(-1)?.ts ?? "";
    this.opened ??= snapshot.channels.map(newestOf).sort().at(-1);
    const first = !this.seen.has(snapshot.me);
    this.seen.set(snapshot.me, "");
    for (const channel of snapshot.channels) {
      const key = `${snapshot.me} ${channel.id}`;
      const newest = newestOf(channel);
      if (first) this.seen.set(key, this.opened);
      if (channel.id === here) this.seen.set(key, newest);
      if (newest > (this.seen.get(key) ?? "")) news.add(channel.id);
    }
    return news;
  }

  showConversations(snapshot, here, unread) {
    const drawing = JSON.stringify([snapshot.channels, snapshot.app, here, [...unread]]);
    if (drawing === this.drawn.conversations) return;
    this.drawn.conversations = drawing;
    const focused = document.activeElement?.dataset?.place;
    const rows = (app) => snapshot.channels.filter((channel) => (channel.id === snapshot.app) === app).map((channel) => this.row(channel, here, unread));
    const group = (title, items) => [el("h2", {}, title), el("ul", {}, items)];
    part("conversations").replaceChildren(...group("Channels", rows(false)), ...group("Apps", rows(true)));
    if (focused) part("conversations").querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
  }

  row(channel, here, unread) {
    const isNew = unread.has(channel.id);
    const sign = channel.kind === "im" ? "box" : channel.archived ? "archive" : channel.kind === "private" ? "lock" : "hash";
    const button = el("button", {
      type: "button", class: "conversation", "data-place": channel.id, "data-channel": channel.kind === "im" ? null : channel.id,
      "data-unread": isNew, "data-archived": channel.archived,
      "aria-current": channel.id === here ? "page" : null, onclick: () => this.goTo(channel.id, { unread: isNew }),
    }, icon(sign), el("span", { class: "conversation-name" }, channel.name),
    isNew && el("span", { class: "unread" }, el("span", { class: "sr-only" }, "unread")));
    return el("li", {}, button);
  }

  showPeople(snapshot) {
    const people = snapshot.people.filter((person) => !person.bot);
    const drawing = JSON.stringify([people, snapshot.me]);
    if (drawing === this.drawn.people) return;
    this.drawn.people = drawing;
    const had = part("who-people").contains(document.activeElement);
    part("who-people").replaceChildren(...people.map((person) => this.person(person, person.id === snapshot.me)));
    if (had) part("who-people").querySelector("input:checked")?.focus();
  }

  person(person, checked) {
    const radio = el("input", { type: "radio", name: "who", class: "sr-only", value: person.id, checked, onchange: () => this.become(person.id) });
    return el("label", { class: "who-person", "data-person": person.id, title: person.name }, radio, avatar({ ...person, kind: "person" }), el("span", {}, person.name.split(" ")[0]));
  }

  showBot(bot) {
    const line = part("bot");
    if (line.dataset.bot !== bot.state || part("bot-words").title !== bot.detail) {
      line.dataset.bot = bot.state;
      part("bot-words").textContent = `${bot.name} ${BOT_WORDS[bot.state] ?? bot.state}`;
      part("bot-words").title = bot.detail;
    }
    part("bot-kill").hidden = !bot.killable;
  }
}
