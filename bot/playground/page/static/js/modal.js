// The form that an app opened for the person: one dialog that follows the view on top of the stack in the snapshot.

import { el, freshId } from "./dom.js";
import { keepFocusInside, onEscape } from "./focus.js";
import { Form } from "./form.js";

export class Modal {
  /** @param ask (what, body) => Promise of the page server's answer */
  constructor(ask) {
    this.ask = ask;
    this.dialog = null;
    this.dismissed = new Set();
  }

  /** Updates the dialog to the open view (or null) of a snapshot. */
  follow(open, surface) {
    if (open && this.dismissed.has(open.id) && this.form?.id === open.id) return undefined; // the one below is on its way
    if (!open || this.dismissed.has(open.id)) return this.lower();
    if (!this.dialog) this.raise();
    const drawn = JSON.stringify([open.id, open.view]);
    if (drawn !== this.drawn) this.draw(open, surface);
    this.drawn = drawn;
    const problems = JSON.stringify([open.id, open.errors, open.trouble]);
    if (problems !== this.problems && !this.form.busy) this.form.showProblems(open.errors, open.trouble);
    this.problems = problems;
    return undefined;
  }

  raise() {
    this.title = freshId("form");
    this.dialog = el("dialog", { class: "dialog form-dialog", "aria-labelledby": this.title, "data-part": "form" });
    keepFocusInside(this.dialog);
    onEscape(this.dialog, () => this.leave(false));
    this.dialog.addEventListener("close", () => this.dialog && this.leave(true));
    document.body.append(this.dialog);
    this.before = document.activeElement;
    this.dialog.showModal();
  }

  lower() {
    if (!this.dialog) return;
    const gone = this.dialog;
    Object.assign(this, { dialog: null, form: null, drawn: "", problems: "" });
    gone.close();
    gone.remove();
    if (this.before?.isConnected) this.before.focus();
  }

  draw(open, surface) {
    const earlier = this.form?.id === open.id ? this.form : null;
    const [focused, scrolled] = [earlier?.focused(), earlier?.node.querySelector(".dialog-body").scrollTop ?? 0];
    this.form = new Form(open, this.title, surface, { ask: this.ask, leave: (cleared) => this.leave(cleared), earlier });
    this.dialog.replaceChildren(this.form.node);
    this.problems = ""; // they have to be shown again
    this.form.focus(focused);
    this.form.node.querySelector(".dialog-body").scrollTop = scrolled;
  }

  /** Closes the view on top, or with `cleared` the whole stack; the server says what is below. */
  leave(cleared) {
    if (!this.dialog) return;
    const { id } = this.form;
    const pushed = this.form.node.querySelector('[data-part="form-back"]') !== null;
    this.dismissed.add(id);
    if (cleared || !pushed) this.lower();
    this.ask("close", { view_id: id, cleared });
  }
}
