// The pane of one thread: its first message, the replies, and a box to reply. Commands do not run in threads.

import { el, icon, part } from "./dom.js";
import { MessageList } from "./messages.js";

export class Thread {
  /** @param can see messageItem; @param reply (text) => Promise of an answer; @param leave () => void */
  constructor({ can, reply, leave }) {
    Object.assign(this, { reply, leave });
    this.dismissed = new Set();
    this.list = new MessageList(part("thread-messages"), part("thread-scroll"), { ...can, openThread: null, dismiss: (key) => this.dismissed.add(key) && this.again() });
    part("thread-close").append(icon("close"));
    part("thread-send").append(icon("send"));
    part("thread-close").addEventListener("click", leave);
    part("thread").addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && leave());
    part("thread-composer").addEventListener("submit", (event) => this.send(event));
    part("thread-text").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      part("thread-composer").requestSubmit();
    });
  }

  /** Shows the thread under `ts` in the channel, or nothing when ts is null. Returns whether the thread exists. */
  follow(ts, channel, snapshot, surface) {
    const messages = (snapshot.messages[channel.id] ?? []).filter((message) => (message.ts === ts || message.thread_ts === ts) && !this.dismissed.has(message.key));
    const there = messages.some((message) => message.ts === ts);
    part("thread").hidden = !there;
    if (!there) return false;
    const key = `${snapshot.me} ${channel.id} ${ts}`;
    if (key !== this.key) this.list.clear();
    this.key = key;
    this.last = [ts, channel, snapshot, surface];
    part("thread-about").textContent = channel.kind === "im" ? channel.name : `#${channel.name}`;
    part("thread-text").disabled = channel.archived || channel.kind === "im";
    this.list.follow(messages, surface, snapshot.shortcuts.filter((shortcut) => shortcut.type === "message"));
    return true;
  }

  again() {
    this.follow(...this.last);
    part("thread-text").focus();
  }

  async send(event) {
    event.preventDefault();
    const box = part("thread-text");
    const text = box.value.trim();
    if (!text) return;
    if (text.startsWith("/")) {
      part("thread-note").textContent = `${text.split(/\s/, 1)[0]} is not supported in threads. Sorry!`;
      return;
    }
    box.value = "";
    this.list.toEnd();
    const answer = await this.reply(text);
    part("thread-note").textContent = answer.failed ?? "";
    if (answer.failed) box.value = text;
  }
}
