// Block Kit's interactive elements: buttons, menus and inputs.
// Each input adds a control to surface.controls: {blockId, actionId, node, read(), problem()}; `problem` is the sentence
// that Slack itself would show before it sends anything, or null.

import { el, icon } from "./dom.js";
import { askFirst } from "./confirm.js";
import { opensMenu } from "./menu.js";
import { textNodes } from "./mrkdwn.js";

const INPUTS = { plain_text_input: textInput, conversations_select: conversationsSelect, static_select: staticSelect };
const ACTIONS = { button, overflow, static_select: menu, conversations_select: menu };

/** The control of an input block, or null if its element type is unknown. */
export function inputControl(block, ids, surface) {
  const build = Object.hasOwn(INPUTS, block.element?.type) ? INPUTS[block.element.type] : null;
  if (!build) return null;
  const earlier = surface.typed?.(block.block_id, block.element.action_id);
  const { node, box, read, problem } = build(block.element, surface, earlier);
  const described = [block.hint && ids.hint, ids.error].filter(Boolean).join(" ");
  for (const [name, value] of Object.entries({ id: ids.control, "aria-describedby": described, "data-action-id": block.element.action_id })) node.setAttribute(name, value);
  if (!block.optional) node.setAttribute("aria-required", "true");
  if (block.element.focus_on_load) node.setAttribute("data-focus", "");
  if (block.dispatch_action) tellChanges(block, node, surface);
  const missing = () => (!block.optional && !read() ? "Please complete this required field." : null);
  surface.controls?.push({ blockId: block.block_id, actionId: block.element.action_id, node, read, problem: () => missing() ?? problem?.() ?? null });
  return box ?? node;
}

/** Tells the app what is entered: a choice at once, text on Enter or on every character, as configured. */
function tellChanges({ block_id: blockId, element }, node, surface) {
  const tell = (enter) => surface.changed?.(blockId, element.action_id, enter);
  if (!element.type.endsWith("_input")) return node.addEventListener("change", () => tell(false));
  const wanted = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (wanted.includes("on_character_entered")) node.addEventListener("input", () => tell(false));
  if (!wanted.includes("on_enter_pressed")) return undefined;
  return node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tell(true);
  });
}

/** A button or menu in a message, an actions block or an accessory; null if its type is unknown. */
export function actionElement(element, blockId, surface) {
  return Object.hasOwn(ACTIONS, element.type) ? ACTIONS[element.type](element, blockId, surface) : null;
}

function textInput(element, surface, earlier) {
  const tag = element.multiline ? "textarea" : "input";
  const node = el(tag, {
    class: "text-input", type: element.multiline ? null : "text", rows: element.multiline ? 4 : null,
    placeholder: element.placeholder?.text, spellcheck: element.multiline ? "true" : "false", autocomplete: "off",
  });
  node.value = earlier ?? element.initial_value ?? "";
  const read = () => node.value || null;
  const length = () => [...node.value].length;
  const { max_length: most, min_length: least } = element;
  if (!most) return { node, read };
  const counter = el("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    counter.textContent = `${length()}/${most}`;
    counter.classList.toggle("over", length() > most);
  };
  node.addEventListener("input", count);
  count();
  const problem = () => {
    if (length() > most) return `Please use at most ${most} characters; this has ${length()}.`;
    return length() > 0 && length() < (least ?? 0) ? `Please use at least ${least} characters.` : null;
  };
  return { node, box: el("div", { class: "counted" }, node, counter), read, problem };
}

function options(select, choices, chosen, placeholder) {
  select.append(el("option", { value: "" }, placeholder));
  for (const { label, entries } of choices) {
    const items = entries.map((entry) => el("option", { value: entry.value, selected: entry.value === chosen }, entry.label));
    select.append(...(label === null ? items : [el("optgroup", { label }, items)]));
  }
  return select;
}

