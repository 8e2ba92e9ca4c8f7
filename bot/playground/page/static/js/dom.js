// DOM building blocks. Data is put on the page only as text nodes and attributes: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  hash: ["M6.5 2 5 14", "M11 2 9.5 14", "M2.5 5.5h11.5", "M2 10.5h11.5"],
  lock: ["M3.5 7h9v6.5h-9z", "M5.5 7V4.8a2.5 2.5 0 0 1 5 0V7"],
  box: ["M8 1.8 14 4.8v6.4l-6 3-6-3V4.8z", "m2 4.8 6 3 6-3", "M8 7.8v6.4"],
  eye: ["M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z", "M8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z"],
  close: ["m3.5 3.5 9 9", "m12.5 3.5-9 9"],
  menu: ["M2 4h12", "M2 8h12", "M2 12h12"],
  send: ["M2.5 2.5 14 8 2.5 13.5l1.6-5.5z", "M4.1 8H9"],
  copy: ["M5.5 5.5h8v8h-8z", "M10.5 5.5v-3h-8v8h3"],
  check: ["m3 8.5 3.5 3.5L13 4.5"],
  archive: ["M2 3h12v3H2z", "M3 6v7.5h10V6", "M6.5 9h3"],
  back: ["M10 3 5 8l5 5"],
  bolt: ["M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z"],
  bulb: ["M5.5 10.5a4.5 4.5 0 1 1 5 0v1.5h-5z", "M6 14h4"],
  home: ["M2 7.5 8 2.5l6 5", "M3.5 6.5v7h9v-7"],
  more: ["M3.4 8h.1", "M8 8h.1", "M12.6 8h.1"],
  thread: ["M2 3h12v8H8l-3.5 3v-3H2z"],
  trash: ["M3 4.5h10", "M6.5 4.5v-2h3v2", "M4 4.5l.7 9h6.6l.7-9"],
  warning: ["M8 2 15 14H1z", "M8 6.5v3.5", "M8 12v.3"],
};

/** An element with attributes (`onclick`-like names take a function) and children; false, null and undefined are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" })) svg.setAttribute(key, value);
  for (const shape of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** The element of index.html that carries `data-part="name"`. */
export const part = (name) => document.querySelector(`[data-part="${name}"]`);

let lastId = 0;
/** An id that no other element of the page has, for label/for and aria-describedby. */
export const freshId = (stem) => `${stem}-${(lastId += 1)}`;

/** A link that opens elsewhere; anything but http, https and mailto stays plain text (`javascript:` must not run). */
export function link(url, label, attributes = {}) {
  let scheme = null;
  try {
    scheme = new URL(url).protocol;
  } catch {
    return document.createTextNode(label);
  }
  if (!["http:", "https:", "mailto:"].includes(scheme)) return document.createTextNode(label);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, label);
}

const HUES = [262, 172, 22, 208, 330, 92];

/** A square with the initials of a name, or a box for apps. */
export function avatar(author) {
  if (author.kind === "bot") return el("span", { class: "avatar avatar-app", "aria-hidden": "true" }, icon("box"));
  if (author.kind === "system") return el("span", { class: "avatar avatar-system", "aria-hidden": "true" }, icon("warning"));
  const initials = author.name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const hue = HUES[[...author.id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES.length];
  const square = el("span", { class: "avatar avatar-person", "aria-hidden": "true" }, initials);
  square.style.setProperty("--hue", hue);
  return square;
}

/** A small button that copies a text and says so. */
export function copyButton(text, what) {
  const button = el("button", { type: "button", class: "plain-icon copy", "aria-label": `Copy ${what}`, title: `Copy ${what}` }, icon("copy"));
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(text);
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), 1500);
  });
  return button;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** A `<time>` for seconds since 1970: hours and minutes, when `exact` the seconds too; the whole date on hover. */
export function clock(seconds, exact = false) {
  const when = new Date(seconds * 1000);
  return el("time", { datetime: when.toISOString(), title: FULL.format(when) }, (exact ? EXACT : CLOCK).format(when));
}
