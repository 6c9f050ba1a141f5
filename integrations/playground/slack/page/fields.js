// What the visitor has typed or chosen, per container (a view, a message, the Home tab), block and action.
// A value lives as long as its block_id: when the app changes a view and keeps the block_id, it stays.

const SELECTED = {
  checkboxes: ["selected_options", "initial_options"],
  radio_buttons: ["selected_option", "initial_option"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", null],
  rich_text_input: ["rich_text_value", "initial_value"],
};
for (const type of ["plain_text_input", "number_input", "email_text_input", "url_text_input"]) {
  SELECTED[type] = ["value", "initial_value"];
}
for (const [kind, noun] of [
  ["static", "option"],
  ["external", "option"],
  ["users", "user"],
  ["conversations", "conversation"],
  ["channels", "channel"],
]) {
  SELECTED[`${kind}_select`] = [`selected_${noun}`, `initial_${noun}`];
  SELECTED[`multi_${kind}_select`] = [`selected_${noun}s`, `initial_${noun}s`];
}

const isList = (type) => type.startsWith("multi_") || type === "checkboxes" || type === "file_input";

/** Has this element a value of its own (a button or a menu has none)? */
export const holdsValue = (element) => element.type in SELECTED;

/** The name of the member that holds the value in Slack's payloads, `selected_date` for instance. */
export const memberOf = (element) => SELECTED[element.type][0];

const stored = new Map(); // container key -> Map of "block action" -> value
const slot = (blockId, actionId) => JSON.stringify([blockId, actionId]);

function initialValue(element) {
  const value = element[SELECTED[element.type][1]];
  if (value !== undefined) return value;
  return isList(element.type) ? [] : null;
}

/**
 * The value now: chosen here, else as the workspace holds it (`place.held`, Slack's `state.values`), else what the
 * app filled in; null or an empty list when there is none.
 */
export function valueOf(place, element) {
  const values = stored.get(place.key);
  const name = slot(place.blockId, element.action_id);
  if (values?.has(name)) return values.get(name);
  const held = place.held?.[place.blockId]?.[element.action_id];
  return held?.[memberOf(element)] ?? initialValue(element);
}

export function setValue(place, element, value) {
  if (!stored.has(place.key)) stored.set(place.key, new Map());
  stored.get(place.key).set(slot(place.blockId, element.action_id), value);
}

const elementsOf = (block) =>
  [
    block.element,
    block.accessory,
    ...(block.type === "actions" ? block.elements : []),
    ...(block.actions || []),
  ].filter(Boolean);

/** Slack's `state.values` of a surface: {key, blocks, held}. */
export function valuesOf({ key, blocks, held }) {
  const values = {};
  for (const block of blocks) {
    for (const element of elementsOf(block).filter(holdsValue)) {
      const value = valueOf({ key, held, blockId: block.block_id }, element);
      values[block.block_id] ??= {};
      values[block.block_id][element.action_id] = { type: element.type, [memberOf(element)]: value };
    }
  }
  return values;
}

/** Forget what was typed in blocks that the app took away. */
export function keepOnly(key, blocks) {
  const values = stored.get(key);
  if (!values) return;
  const kept = new Set(blocks.flatMap((block) => elementsOf(block).map((one) => slot(block.block_id, one.action_id))));
  for (const name of [...values.keys()]) {
    if (!kept.has(name)) values.delete(name);
  }
}

export const forget = (key) => stored.delete(key);

/** The name of a field: its block_id without the revision that apps add to refill it. */
export const fieldName = (blockId) => (blockId || "").split("~")[0];
