// The form that an app opened for the person: one dialog that follows the view in the snapshot.

import { renderBlocks } from "./blockkit.js";
import { el, freshId, icon } from "./dom.js";
import { keepFocusInside, onEscape } from "./focus.js";
import { textNodes } from "./mrkdwn.js";

export class Modal {
  /** @param ask (path, body) => Promise of the page server's answer */
  constructor(ask) {
    this.ask = ask;
    this.dialog = null;
    this.shown = { id: null, view: "", problems: "" };
    this.dismissed = new Set();
  }

  /** Brings the dialog in line with the open view (or null) of a snapshot. */
  follow(open, surface) {
    if (!open || this.dismissed.has(open.id)) return this.leave();
    const drawn = JSON.stringify([open.id, open.view]);
    if (!this.dialog) this.raise();
    if (drawn !== this.shown.view) this.draw(open, surface);
    const problems = JSON.stringify([open.id, open.errors, open.trouble]);
    if (problems !== this.shown.problems && !this.busy) this.showProblems(open.errors, open.trouble);
    this.shown = { id: open.id, view: drawn, problems };
    return undefined;
  }

  raise() {
    this.title = freshId("form");
    this.dialog = el("dialog", { class: "dialog form-dialog", "aria-labelledby": this.title, "data-part": "form" });
    keepFocusInside(this.dialog);
    onEscape(this.dialog, () => this.cancel());
    this.dialog.addEventListener("close", () => this.dialog && this.cancel());
    document.body.append(this.dialog);
    this.before = document.activeElement;
    this.dialog.showModal();
  }

  leave() {
    if (!this.dialog) return;
    const gone = this.dialog;
    this.dialog = null;
    this.busy = false;
    this.shown = { id: null, view: "", problems: "" };
    gone.close();
    gone.remove();
    if (this.before?.isConnected) this.before.focus();
  }

  draw(open, surface) {
    const { view } = open;
    const kept = open.id === this.shown.id ? this.values() : {};
    this.controls = [];
    const drawing = { ...surface, controls: this.controls, typed: (block, action) => kept[block]?.[action] };
    this.banner = el("div", { class: "banner", role: "alert", "data-part": "form-trouble", hidden: true });
    this.submitButton = view.submit && el("button", { type: "submit", class: "button button-primary", "data-part": "form-submit" },
      el("span", { class: "spinner", "aria-hidden": "true" }), el("span", { class: "button-words" }, textNodes(view.submit, surface.names)));
    const form = el("form", { class: "form", novalidate: true, "data-view-id": open.id, onsubmit: (event) => this.submit(event) },
      el("header", { class: "dialog-head" },
        el("h2", { id: this.title }, textNodes(view.title, surface.names)),
        el("button", { type: "button", class: "plain-icon", "aria-label": "Close", onclick: () => this.cancel() }, icon("close"))),
      el("div", { class: "dialog-body" }, this.banner, renderBlocks(view.blocks ?? [], drawing)),
      el("footer", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", "data-part": "form-close", onclick: () => this.cancel() },
          view.close ? textNodes(view.close, surface.names) : this.submitButton ? "Cancel" : "Close"),
        this.submitButton));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.dialog.replaceChildren(form);
    (form.querySelector("[data-focus]") ?? this.controls[0]?.node ?? form.querySelector("button"))?.focus();
  }

  values() {
    const values = {};
    for (const control of this.controls ?? []) (values[control.blockId] ??= {})[control.actionId] = control.read();
    return values;
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy || !this.submitButton) return;
    const early = Object.fromEntries(this.controls.map((control) => [control.blockId, control.problem()]).filter(([, problem]) => problem));
    this.showProblems(early, null);
    if (Object.keys(early).length) return;
    this.setBusy(true);
    const answer = await this.ask("submit", { view_id: this.shown.id, values: this.values() });
    this.setBusy(false);
    if (answer.failed && this.dialog) this.showProblems({}, answer.failed);
    else if (this.dialog && answer.errors) this.showProblems(answer.errors, answer.trouble);
  }

  setBusy(busy) {
    this.busy = busy;
    if (!this.submitButton) return;
    this.submitButton.setAttribute("aria-disabled", String(busy));
    this.submitButton.setAttribute("aria-busy", String(busy));
  }

  showProblems(errors, trouble) {
    const known = new Set(this.controls.map((control) => control.blockId));
    const homeless = Object.entries(errors).filter(([block]) => !known.has(block)).map(([, sentence]) => sentence);
    this.banner.replaceChildren(...[trouble, ...homeless].filter(Boolean).map((sentence) => el("p", {}, icon("warning"), sentence)));
    this.banner.hidden = this.banner.childElementCount === 0;
    for (const control of this.controls) this.showProblem(control, errors[control.blockId]);
    this.controls.find((control) => errors[control.blockId])?.node.focus();
  }

  showProblem(control, sentence) {
    const line = this.dialog.querySelector(`[data-error-for="${CSS.escape(control.blockId)}"]`);
    line.replaceChildren(...(sentence ? [icon("warning"), el("span", {}, sentence)] : []));
    line.hidden = !sentence;
    if (sentence) control.node.setAttribute("aria-invalid", "true");
    else control.node.removeAttribute("aria-invalid");
  }

  cancel() {
    if (!this.dialog) return;
    const { id } = this.shown;
    this.dismissed.add(id);
    this.leave();
    this.ask("close", { view_id: id });
  }
}
