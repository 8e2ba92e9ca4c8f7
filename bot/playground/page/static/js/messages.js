// A list of messages that follows the snapshots: only what changed is redrawn.

import { messageItem } from "./message.js";

const NEAR_THE_END = 120; // pixels
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

export class MessageList {
  /** @param list the `<ol>`; @param scroll what scrolls it; @param can see messageItem */
  constructor(list, scroll, can) {
    Object.assign(this, { list, scroll, can });
    this.clear();
  }

  clear() {
    this.rows = new Map(); // key -> {node, drawing}
    this.fresh = true;
    this.list.replaceChildren();
  }

  /** Shows these messages of a snapshot; stays at the end if it was there. */
  follow(messages, surface, shortcuts) {
    const { scroll, fresh } = this;
    const atEnd = fresh || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END;
    this.fresh = false;
    this.forget(new Set(messages.map((message) => message.key)));
    let changed = false;
    let day = "";
    messages.forEach((message, index) => {
      const today = DAY.format(new Date(message.posted_at * 1000));
      const drawn = this.row(message, surface, { day: today === day ? null : today, animate: !fresh, shortcuts });
      day = today;
      changed ||= drawn.changed;
      if (this.list.children[index] !== drawn.node) this.list.insertBefore(drawn.node, this.list.children[index] ?? null);
    });
    if (changed && atEnd) this.toEnd();
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  forget(kept) {
    for (const [key, row] of this.rows) {
      if (kept.has(key)) continue;
      row.node.remove();
      this.rows.delete(key);
    }
  }

  row(message, surface, { day, animate, shortcuts }) {
    const before = this.rows.get(message.key);
    const drawing = JSON.stringify([message, day, shortcuts]);
    if (before?.drawing === drawing) return { node: before.node, changed: false };
    const node = messageItem(message, surface, day, { ...this.can, shortcuts });
    if (animate) node.classList.add(before ? "message-changed" : "message-new");
    if (before) this.exchange(before.node, node);
    this.rows.set(message.key, { node, drawing });
    return { node, changed: true };
  }

  /** Replaces the old row by the new one; focus stays on the same button, or moves to the row's first. */
  exchange(before, node) {
    const focused = before.contains(document.activeElement) && document.activeElement;
    before.replaceWith(node);
    if (!focused) return;
    const same = focused.dataset.actionId && node.querySelector(`[data-action-id="${CSS.escape(focused.dataset.actionId)}"]`);
    (same ?? node.querySelector("button, a[href], select"))?.focus();
  }
}
