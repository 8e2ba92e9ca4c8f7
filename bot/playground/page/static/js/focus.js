// Keyboard focus in dialogs: it stays inside an open dialog, and then returns to where it was.

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

const reachable = (root) => [...root.querySelectorAll(FOCUSABLE)].filter((node) => node.getClientRects().length > 0);

/** Keeps Tab and Shift+Tab inside a `<dialog>`; otherwise the browser would let focus move to its own bars. */
export function keepFocusInside(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const nodes = reachable(dialog);
    const [first, last] = [nodes[0], nodes.at(-1)];
    const edge = event.shiftKey ? first : last;
    if (document.activeElement !== edge && dialog.contains(document.activeElement) && document.activeElement !== dialog) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  });
}

/** Calls `leave` on Escape instead of the browser's own closing, which a second Escape would force. */
export function onEscape(dialog, leave) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
}
