// Where things are on a narrow page: the drawer with the channels, and the two tabs.

import { icon, part } from "./dom.js";

const page = document.querySelector(".app");

/** Shows the chat or the cloud; `focus` also moves the keyboard focus there. */
export function showTab(tab, focus = false) {
  page.dataset.tab = tab;
  for (const button of part("tabs").querySelectorAll("[data-goto]")) button.setAttribute("aria-pressed", String(button.dataset.goto === tab));
  if (focus) part(tab === "cloud" ? "cloud" : "message-text").focus();
}

/** Closes the drawer, if it is open. */
export function closeDrawer() {
  if (!page.hasAttribute("data-sidebar-open")) return;
  drawer(false);
  part("menu").focus();
}

/** Opens the drawer, if the page is narrow enough to have one. */
export function openDrawer() {
  if (part("menu").offsetParent) drawer(true);
}

/** Connects the buttons of the layout. */
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
