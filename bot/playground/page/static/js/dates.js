// Slack's dates, each in the reader's own time zone and language.
// Tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting

import { el } from "./dom.js";

const SHORT = { month: "short", day: "numeric" };
const LONG = { month: "long", day: "numeric" };
const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { ...SHORT, year: "numeric" },
  date: { ...LONG, year: "numeric" },
  date_long: { ...LONG, year: "numeric", weekday: "long" },
};
const TIMES = {
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const PRETTY = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
const DAY = 24 * 60 * 60 * 1000;

const written = (when, options) => new Intl.DateTimeFormat(undefined, options).format(when);
const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();

/** A moment (seconds since 1970) as `format` wants it; the `fallback` shows on hover. */
export function date(seconds, format, fallback) {
  const when = new Date(Number(seconds) * 1000);
  const words = format.replace(/\{(\w+)\}/g, (whole, token) => part(when, token) ?? whole);
  return el("time", { datetime: when.toISOString(), title: fallback ?? "" }, words);
}

function part(when, token) {
  if (TIMES[token]) return written(when, TIMES[token]);
  if (token.endsWith("_pretty")) {
    const days = Math.round((midnight(when) - midnight(new Date())) / DAY);
    return PRETTY[days] ?? part(when, token.replace("_pretty", ""));
  }
  return DATES[token] ? written(when, DATES[token]) : null;
}
