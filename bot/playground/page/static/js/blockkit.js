// Block Kit JSON to DOM nodes. A surface says where the blocks are and what they may use:
//   names          person(id), channel(id), channelByName(name), me
//   places         what a conversations_select lists: [{id, label, kind: public|private|im, bot, shared}]
//   here           id of the open conversation
//   typed(b, a)    what a person had typed into block b, action a before a redraw, or undefined
//   act(action)    called with {block_id, action_id, choice} when a button or menu outside an input is used
//   changed(b, a, enter)  called if the app wants to be told what was entered in block b, action a
//   controls       the inputs drawn so far; the modal reads and checks them (see elements.js)

import { el, freshId } from "./dom.js";
import { actionElement, inputControl } from "./elements.js";
import { drawGlyphs } from "./glyphs.js";
import { textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { unknown } from "./unknown.js";

const DRAWERS = { header, section, context, divider, actions, input, image, rich_text: richTextBlock };

/** Nodes for a list of blocks; an unknown one becomes a visible box with its type. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block, index) => {
    const id = block.block_id ?? `b${index}`; // as the local Slack names it
    const drawer = Object.hasOwn(DRAWERS, block.type) ? DRAWERS[block.type] : null;
    const content = drawer ? drawer({ ...block, block_id: id }, surface) : unknown(block.type, "block");
    return drawGlyphs(el("div", { class: `block block-${drawer ? block.type : "unknown"}`, "data-block-id": id }, content));
  });
}

function header(block, surface) {
  return el("h3", { class: "block-heading" }, textNodes(block.text, surface.names));
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => el("div", { class: "block-field" }, textNodes(field, surface.names)));
  return [
    el("div", { class: "section-main" },
      block.text && el("div", { class: "text" }, textNodes(block.text, surface.names)),
      fields.length > 0 && el("div", { class: "fields" }, fields)),
    block.accessory && el("div", { class: "accessory" }, anyElement(block.accessory, block.block_id, surface)),
  ];
}

function context(block, surface) {
  return (block.elements ?? []).map((element) => {
    if (element.type === "image") return picture(element, "context-image");
    if (element.type === "mrkdwn" || element.type === "plain_text") return el("span", { class: "text" }, textNodes(element, surface.names));
    return unknown(element.type, "element");
  });
}

function divider() {
  return el("hr");
}

function actions(block, surface) {
  return (block.elements ?? []).map((element) => anyElement(element, block.block_id, surface));
}

function image(block, surface) {
  return el("figure", {},
    block.title && el("figcaption", {}, textNodes(block.title, surface.names)),
    picture(block, "block-picture"));
}

function richTextBlock(block, surface) {
  return richText(block, surface.names);
}

function input(block, surface) {
  const ids = { control: freshId("control"), hint: freshId("hint"), error: freshId("error") };
  const control = inputControl(block, ids, surface);
  return el("div", { class: "field", "data-field": block.block_id },
    el("label", { for: ids.control, class: "field-label" },
      textNodes(block.label, surface.names),
      block.optional && el("span", { class: "optional" }, " (optional)")),
    control ?? unknown(block.element?.type, "element"),
    el("p", { id: ids.error, class: "field-error", "data-error-for": block.block_id, hidden: true }),
    block.hint && el("p", { id: ids.hint, class: "field-hint" }, textNodes(block.hint, surface.names)));
}

function anyElement(element, blockId, surface) {
  if (element.type === "image") return picture(element, "accessory-image");
  return actionElement(element, blockId, surface) ?? unknown(element.type, "element");
}

function picture(source, className) {
  const alternative = source.alt_text ?? "";
  if (!source.image_url) return unknown("image without image_url", "element");
  const node = el("img", { class: className, src: source.image_url, alt: alternative, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(el("span", { class: "picture-lost", role: "img", "aria-label": alternative }, alternative || "Picture not loaded")));
  return node;
}
