// Where things are on a narrow page: the drawer with the channels, and the two tabs.

import { icon, part } from "./dom.js";

const page = document.querySelector(".app");

/** Shows the chat or the cloud; `focus` also puts the keyboard there. */
export function showTab(tab, focus = false) {
  page.dataset.tab = tab;
  for (const button of part("tabs").querySelectorAll("[data-goto]")) button.setAttribute("aria-pressed", String(button.dataset.goto === tab));
  if (focus) part(tab === "cloud" ? "cloud" : "message-text").focus();
}

/** Puts the drawer away, if it is open. */
export function closeDrawer() {
  if (!page.hasAttribute("data-sidebar-open")) return;
  drawer(false);
  part("menu").focus();
}

/** Brings the drawer out, where the page is so narrow that there is one. */
export function openDrawer() {
  if (part("menu").offsetParent) drawer(true);
}

/** Makes the buttons of the layout do their work. */
export function prepareLayout() {
  part("menu").append(icon("menu"));
  part("sidebar-close").append(icon("close"));
  part("menu").addEventListener("click", () => {
    drawer(true);
    part("sidebar").querySelector("[aria-current]")?.focus();
  });
  part("sidebar-close").addEventListener("click", closeDrawer);
  part("scrim").addEventListener("click", closeDrawer);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
  part("tabs").addEventListener("click", (event) => {
    const button = event.target.closest("[data-goto]");
    if (button) showTab(button.dataset.goto);
  });
}

function drawer(open) {
  page.toggleAttribute("data-sidebar-open", open);
  part("menu").setAttribute("aria-expanded", String(open));
  for (const name of ["channel", "cloud", "tabs", "thread"]) part(name).inert = open;
}
