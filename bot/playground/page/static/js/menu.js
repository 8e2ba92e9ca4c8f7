// A small menu that opens at a button: arrows move, Enter chooses, Escape and a click elsewhere close it.

import { el } from "./dom.js";

const MARGIN = 8; // pixels to the edge of the window
let shown = null;

/** Makes a button open a menu; `items` is called at each opening and returns a list of {label, about, act}. */
export function opensMenu(button, label, items) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (shown?.button === button) hide();
    else show(button, label, items());
  });
  return button;
}

function show(button, label, items) {
  hide();
  const panel = el("div", { class: "menu-panel", role: "menu", "aria-label": label, popover: "manual" }, items.map(entry));
  (button.closest("dialog") ?? document.body).append(panel);
  shown = { button, panel };
  button.setAttribute("aria-expanded", "true");
  panel.showPopover();
  place(panel, button);
  panel.addEventListener("keydown", (event) => key(event, panel, button));
  panel.firstElementChild?.focus();
}

function entry({ label, about, act }) {
  const choose = () => {
    const { button } = shown;
    hide();
    button.focus();
    act();
  };
  return el("button", { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", onclick: choose },
    el("span", { class: "menu-label" }, label), about && el("span", { class: "menu-about" }, about));
}

function place(panel, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + 4 + height + MARGIN <= innerHeight;
  panel.style.left = `${Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN))}px`;
  panel.style.top = `${Math.max(MARGIN, below ? at.bottom + 4 : at.top - 4 - height)}px`;
}

function key(event, panel, button) {
  const items = [...panel.children];
  const here = items.indexOf(document.activeElement);
  const steps = { ArrowDown: here + 1, ArrowUp: here - 1 + items.length, Home: 0, End: items.length - 1 };
  if (event.key in steps) {
    event.preventDefault();
    items[steps[event.key] % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    hide();
    button.focus();
  }
}

function hide() {
  if (!shown) return;
  shown.button.setAttribute("aria-expanded", "false");
  shown.panel.remove();
  shown = null;
}

document.addEventListener("pointerdown", (event) => {
  if (shown && !shown.panel.contains(event.target) && !shown.button.contains(event.target)) hide();
});