function selectOf(choices, chosen, placeholder) {
  const node = options(el("select", { class: "select-input" }), choices, chosen, placeholder ?? "Select an option");
  return { node, box: el("div", { class: "select-box" }, node), read: () => node.value || null };
}

function staticSelect(element, surface, earlier) {
  return selectOf(staticChoices(element), earlier ?? element.initial_option?.value, element.placeholder?.text);
}

function staticChoices(element) {
  const entries = (list) => (list ?? []).map((option) => ({ value: option.value, label: option.text.text }));
  if (element.option_groups) return element.option_groups.map((group) => ({ label: group.label.text, entries: entries(group.options) }));
  return [{ label: null, entries: entries(element.options) }];
}

function conversationsSelect(element, surface, earlier) {
  const choices = placesFor(element.filter ?? {}, surface.places ?? []);
  const offered = new Set(choices.flatMap(({ entries }) => entries.map((entry) => entry.value)));
  const wanted = element.initial_conversation ?? (element.default_to_current_conversation ? surface.here : undefined);
  const chosen = earlier ?? (offered.has(wanted) ? wanted : undefined);
  return selectOf(choices, chosen, element.placeholder?.text ?? "Select a conversation");
}

function placesFor(filter, places) {
  const fits = (place) => (!filter.include || filter.include.includes(place.kind))
    && !(filter.exclude_bot_users && place.bot) && !(filter.exclude_external_shared_channels && place.shared);
  const entries = (people) => places.filter((place) => (place.kind === "im") === people && fits(place)).map((place) => ({ value: place.id, label: place.label }));
  return [{ label: "Channels", entries: entries(false) }, { label: "People", entries: entries(true) }].filter((group) => group.entries.length > 0);
}

function button(element, blockId, surface) {
  const style = ["primary", "danger"].includes(element.style) ? ` button-${element.style}` : "";
  const node = el("button", { type: "button", class: `button${style}`, "data-action-id": element.action_id, "aria-label": element.accessibility_label }, textNodes(element.text, surface.names));
  node.addEventListener("click", async () => {
    if (element.confirm && !(await askFirst(element.confirm, surface.names))) return;
    if (/^https?:/.test(element.url ?? "")) window.open(element.url, "_blank", "noopener");
    await acting(node, surface, { block_id: blockId, action_id: element.action_id });
  });
  return node;
}

function overflow(element, blockId, surface) {
  const node = el("button", { type: "button", class: "button button-more", "data-action-id": element.action_id, "aria-label": "More options" }, icon("more"));
  const choose = async (option) => {
    if (element.confirm && !(await askFirst(element.confirm, surface.names))) return;
    if (/^https?:/.test(option.url ?? "")) window.open(option.url, "_blank", "noopener");
    await acting(node, surface, { block_id: blockId, action_id: element.action_id, choice: option.value });
  };
  return opensMenu(node, "More options", () => element.options.map((option) => ({
    label: option.text.text, about: option.description?.text, act: () => choose(option),
  })));
}

function menu(element, blockId, surface) {
  const build = INPUTS[element.type];
  const { node, box } = build(element, surface);
  node.setAttribute("aria-label", element.placeholder?.text ?? "Choose");
  node.setAttribute("data-action-id", element.action_id);
  node.addEventListener("change", async () => {
    if (element.confirm && !(await askFirst(element.confirm, surface.names))) return;
    if (node.value) await acting(node, surface, { block_id: blockId, action_id: element.action_id, choice: node.value });
  });
  return box;
}

async function acting(node, surface, action) {
  node.setAttribute("aria-busy", "true");
  node.classList.remove("failed");
  try {
    const fine = await surface.act(action);
    node.classList.toggle("failed", fine === false);
    if (fine === false) node.setAttribute("aria-description", "The app did not answer. Try again.");
    else node.removeAttribute("aria-description");
    node.title = node.getAttribute("aria-description") ?? "";
  } finally {
    node.removeAttribute("aria-busy");
  }
}
