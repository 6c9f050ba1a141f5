// The week: hours down, days across, entries as long as they last; on a narrow screen a list.

import { h } from "/slack/static/dom.js";
import { draw as drawList } from "./agenda.js";
import { addDays, dayOf, daysFrom, entriesOn, fullDay, mondayOf, range, shortDay, spoken, timeOf } from "./days.js";

const HOUR_PX = 46;
const narrow = matchMedia("(max-width: 760px)");

export const week = {
  window: (on) => [mondayOf(on), addDays(mondayOf(on), 7)],
  title: (on) => range(mondayOf(on), addDays(mondayOf(on), 6)),
  step: (on, direction) => addDays(on, direction * 7),
  draw: (model) => {
    const days = daysFrom(mondayOf(model.on), 7);
    return narrow.matches ? drawList(model, days) : grid(model, days);
  },
};

function grid(model, days) {
  const timed = model.entries.filter((entry) => !entry.is_all_day);
  const first = Math.min(8, ...timed.map((entry) => Math.floor(hours(entry.starts))));
  const last = Math.max(18, ...timed.map((entry) => Math.ceil(hours(entry.ends))));
  const span = { first, last: Math.min(24, last) };
  return [
    h("div", { class: "week", style: `--hours: ${span.last - span.first}; --hour: ${HOUR_PX}px` },
      h("div", { class: "heads" }, h("span"), days.map((day) =>
        h("h2", { key: day, class: day === model.today ? "is-today" : null, "aria-label": fullDay(day) }, shortDay(day)))),
      h("div", { class: "whole" }, h("span", { class: "muted small" }, "all day"), days.map((day) =>
        h("div", { key: day }, entriesOn(model.entries, day).filter((entry) => entry.is_all_day).map((entry) => block(model, entry))))),
      h("div", { class: "hours" }, hourLabels(span), days.map((day) => column(model, day, span))),
    ),
  ];
}

function hourLabels({ first, last }) {
  const labels = Array.from({ length: last - first }, (_, index) => `${String(first + index).padStart(2, "0")}:00`);
  return h("div", { class: "labels muted", "aria-hidden": "true" }, labels.map((label) => h("span", { key: label }, label)));
}

function column(model, day, span) {
  const timed = entriesOn(model.entries, day).filter((entry) => !entry.is_all_day);
  const isToday = day === model.today;
  return h("div", { key: day, class: `column${isToday ? " is-today" : ""}` },
    lanes(timed, day).map(({ entry, lane, of, from, to }) => {
      const top = (from - span.first) * HOUR_PX;
      const height = Math.max(22, (to - from) * HOUR_PX - 2);
      return block(model, entry, `top:${top}px; height:${height}px; left:${(lane / of) * 100}%; width:calc(${100 / of}% - 3px)`);
    }),
    isToday && h("span", { key: "now", class: "now", style: `top:${(hours(model.now) - span.first) * HOUR_PX}px` }),
  );
}

function block(model, entry, place = null) {
  const classes = `block colour-${model.colourOf(entry)}${entry.is_cancelled ? " is-cancelled" : ""}`;
  const label = `${entry.title}, ${spoken(entry)}${entry.place ? `, ${entry.place}` : ""}`;
  return h("button", { key: `${entry.calendar}/${entry.key}`, class: classes, style: place, "aria-label": label, onclick: () => model.open(entry) },
    h("span", { class: "what" }, entry.title),
    !entry.is_all_day && h("span", { class: "hour" }, timeOf(entry.starts)),
  );
}

const hours = (wallTime) => Number(timeOf(wallTime).slice(0, 2)) + Number(timeOf(wallTime).slice(3)) / 60;

/** Entries side by side: each in the first lane that is free, as wide as its group of overlapping ones allows. */
function lanes(entries, day) {
  const placed = [];
  let group = [];
  let groupEnd = 0;
  for (const entry of entries) {
    const from = dayOf(entry.starts) < day ? 0 : hours(entry.starts);
    const to = Math.max(dayOf(entry.ends) > day ? 24 : hours(entry.ends), from + 0.5);
    if (from >= groupEnd) group = [];
    const ends = [];
    for (const other of group) ends[other.lane] = Math.max(ends[other.lane] ?? 0, other.to);
    const free = ends.findIndex((end) => end <= from);
    const item = { entry, from, to, lane: free < 0 ? ends.length : free };
    group.push(item);
    placed.push([item, group]);
    groupEnd = Math.max(groupEnd, to);
  }
  return placed.map(([item, others]) => ({ ...item, of: Math.max(...others.map((other) => other.lane)) + 1 }));
}
