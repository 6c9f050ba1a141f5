// An element is used: ask first if the app wants that, then tell the app.

import { sendAction } from "./api.js";
import { confirmed } from "./confirm.js";
import { memberOf, setValue, valuesOf } from "./fields.js";
import { wentWell } from "./problems.js";
import { changed } from "./state.js";

const underway = new Set(); // elements whose action has not been answered yet
const waiting = new Map(); // element -> timer of an action that waits for the typing to pause

const nameOf = (place, element) => JSON.stringify([place.key, place.blockId, element.action_id]);

export const isUnderway = (place, element) => underway.has(nameOf(place, element));

/** Send a block action with what `action` holds (`value`, `selected_option`, …). */
export async function act(place, element, action) {
  if (element.confirm && !(await confirmed(element.confirm))) return false;
  const name = nameOf(place, element);
  underway.add(name);
  changed();
  const answer = await sendAction({
    container: place.container,
    block_id: place.blockId,
    action_id: element.action_id,
    action: { type: element.type, ...action },
    state: { values: valuesOf(place) },
  });
  underway.delete(name);
  changed();
  return wentWell(answer);
}

/** Keep a new value; the app hears of it when its block wants that. */
export async function choose(place, element, value, before) {
  keep(place, element, value);
  if (!place.dispatches) return;
  const sent = await act(place, element, { [memberOf(element)]: value });
  if (!sent && element.confirm && before !== undefined) keep(place, element, before);
}

/** Keep a value without telling the app. */
export function keep(place, element, value) {
  setValue(place, element, value);
  place.touched?.(place.blockId);
  changed();
}

/** Tell the app of a value after the visitor has paused. */
export function actLater(place, element, action, delayMs = 350) {
  const name = nameOf(place, element);
  clearTimeout(waiting.get(name));
  waiting.set(
    name,
    setTimeout(() => {
      waiting.delete(name);
      act(place, element, action);
    }, delayMs),
  );
}

/** The values are about to be sent as a whole: waiting actions have nothing to add. */
export function dropWaiting(key) {
  for (const [name, timer] of waiting) {
    if (JSON.parse(name)[0] !== key) continue;
    clearTimeout(timer);
    waiting.delete(name);
  }
}
