// Wall times ("2026-11-26T14:00", already in the reader's zone) in words: near ones short, far ones in figures.

import { zone } from "./api.js";

const LOCALE = "en-GB";
const asUtc = (wallTime) => new Date(wallTime.length === 10 ? `${wallTime}T00:00Z` : `${wallTime}Z`);
const words = (wallTime, options) => new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", ...options }).format(asUtc(wallTime));

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());
const timeOf = (wallTime) => wallTime.slice(11, 16);

/** For a list: the time today, the weekday this week, else the date. */
export function brief(wallTime) {
  const days = (asUtc(today()) - asUtc(wallTime.slice(0, 10))) / 86_400_000;
  if (days === 0) return timeOf(wallTime);
  if (days > 0 && days < 7) return words(wallTime, { weekday: "short" });
  return words(wallTime, { day: "numeric", month: "short" });
}

export const full = (wallTime) => words(wallTime, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

const longDay = (wallTime) => words(wallTime, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

function dayBefore(day) {
  return new Date(asUtc(day) - 86_400_000).toISOString().slice(0, 10);
}

/** "Thursday 26 November 2026, 14:00–15:00". */
export function span({ starts, ends, is_all_day: isAllDay }) {
  if (isAllDay) {
    const last = dayBefore(ends);
    return last <= starts ? `${longDay(starts)}, all day` : `${longDay(starts)} to ${longDay(last)}`;
  }
  if (starts.slice(0, 10) === ends.slice(0, 10)) return `${longDay(starts)}, ${timeOf(starts)}–${timeOf(ends)}`;
  return `${longDay(starts)}, ${timeOf(starts)} to ${longDay(ends)}, ${timeOf(ends)}`;
}
