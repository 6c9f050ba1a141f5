// The agenda: day after day, only days with something on them.

import { h } from "/slack/static/dom.js";
import { addDays, daysFrom, entriesOn, fullDay, range, spoken } from "./days.js";

const DAYS = 42;

export const agenda = {
  window: (on) => [on, addDays(on, DAYS)],
  title: (on) => range(on, addDays(on, DAYS - 1)),
  step: (on, direction) => addDays(on, direction * DAYS),
  draw: (model) => draw(model, daysFrom(model.on, DAYS)),
};

export function draw(model, days) {
  const filled = days.map((day) => [day, entriesOn(model.entries, day)]).filter(([, entries]) => entries.length);
  if (!filled.length) return [h("p", { class: "empty muted" }, "Nothing in these days.")];
  return filled.map(([day, entries]) =>
    h("section", { key: day, class: `day${day === model.today ? " is-today" : ""}`, "aria-label": fullDay(day) },
      h("h2", {}, fullDay(day), day === model.today && h("span", { class: "badge" }, "today")),
      h("ul", { class: "plain" }, entries.map((entry) => line(model, entry))),
    ),
  );
}

function line(model, entry) {
  const classes = `line colour-${model.colourOf(entry)}${entry.is_cancelled ? " is-cancelled" : ""}`;
  return h("li", { key: `${entry.calendar}/${entry.key}` },
    h("button", { class: classes, onclick: () => model.open(entry) },
      h("span", { class: "when" }, spoken(entry)),
      h("span", { class: "title" },
        h("span", { class: "what" }, entry.title), entry.is_cancelled && h("span", { class: "badge bad" }, "cancelled")),
      entry.place && h("span", { class: "where muted" }, entry.place),
    ),
  );
}
