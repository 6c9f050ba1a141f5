// The list of calendars: what each is called, when it was fetched and what its address answered.

import { h } from "/slack/static/dom.js";
import { clock } from "./days.js";

export function drawCalendars(state, { toggle, unsubscribe, zone }) {
  const own = h("li", { key: "own" }, shown(state, { id: "own", name: "Own calendar", colour: "own" }, toggle));
  return [own, state.calendars.map((calendar) =>
    h("li", { key: calendar.id },
      shown(state, calendar, toggle),
      h("dl", { class: "facts small" },
        h("dt", {}, "Last fetched"), h("dd", {}, calendar.fetched_at ? clock(calendar.fetched_at, zone) : "never"),
        h("dt", {}, "Answer"), h("dd", { class: calendar.is_problem ? "problem" : null }, calendar.state),
        h("dt", {}, "ETag"), h("dd", { class: "mono cut", title: calendar.etag }, calendar.etag || "none"),
        h("dt", {}, "Refresh every"), h("dd", {}, calendar.refresh_interval ? duration(calendar.refresh_interval) : "not said"),
      ),
      h("button", { class: "quiet small", "aria-label": `Unsubscribe from ${calendar.name}`, onclick: () => unsubscribe(calendar) }, "Unsubscribe"),
    ),
  )];
}

function shown(state, calendar, toggle) {
  const id = `show-${calendar.id}`;
  return h("div", { class: `named colour-${calendar.colour}` },
    h("input", { type: "checkbox", id, checked: !state.hidden.has(calendar.id), onchange: () => toggle(calendar.id) }),
    h("label", { for: id, title: calendar.url ?? null }, calendar.name),
  );
}

/** An RFC 5545 duration in words: PT1H -> "1 hour". */
function duration(text) {
  const parts = [...text.matchAll(/(\d+)([WDHMS])/g)];
  const names = { W: "week", D: "day", H: "hour", M: "minute", S: "second" };
  const words = parts.map(([, count, unit]) => `${count} ${names[unit]}${count === "1" ? "" : "s"}`);
  return words.length ? words.join(" ") : text;
}
