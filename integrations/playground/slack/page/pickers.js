// Dates, and dates with a time, with the browser's own pickers.

import { h } from "./dom.js";
import { act, choose, keep } from "./acting.js";
import { dateInWords, fromWallTime, momentInWords, toWallTime } from "./dates.js";
import { memberOf, valueOf } from "./fields.js";

const TYPING_PAUSE_MS = 900;
const told = new Map(); // field id -> the value the app has been told last
const timers = new Map();

/**
 * While digits are typed a browser reports half-typed values (the year 202 on the way to 2026): the app hears of the
 * value after a pause, on Enter, or when the field is left. A value picked in the calendar is told at once.
 */
function picker(type, read, write, inWords) {
  return (place, element, props) => {
    const value = valueOf(place, element);
    const tell = () => {
      clearTimeout(timers.get(props.id));
      const now = valueOf(place, element);
      if (!place.dispatches || told.get(props.id) === now) return;
      told.set(props.id, now);
      act(place, element, { [memberOf(element)]: now });
    };
    const onchange = (event) => {
      const before = valueOf(place, element);
      if (!told.has(props.id)) told.set(props.id, before);
      const now = event.target.value ? read(event.target.value) : null;
      if (event.target.dataset.typing) {
        keep(place, element, now);
        clearTimeout(timers.get(props.id));
        timers.set(props.id, setTimeout(tell, TYPING_PAUSE_MS));
        return;
      }
      told.set(props.id, now);
      choose(place, element, now, before);
    };
    const spoken = value === null ? null : inWords(value);
    const input = h("input", {
      ...props,
      type,
      class: "field-input field-picker",
      value: value === null ? "" : write(value),
      max: type === "date" ? "9999-12-31" : null,
      "data-action-id": element.action_id,
      onchange,
      onkeydown: (event) => {
        event.target.dataset.typing = "true";
        if (event.key === "Enter" && place.dispatches) {
          event.preventDefault();
          tell();
        }
      },
      onpointerdown: (event) => delete event.target.dataset.typing,
      onblur: (event) => {
        if (event.target.dataset.typing) tell();
        delete event.target.dataset.typing;
      },
    });
    // Browsers write dates their own way; the words beside are in the person's language and zone.
    return h("div", { class: "picker" }, input, spoken && h("span", { class: "picker-words" }, spoken));
  };
}

const same = (text) => text;

export const dateField = picker("date", same, same, dateInWords);
export const dateTimeField = picker("datetime-local", fromWallTime, toWallTime, momentInWords);
