// The status emoji, drawn here: they look the same everywhere, even if no emoji font is installed.

import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const disc = (colour) => [["circle", { cx: 10, cy: 10, r: 8.5, fill: colour }]];
const line = (d, colour, width = 2.2) => ["path", { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const hourglass = [
  ["path", { d: "M5 2.5h10v2.2c0 2.5-2.8 3.8-3.8 5.3 1 1.5 3.8 2.8 3.8 5.3v2.2H5v-2.2c0-2.5 2.8-3.8 3.8-5.3C7.8 8.5 5 7.2 5 4.7z", fill: "#e9b949" }],
  line("M4 2.5h12M4 17.5h12", "#9a6b1f"),
  ["path", { d: "M7 16c.6-2 2-2.6 3-3.8 1 1.2 2.4 1.8 3 3.8z", fill: "#fff4d6" }],
];
const lens = [line("M12.6 12.6 17 17", "#7a8894", 2.8), ["circle", { cx: 8.5, cy: 8.5, r: 5, fill: "#cfe6f7", stroke: "#7a8894", "stroke-width": 2 }]];

const GLYPHS = {
  "✅": [["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill: "#2f9e62" }], line("m5.5 10.4 3 3 6-6.5", "#ffffff", 2.4)],
  "❌": [line("m4 4 12 12M16 4 4 16", "#d8394c", 3.4)],
  "⚠": [["path", { d: "M10 2 19 17.5H1z", fill: "#f0b429", stroke: "#f0b429", "stroke-width": 1.5, "stroke-linejoin": "round" }], line("M10 7.5v4.5M10 14.8v.1", "#3d2c02", 2)],
  "⏳": hourglass,
  "⌛": hourglass,
  "ℹ": [["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill: "#2f7dc4" }], line("M10 9v5M10 5.8v.1", "#ffffff", 2.3)],
  "📦": [["path", { d: "M10 1.8 18 5.5v9L10 18.2 2 14.5v-9z", fill: "#c8945a" }], line("m2.5 5.8 7.5 3.5 7.5-3.5M10 9.3v8", "#8a5c2a", 1.3)],
  "🔍": lens,
  "🔎": lens,
  "⛔": [...disc("#d8394c"), line("M6 10h8", "#ffffff", 3)],
  "❓": [line("M6.5 6.5C6.5 4.5 8 3.5 10 3.5s3.5 1.2 3.5 3c0 2.5-3.5 2.6-3.5 5.5M10 16.2v.1", "#d8394c", 2.8)],
  "🔁": [line("M4 8.5V7a2 2 0 0 1 2-2h9.5M13 2.5 15.8 5 13 7.6M16 11.5V13a2 2 0 0 1-2 2H4.5M7 12.4 4.2 15 7 17.5", "#2f7dc4", 2)],
  "🟢": disc("#2f9e62"), "🔴": disc("#d8394c"), "🟡": disc("#f0c929"), "🟠": disc("#ee8b2d"),
};
const KNOWN = new RegExp(`(${Object.keys(GLYPHS).join("|")})\uFE0F?`, "gu");

/** Replaces the known emoji in an element's text by drawings; the character stays for screen readers and for copying. */
export function drawGlyphs(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.data.search(KNOWN) >= 0 && !text.parentElement?.closest("pre, code, option, textarea")) found.push(text);
  }
  for (const text of found) {
    const pieces = text.data.split(KNOWN).map((piece, index) => (index % 2 ? glyph(piece) : piece));
    text.replaceWith(...pieces.filter((piece) => piece !== ""));
  }
  return root;
}

function glyph(character) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of GLYPHS[character]) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return el("span", { class: "glyph" }, el("span", { class: "sr-only" }, character), svg);
}
