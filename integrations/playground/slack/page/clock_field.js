// The time picker: a time typed as people write it, or chosen from the list of half hours.

import { h } from "./dom.js";
import { choose, keep } from "./acting.js";
import { valueOf } from "./fields.js";
import { changed } from "./state.js";

const typing = new Map(); // field id -> what is in the field while it is being typed

const HALF_HOURS = Array.from(
  { length: 48 },
  (_, half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 ? "30" : "00"}`,
);

/** "14:30", "14h30", "1430", "14 h", "2.30 pm" -> "14:30"; null for what is no time. */
function readTime(text) {
  const match = text
    .trim()
    .toLowerCase()
    .match(/^(\d{1,2})\s*(?:[:.h]?\s*(\d{2}))?\s*(?:h|u)?\s*(am|pm)?$/);
  if (!match) return null;
  const [, hours, minutes = "00", half] = match;
  const hour = half ? (Number(hours) % 12) + (half === "pm" ? 12 : 0) : Number(hours);
  if (hour > 23 || Number(minutes) > 59) return null;
  return `${String(hour).padStart(2, "0")}:${minutes}`;
}

export function timeField(place, element, props) {
  const { id } = props;
  const value = valueOf(place, element);
  const settle = () => {
    if (!typing.has(id)) return;
    const text = typing.get(id);
    typing.delete(id);
    const time = text.trim() ? readTime(text) : null;
    // What cannot be a time goes back to what was there.
    if (time === null && text.trim()) changed();
    else choose(place, element, time, value);
  };
  const field = h("input", {
    ...props,
    type: "text",
    class: "field-input field-time",
    value: typing.get(id) ?? value ?? "",
    list: `${id}-times`,
    placeholder: element.placeholder?.text ?? "hh:mm",
    autocomplete: "off",
    "data-action-id": element.action_id,
    oninput: (event) => {
      typing.set(id, event.target.value);
      if (!place.dispatches && /^\d\d:\d\d$/.test(event.target.value))
        keep(place, element, readTime(event.target.value));
      else changed();
    },
    onchange: settle,
    onkeydown: (event) => {
      if (event.key !== "Enter" || !typing.has(id)) return;
      event.preventDefault();
      settle();
    },
  });
  return h(
    "div",
    { class: "picker" },
    field,
    h(
      "datalist",
      { id: `${id}-times` },
      HALF_HOURS.map((time) => h("option", { value: time })),
    ),
  );
}
