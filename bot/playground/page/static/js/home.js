// The app's page in Slack: its Home tab, as the app published it for this person, and its messages.

import { renderBlocks } from "./blockkit.js";
import { el, icon, part } from "./dom.js";

export class Home {
  /** @param use (view_id, action, values) => Promise<boolean>; @param goTo (tab) => void */
  constructor({ use, goTo }) {
    this.use = use;
    for (const button of part("app-tabs").querySelectorAll("[data-app-tab]")) button.addEventListener("click", () => goTo(button.dataset.appTab));
  }

  /** Shows the Home tab when `tab` is "home", and the two tabs when it is not null. */
  follow(tab, snapshot, surface) {
    part("app-tabs").hidden = tab === null;
    for (const button of part("app-tabs").querySelectorAll("[data-app-tab]")) {
      if (button.dataset.appTab === tab) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    const panel = part("home");
    panel.hidden = tab !== "home";
    const drawing = JSON.stringify([snapshot.me, snapshot.home]);
    if (panel.hidden || drawing === this.drawing) return;
    this.drawing = drawing;
    this.draw(panel, snapshot.home, surface);
  }

  draw(panel, home, surface) {
    const focused = panel.contains(document.activeElement) ? document.activeElement : null;
    const same = focused && `[data-block-id="${CSS.escape(focused.closest("[data-block-id]")?.dataset.blockId ?? "")}"] [data-action-id="${CSS.escape(focused.dataset.actionId ?? "")}"]`;
    const controls = [];
    const values = () => controls.reduce((all, control) => ({ ...all, [control.blockId]: { [control.actionId]: control.read() } }), {});
    panel.replaceChildren(...(home
      ? renderBlocks(home.view.blocks, { ...surface, controls, typed: (block, action) => home.entered[block]?.[action], act: (action) => this.use(home.id, action, values()) })
      : [el("p", { class: "none" }, icon("box"), " The app has not put anything here yet.")]));
    if (focused) (panel.querySelector(same) ?? panel.querySelector("button"))?.focus();
  }
}
