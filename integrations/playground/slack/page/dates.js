// Times as the visitor's own Slack would show them: in the person's language and time zone.

import { state } from "./state.js";

const locale = () => state.me?.locale || "en-GB";
const zone = () => state.me?.tz || "UTC";

const formatted = (at, options) => new Intl.DateTimeFormat(locale(), { timeZone: zone(), ...options }).format(at);

/** The moment of a Slack `ts` (seconds and a serial number). */
export const momentOf = (ts) => new Date(parseFloat(ts) * 1000);

export const clockTime = (at) => formatted(at, { hour: "2-digit", minute: "2-digit" });
export const fullTime = (at) => formatted(at, { dateStyle: "full", timeStyle: "short" });

/** The day in the person's zone, as YYYY-MM-DD. */
export function dayOf(at) {
  const parts = wallClock(at);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** "Today", "Yesterday" in the person's language, or null for other days. */
function nearDay(at) {
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(new Date()))) / 86_400_000);
  if (Math.abs(days) > 1) return null;
  const word = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(days, "day");
  return word.charAt(0).toLocaleUpperCase(locale()) + word.slice(1);
}

export const dayHeading = (at) => nearDay(at) ?? formatted(at, { weekday: "long", day: "numeric", month: "long" });

function ago(at) {
  const minutes = Math.round((at - Date.now()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}

const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const middle = { day: "numeric", month: "long", year: "numeric" };
const short = { day: "numeric", month: "short", year: "numeric" };
const numeric = { day: "2-digit", month: "2-digit", year: "numeric" };

// docs.slack.dev: "Formatting message text", date formatting.
const TOKENS = {
  ago,
  date: (at) => formatted(at, middle),
  date_long: (at) => formatted(at, long),
  date_long_pretty: (at) => nearDay(at) ?? formatted(at, long),
  date_num: (at) => dayOf(at),
  date_pretty: (at) => nearDay(at) ?? formatted(at, middle),
  date_short: (at) => formatted(at, short),
  date_short_pretty: (at) => nearDay(at) ?? formatted(at, short),
  date_slash: (at) => formatted(at, numeric),
  day_divider_pretty: dayHeading,
  time: clockTime,
  time_secs: (at) => formatted(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
};

/** Slack's date tokens filled in; the fallback when the time or a token is not one of Slack's. */
export function filledDate(seconds, tokens, fallback) {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  let known = true;
  const text = tokens.replace(/\{(\w+)\}/g, (whole, token) => {
    known &&= token in TOKENS;
    return known ? TOKENS[token](at) : whole;
  });
  return known ? text : fallback;
}

/** A date (YYYY-MM-DD) in full, in the person's language; empty when it is none. */
export function dateInWords(date) {
  const at = new Date(`${date}T12:00:00Z`);
  return Number.isNaN(at.getTime()) ? "" : new Intl.DateTimeFormat(locale(), { ...long, timeZone: "UTC" }).format(at);
}

/** UNIX seconds in full, in the person's language and zone. */
export const momentInWords = (seconds) => fullTime(new Date(seconds * 1000));

function wallClock(at) {
  const options = {
    timeZone: zone(),
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  };
  const parts = new Intl.DateTimeFormat("en-US", options).formatToParts(at);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** UNIX seconds -> the value of a date-and-time field, in the person's zone. */
export function toWallTime(seconds) {
  const { year, month, day, hour, minute } = wallClock(new Date(seconds * 1000));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The value of a date-and-time field, in the person's zone -> UNIX seconds. */
export function fromWallTime(text) {
  const wanted = Date.parse(`${text}:00Z`);
  let guess = wanted;
  // Twice: the offset found at the first guess may be that of the other side of a clock change.
  for (let round = 0; round < 2; round += 1) {
    guess += wanted - Date.parse(`${toWallTime(guess / 1000)}:00Z`);
  }
  return Math.floor(guess / 1000);
}
