// One message: who, when, what; with the thread under it and the actions that Slack offers next to it.

import { renderBlocks } from "./blockkit.js";
import { avatar, clock, el, icon } from "./dom.js";
import { drawGlyphs } from "./glyphs.js";
import { opensMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";

/**
 * A list item for a message of a snapshot. `can` says what may be done with it:
 *   press(ts, action)   a button or menu in it was used
 *   dismiss(key)        an ephemeral is dismissed
 *   openThread(ts)      its thread is shown; null inside a thread
 *   shortcuts           [{name, description, callback_id}] for its "More actions"
 *   choose(shortcut, ts)
 */
export function messageItem(message, surface, day, can) {
  const { author } = message;
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
        content(message, surface, can),
        message.only_you && el("button", { type: "button", class: "dismiss", onclick: () => can.dismiss(message.key) }, "Dismiss message"),
        can.openThread && message.replies > 0 && threadLink(message, can)),
      !message.only_you && author.kind !== "system" && toolbar(message, can)));
}

function content(message, surface, can) {
  if (!message.blocks?.length) return drawGlyphs(el("div", { class: "text" }, mrkdwn(message.text ?? "", surface.names)));
  return renderBlocks(message.blocks, { ...surface, act: (action) => can.press(message.ts, action) });
}

function threadLink(message, can) {
  const count = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
  return el("button", { type: "button", class: "thread-link", "data-thread-of": message.ts, onclick: () => can.openThread(message.ts) },
    icon("thread"), el("strong", {}, count), el("span", {}, "Last at ", clock(message.replied_at)));
}

function toolbar(message, can) {
  const reply = can.openThread && el("button", { type: "button", class: "plain-icon", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => can.openThread(message.ts) }, icon("thread"));
  const more = can.shortcuts.length > 0 && opensMenu(
    el("button", { type: "button", class: "plain-icon", "aria-label": "More actions", title: "More actions" }, icon("more")), "More actions",
    () => can.shortcuts.map((shortcut) => ({ label: shortcut.name, about: shortcut.description, act: () => can.choose(shortcut, message.ts) })));
  return (reply || more) && el("div", { class: "message-tools" }, reply, more);
}
