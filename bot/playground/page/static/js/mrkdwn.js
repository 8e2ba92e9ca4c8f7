// Slack's text: plain_text and mrkdwn objects to DOM nodes.
// Rules: https://docs.slack.dev/messaging/formatting-message-text (escapes, entities, verbatim).

import { date } from "./dates.js";
import { el, link } from "./dom.js";
import { EMOJI } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

// One alternative per named group, tried from left to right at each position.
const CODE = "`(?<code>[^`\\n]+)`";
const ENTITY = "<(?<entity>[^<>\\n]+)>";
const wrapped = (mark, name) =>
  `(?<![\\p{L}\\p{N}_${mark}])${mark}(?<${name}>[^\\s${mark}](?:[^${mark}\\n]*[^\\s${mark}])?)${mark}(?![\\p{L}\\p{N}_${mark}])`;
const COMMON = [CODE, ENTITY, wrapped("\\*", "bold"), wrapped("_", "italic"), wrapped("~", "strike"), ":(?<emoji>[a-z0-9_+'-]+):"];
const GUESSED = ["(?<url>https?://[^\\s<>|]+)", "(?<![\\p{L}\\p{N}])@(?<broadcast>here|channel|everyone)\\b", "(?<![\\p{L}\\p{N}&])#(?<channel>[\\p{Ll}\\d_-]+)"];
const VERBATIM = new RegExp(COMMON.join("|"), "gu");
const LOOSE = new RegExp([...GUESSED, ...COMMON].join("|"), "gu");
const ENTITIES_ONLY = new RegExp(ENTITY, "gu");

/** A text object, or a bare string taken as mrkdwn, to nodes. */
export function textNodes(text, names) {
  if (text === null || text === undefined) return [];
  if (typeof text === "string") return mrkdwn(text, names);
  if (text.type === "plain_text") return [plain(text.text, text.emoji !== false)];
  return mrkdwn(text.text, names, { verbatim: text.verbatim === true });
}

function plain(text, withEmoji) {
  return withEmoji ? text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI[name] ?? whole) : text;
}

/** Slack's markup to nodes. Unless `verbatim`, bare addresses, @here and #channel become live, as in Slack. */
export function mrkdwn(text, names, { verbatim = false } = {}) {
  const pattern = verbatim ? VERBATIM : LOOSE;
  return text.split(/```\n?([\s\S]+?)```/).flatMap((piece, index) => {
    if (index % 2 === 1) return [el("pre", {}, inline(piece.replace(/\n$/, ""), names, ENTITIES_ONLY))];
    return quotes(piece, names, pattern);
  });
}

function quotes(text, names, pattern) {
  const nodes = [];
  let plainLines = [];
  let quoted = [];
  const flush = () => {
    if (plainLines.length) nodes.push(...inline(plainLines.join("\n"), names, pattern));
    if (quoted.length) nodes.push(el("blockquote", {}, inline(quoted.join("\n"), names, pattern)));
    [plainLines, quoted] = [[], []];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (Boolean(quote) !== quoted.length > 0) flush();
    if (quote) quoted.push(quote[1]);
    else plainLines.push(line);
  }
  flush();
  return nodes;
}

function inline(text, names, pattern) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) nodes.push(unescape(text.slice(end, match.index)));
    nodes.push(node(match, names, pattern));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(unescape(text.slice(end)));
  return nodes;
}

function node(match, names, pattern) {
  const found = match.groups;
  if (found.entity !== undefined) return entity(found.entity, names);
  if (found.code !== undefined) return el("code", {}, inline(found.code, names, ENTITIES_ONLY));
  if (found.bold !== undefined) return el("strong", {}, inline(found.bold, names, pattern));
  if (found.italic !== undefined) return el("em", {}, inline(found.italic, names, pattern));
  if (found.strike !== undefined) return el("s", {}, inline(found.strike, names, pattern));
  if (found.emoji !== undefined) return EMOJI[found.emoji] ?? match[0];
  if (found.url !== undefined) return link(unescape(found.url), unescape(found.url));
  if (found.broadcast !== undefined) return mention("broadcast", `@${found.broadcast}`);
  return names.channelByName(found.channel) ? mention("channel", `#${found.channel}`) : match[0];
}

function entity(body, names) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescape(body.slice(bar + 1));
  if (target.startsWith("@")) return person(target.slice(1), names, label);
  if (target.startsWith("#")) return channel(target.slice(1), names, label);
  if (target.startsWith("!subteam^")) return label ? mention("usergroup", label) : group(target.slice("!subteam^".length), names);
  if (target.startsWith("!date^")) return date(...target.split("^").slice(1, 3), label);
  if (target.startsWith("!")) return mention("broadcast", `@${target.slice(1)}`);
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

export function mention(kind, label, mine = false) {
  return el("span", { class: mine ? "mention mention-me" : "mention", "data-mention": kind }, label);
}

export function person(id, names, label = null) {
  return mention("user", `@${names.person(id) ?? label ?? id}`, id === names.me);
}

export function group(id, names) {
  const known = names.group(id);
  return mention("usergroup", `@${known?.name ?? id}`, known?.mine);
}

export function channel(id, names, label = null) {
  return mention("channel", `#${names.channel(id) ?? label ?? id}`);
}
