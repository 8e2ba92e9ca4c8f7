// Block Kit's rich_text block to DOM nodes: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { date } from "./dates.js";
import { el, link } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { channel, group, mention, person } from "./mrkdwn.js";
import { unknown } from "./unknown.js";

export function richText(block, names) {
  return el("div", { class: "rich-text" }, (block.elements ?? []).map((element) => part(element, names)));
}

function part(element, names) {
  const leaves = () => (element.elements ?? []).map((leaf) => leafNode(leaf, names));
  switch (element.type) {
    case "rich_text_section":
      return el("div", { class: "rich-section" }, leaves());
    case "rich_text_preformatted":
      return el("pre", {}, leaves());
    case "rich_text_quote":
      return el("blockquote", {}, leaves());
    case "rich_text_list":
      return list(element, names);
    default:
      return unknown(element.type, "rich text");
  }
}

function list(element, names) {
  const node = el(element.style === "ordered" ? "ol" : "ul", { class: "rich-list" }, (element.elements ?? []).map((item) => el("li", {}, part(item, names))));
  node.style.setProperty("--indent", element.indent ?? 0);
  if (element.style === "ordered" && element.offset) node.setAttribute("start", element.offset + 1);
  return node;
}

function leafNode(leaf, names) {
  switch (leaf.type) {
    case "text":
      return styled(leaf.text, leaf.style);
    case "link":
      return styled(link(leaf.url, leaf.text ?? leaf.url), leaf.style);
    case "user":
      return styled(person(leaf.user_id, names), leaf.style);
    case "channel":
      return styled(channel(leaf.channel_id, names), leaf.style);
    case "usergroup":
      return styled(group(leaf.usergroup_id, names), leaf.style);
    case "broadcast":
      return styled(mention("broadcast", `@${leaf.range}`), leaf.style);
    case "emoji":
      return EMOJI[leaf.name] ?? `:${leaf.name}:`;
    case "date":
      return styled(date(leaf.timestamp, leaf.format, leaf.fallback), leaf.style);
    default:
      return unknown(leaf.type, "rich text");
  }
}

function styled(node, style = {}) {
  let styledNode = node;
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"], ["underline", "u"]]) {
    if (style[name]) styledNode = el(tag, {}, styledNode);
  }
  return styledNode;
}
