// The month: six weeks of days, three entries each; the rest behind "more".

import { h } from "/slack/static/dom.js";
import { addDays, addMonths, dayNumber, daysFrom, entriesOn, fullDay, mondayOf, monthOf, timeOf, weekday } from "./days.js";

const SHOWN = 3;
const firstOf = (on) => mondayOf(`${on.slice(0, 7)}-01`);

export const month = {
  window: (on) => [firstOf(on), addDays(firstOf(on), 42)],
  title: monthOf,
  step: addMonths,
  draw: (model) => [
    h("table", { class: "month" },
      h("thead", {}, h("tr", {}, daysFrom(firstOf(model.on), 7).map((day) => h("th", { scope: "col" }, weekday(day))))),
      h("tbody", {}, daysFrom(firstOf(model.on), 42).filter((_, index) => index % 7 === 0).map((monday) =>
        h("tr", { key: monday }, daysFrom(monday, 7).map((day) => cell(model, day))))),
    ),
  ],
};

function cell(model, day) {
  const entries = entriesOn(model.entries, day);
  const inside = day.slice(0, 7) === model.on.slice(0, 7);
  const more = entries.length - SHOWN;
  return h("td", { key: day, class: `${inside ? "" : "is-outside"}${day === model.today ? " is-today" : ""}` },
    h("button", { class: "number", "aria-label": `${fullDay(day)}, ${entries.length} entries`, onclick: () => model.goTo(day) },
      dayNumber(day)),
    entries.slice(0, SHOWN).map((entry) => chip(model, entry)),
    more > 0 && h("button", { class: "more", onclick: () => model.goTo(day) }, `${more} more`),
  );
}

function chip(model, entry) {
  const classes = `chip colour-${model.colourOf(entry)}${entry.is_all_day ? " is-all-day" : ""}${entry.is_cancelled ? " is-cancelled" : ""}`;
  return h("button", { key: `${entry.calendar}/${entry.key}`, class: classes, title: entry.title, onclick: () => model.open(entry) },
    !entry.is_all_day && h("span", { class: "hour" }, timeOf(entry.starts)),
    h("span", { class: "what" }, entry.title),
  );
}
