// The content of the dialog: one view of an app, its inputs, and the problems with what was entered.

import { renderBlocks } from "./blockkit.js";
import { el, icon } from "./dom.js";
import { textNodes } from "./mrkdwn.js";

export class Form {
  /** @param ask (what, body) => Promise of the page server's answer; @param leave (cleared) => void */
  constructor(open, titleId, surface, { ask, leave, earlier }) {
    Object.assign(this, { id: open.id, ask, leave });
    this.controls = [];
    const typed = (block, action) => earlier?.values()[block]?.[action] ?? open.entered[block]?.[action];
    const drawing = { ...surface, controls: this.controls, typed, act: (action) => this.use(action), changed: (...change) => this.tell(...change) };
    this.node = this.draw(open, titleId, drawing);
    this.showProblems({}, null);
  }

  draw({ view, pushed }, titleId, surface) {
    this.banner = el("div", { class: "banner", role: "alert", "data-part": "form-trouble", hidden: true });
    this.submitButton = view.submit && el("button", { type: "submit", class: "button button-primary", "data-part": "form-submit" },
      el("span", { class: "spinner", "aria-hidden": "true" }), el("span", { class: "button-words" }, textNodes(view.submit, surface.names)));
    const close = view.close ? textNodes(view.close, surface.names) : pushed ? "Back" : this.submitButton ? "Cancel" : "Close";
    const blocks = renderBlocks(view.blocks ?? [], surface);
    // If there is nothing to fill in, the keyboard scrolls the text.
    const readable = this.controls.length ? {} : { tabindex: "0", role: "group", "aria-labelledby": titleId };
    const form = el("form", { class: "form", novalidate: true, "data-view-id": this.id, onsubmit: (event) => this.submit(event) },
      el("header", { class: "dialog-head" },
        pushed && el("button", { type: "button", class: "plain-icon", "aria-label": "Back", "data-part": "form-back", onclick: () => this.leave(false) }, icon("back")),
        el("h2", { id: titleId }, textNodes(view.title, surface.names)),
        el("button", { type: "button", class: "plain-icon", "aria-label": "Close", onclick: () => this.leave(true) }, icon("close"))),
      el("div", { class: "dialog-body", ...readable }, this.banner, blocks),
      el("footer", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", "data-part": "form-close", onclick: () => this.leave(false) }, close),
        this.submitButton));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    return form;
  }

  values() {
    const values = {};
    for (const control of this.controls) (values[control.blockId] ??= {})[control.actionId] = control.read();
    return values;
  }

  /** Where the focus is, so that a redrawn form can restore it. */
  focused() {
    const node = this.node.contains(document.activeElement) ? document.activeElement : null;
    const block = node?.closest("[data-block-id]")?.dataset.blockId;
    return node && { block, action: node.dataset.actionId, part: node.dataset.part, selected: [node.selectionStart ?? null, node.selectionEnd] };
  }

  /** Restores the focus of the previous form; otherwise focuses what the app asks for, or the first input. */
  focus(earlier) {
    const same = earlier?.action
      ? this.node.querySelector(`[data-block-id="${CSS.escape(earlier.block ?? "")}"] [data-action-id="${CSS.escape(earlier.action)}"]`)
      : earlier?.part && this.node.querySelector(`[data-part="${earlier.part}"]`);
    const first = this.node.querySelector("[data-focus]") ?? this.controls[0]?.node ?? this.node.querySelector(".dialog-body button, .dialog-foot button");
    (same ?? first)?.focus();
    if (same && earlier.selected[0] !== null) same.setSelectionRange?.(...earlier.selected);
  }

  use({ block_id, action_id, choice }) {
    return this.ask("use", { view_id: this.id, block_id, action_id, choice, values: this.values() }).then((answer) => !answer.failed && answer.ok);
  }

  /** Tells the app what an input now contains; while one call is under way, only the latest value waits. */
  async tell(blockId, actionId, enter) {
    this.untold = { blockId, actionId, enter };
    if (this.telling) return;
    this.telling = true;
    while (this.untold) {
      const next = this.untold;
      this.untold = null;
      const values = { [next.blockId]: this.values()[next.blockId] };
      await this.ask("type", { view_id: this.id, block_id: next.blockId, values, enter: next.enter });
    }
    this.telling = false;
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy || !this.submitButton) return;
    const early = Object.fromEntries(this.controls.map((control) => [control.blockId, control.problem()]).filter(([, problem]) => problem));
    this.showProblems(early, null);
    if (Object.keys(early).length) return;
    this.setBusy(true);
    const answer = await this.ask("submit", { view_id: this.id, values: this.values() });
    this.setBusy(false);
    if (!this.node.isConnected) return;
    if (answer.failed) this.showProblems({}, answer.failed);
    else if (answer.errors) this.showProblems(answer.errors, answer.trouble);
  }

  setBusy(busy) {
    this.busy = busy;
    this.submitButton.setAttribute("aria-disabled", String(busy));
    this.submitButton.setAttribute("aria-busy", String(busy));
  }

  showProblems(errors, trouble) {
    const known = new Set(this.controls.map((control) => control.blockId));
    const homeless = Object.entries(errors).filter(([block]) => !known.has(block)).map(([, sentence]) => sentence);
    this.banner.replaceChildren(...[trouble, ...homeless].filter(Boolean).map((sentence) => el("p", {}, icon("warning"), sentence)));
    this.banner.hidden = this.banner.childElementCount === 0;
    for (const control of this.controls) this.showProblem(control, errors[control.blockId]);
    const first = this.controls.find((control) => errors[control.blockId]);
    if (!first) return;
    first.node.focus();
    this.errorLine(first).scrollIntoView({ block: "nearest" });
  }

  errorLine(control) {
    return this.node.querySelector(`[data-error-for="${CSS.escape(control.blockId)}"]`);
  }

  showProblem(control, sentence) {
    const line = this.errorLine(control);
    line.replaceChildren(...(sentence ? [icon("warning"), el("span", {}, sentence)] : []));
    line.hidden = !sentence;
    if (sentence) control.node.setAttribute("aria-invalid", "true");
    else control.node.removeAttribute("aria-invalid");
  }
}
