// What the page shows for a block, element or leaf that it cannot draw: its name, so that nothing is silently left out.

import { el } from "./dom.js";

export function unknown(type, kind) {
  const name = typeof type === "string" && type ? type : "(no type)";
  return el("span", { class: "unknown", role: "note", "data-unknown": name }, `Not drawn here: ${kind} `, el("code", {}, name));
}
