// Days as ISO dates ("2026-11-26") and wall times as ISO strings: no zone can shift them.

const LOCALE = "en-GB";

const asUtc = (day) => new Date(`${day}T00:00:00Z`);
const words = (day, options) => new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", ...options }).format(asUtc(day));

export const dayOf = (wallTime) => wallTime.slice(0, 10);
export const timeOf = (wallTime) => wallTime.slice(11, 16);

export function addDays(day, count) {
  const moved = asUtc(day);
  moved.setUTCDate(moved.getUTCDate() + count);
  return moved.toISOString().slice(0, 10);
}

export function addMonths(day, count) {
  const moved = asUtc(`${day.slice(0, 7)}-01`);
  moved.setUTCMonth(moved.getUTCMonth() + count);
  return moved.toISOString().slice(0, 10);
}

/** The Monday of the day's week. */
export const mondayOf = (day) => addDays(day, -((asUtc(day).getUTCDay() + 6) % 7));

export const daysFrom = (day, count) => Array.from({ length: count }, (_, index) => addDays(day, index));

export function todayIn(zone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());
}

export function nowIn(zone) {
  const parts = { timeZone: zone, dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat("sv-SE", parts).format(new Date()).replace(" ", "T");
}

export const fullDay = (day) => words(day, { weekday: "long", day: "numeric", month: "long" });
export const shortDay = (day) => words(day, { weekday: "short", day: "numeric" });
export const weekday = (day) => words(day, { weekday: "short" });
export const monthOf = (day) => words(day, { month: "long", year: "numeric" });
export const dayNumber = (day) => String(Number(day.slice(8, 10)));

export function range(first, last) {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  return format.formatRange(asUtc(first), asUtc(last));
}

export function clock(at, zone) {
  const parts = { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return new Intl.DateTimeFormat(LOCALE, parts).format(new Date(at));
}

/** "14:00–15:00", "all day", or the days when it takes several. */
export function spoken(entry) {
  const last = entry.is_all_day ? addDays(entry.ends, -1) : dayOf(entry.ends);
  const first = dayOf(entry.starts);
  if (entry.is_all_day) return first === last ? "all day" : `${shortDay(first)} – ${shortDay(last)}`;
  if (entry.starts === entry.ends) return timeOf(entry.starts);
  if (first === last) return `${timeOf(entry.starts)}–${timeOf(entry.ends)}`;
  return `${shortDay(first)} ${timeOf(entry.starts)} – ${shortDay(last)} ${timeOf(entry.ends)}`;
}

/** The entries that touch a day, all-day ones first. */
export function entriesOn(entries, day) {
  const next = addDays(day, 1);
  const touching = entries.filter((entry) => {
    if (entry.starts === entry.ends) return dayOf(entry.starts) === day;
    return entry.starts < next && entry.ends > (entry.is_all_day ? day : `${day}T00:00`);
  });
  return touching.sort((a, b) => b.is_all_day - a.is_all_day || a.starts.localeCompare(b.starts));
}
