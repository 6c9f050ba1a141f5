// Select menus, single and multiple, as one combobox: type to search, arrow keys, Enter, Escape.

import { h } from "./dom.js";
import { choose } from "./acting.js";
import { readOptions } from "./api.js";
import { withEmoji } from "./emoji.js";
import { valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { chosen, flat, holdsOptions, isExternal, isMultiple, minQuery, ownOptions, plainValue } from "./options.js";
import { floating } from "./popups.js";
import { changed } from "./state.js";

const SEARCH_PAUSE_MS = 180;

let open = null; // {id, query, active, groups, phase: "typing" | "loading" | "ready" | "failed", error}
let asked = 0;
let pause = null;

export function selectField(place, element, props) {
  const value = valueOf(place, element);
  const picked = chosen(element, value);
  const isOpen = open?.id === props.id;
  const single = isMultiple(element) ? null : picked[0];
  const hint = element.placeholder?.text || (isMultiple(element) ? "Choose options" : "Choose an option");
  const shown = single ? withEmoji(single.text.text) : "";
  return h(
    "div",
    {
      class: `select${isOpen ? " is-open" : ""}${place.isInput ? "" : " select-inline"}`,
      "data-action-id": element.action_id,
    },
    isMultiple(element) && picked.map((option) => chip(place, element, option)),
    h("input", {
      ...props,
      type: "text",
      role: "combobox",
      class: "select-input",
      value: isOpen ? open.query : shown,
      placeholder: isOpen && shown ? shown : picked.length && isMultiple(element) ? "" : withEmoji(hint),
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": String(isOpen),
      "aria-controls": isOpen ? `${props.id}-list` : null,
      "aria-activedescendant": isOpen && open.active >= 0 ? `${props.id}-${open.active}` : null,
      size: place.isInput ? null : Math.max(12, Math.min(28, (shown || hint).length)),
      onclick: () => isOpen || start(place, element, props.id),
      oninput: (event) => search(place, element, props.id, event.target.value),
      onkeydown: (event) => keys(event, place, element, props.id),
      onblur: () => isOpen && stop(),
    }),
    single &&
      place.isOptional &&
      h(
        "button",
        {
          type: "button",
          class: "icon-button select-clear",
          "aria-label": `Clear ${shown}`,
          onclick: () => choose(place, element, null),
        },
        icon("close", 14),
      ),
    h("span", { class: "select-arrow" }, icon("chevron", 16)),
    isOpen && list(place, element, props.id, picked),
  );
}

function chip(place, element, option) {
  const label = withEmoji(option.text.text);
  return h(
    "span",
    { class: "chip", key: `chip-${option.value}` },
    label,
    h(
      "button",
      {
        type: "button",
        class: "chip-remove",
        "aria-label": `Remove ${label}`,
        onclick: () => toggle(place, element, option),
      },
      icon("close", 12),
    ),
  );
}

function list(place, element, id, picked) {
  const isPicked = (option) => picked.some((one) => one.value === option.value);
  let index = -1;
  const row = (option) => {
    index += 1;
    const at = index;
    return h(
      "div",
      {
        key: option.value,
        id: `${id}-${at}`,
        role: "option",
        "aria-selected": String(isPicked(option)),
        class: `option${at === open.active ? " is-active" : ""}`,
        onmousedown: (event) => event.preventDefault(),
        onclick: () => pick(place, element, option),
      },
      h(
        "span",
        { class: "option-label" },
        withEmoji(option.text.text),
        option.description && h("span", { class: "option-detail" }, withEmoji(option.description.text)),
      ),
      isPicked(option) && icon("check", 16),
    );
  };
  const notes = {
    typing: typingNote(element),
    loading: "Loading…",
    failed: open.error,
    ready: flat(open.groups).length ? null : "No results",
  };
  return h(
    "div",
    { ...floating, class: "popup popup-as-wide", onmousedown: (event) => event.preventDefault() },
    h(
      "div",
      { role: "status", class: notes[open.phase] ? "popup-note" : "visually-hidden" },
      notes[open.phase] ?? `${flat(open.groups).length} results`,
    ),
    h(
      "div",
      {
        id: `${id}-list`,
        role: "listbox",
        "aria-label": "Options",
        "aria-multiselectable": isMultiple(element) ? "true" : null,
        "aria-busy": String(open.phase === "loading"),
      },
      open.groups.map((group, at) =>
        group.label
          ? h(
              "div",
              { key: `group-${at}`, role: "group", "aria-label": group.label.text },
              h("div", { class: "option-group", role: "presentation" }, withEmoji(group.label.text)),
              group.options.map(row),
            )
          : group.options.map(row),
      ),
    ),
  );
}

function typingNote(element) {
  return minQuery(element) === 1 ? "Type to search" : `Type at least ${minQuery(element)} characters to search`;
}

function start(place, element, id) {
  open = { id, query: "", active: -1, groups: [], phase: "ready", error: null };
  fill(place, element);
}

function stop() {
  open = null;
  asked += 1;
  clearTimeout(pause);
  changed();
}

function search(place, element, id, query) {
  if (open?.id !== id) open = { id, query: "", active: -1, groups: [], phase: "ready", error: null };
  open.query = query;
  fill(place, element);
}

function fill(place, element) {
  if (isExternal(element)) return ask(place, element);
  open.groups = ownOptions(element, open.query);
  return settle("ready");
}

function settle(phase, error = null) {
  const options = flat(open.groups);
  Object.assign(open, { phase, error, active: open.query && options.length ? 0 : -1 });
  changed();
  queueMicrotask(showActive);
}

function ask(place, element) {
  const turn = (asked += 1);
  clearTimeout(pause);
  if (open.query.length < minQuery(element)) {
    open.groups = [];
    return settle("typing");
  }
  open.phase = "loading";
  changed();
  pause = setTimeout(
    async () => {
      const answer = await readOptions({
        container: place.container,
        block_id: place.blockId,
        action_id: element.action_id,
        value: open.query,
      });
      if (turn !== asked) return; // typed on, or closed
      open.groups = (answer.option_groups ?? [{ options: answer.options ?? [] }]).filter(
        (group) => group.options.length,
      );
      if (answer.error) settle("failed", answer.error);
      else settle("ready");
    },
    open.query ? SEARCH_PAUSE_MS : 0,
  );
  return undefined;
}

function pick(place, element, option) {
  if (isMultiple(element)) {
    toggle(place, element, option);
    return search(place, element, open.id, "");
  }
  const before = valueOf(place, element);
  stop();
  return choose(place, element, plainValue(element, option), before);
}

function toggle(place, element, option) {
  const before = valueOf(place, element) || [];
  const idOf = (one) => (holdsOptions(element) ? one.value : one);
  const without = before.filter((one) => idOf(one) !== option.value);
  const isNew = without.length === before.length;
  if (isNew && before.length >= (element.max_selected_items ?? Infinity)) return;
  choose(place, element, isNew ? [...before, plainValue(element, option)] : without, before);
}

function step(by) {
  const count = flat(open.groups).length;
  if (!count) return;
  open.active = open.active < 0 && by < 0 ? count - 1 : (open.active + by + count) % count;
  changed();
  queueMicrotask(showActive);
}

function showActive() {
  if (open?.active >= 0) document.getElementById(`${open.id}-${open.active}`)?.scrollIntoView({ block: "nearest" });
}

function keys(event, place, element, id) {
  const isOpen = open?.id === id;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (isOpen) step(event.key === "ArrowDown" ? 1 : -1);
    else start(place, element, id);
  } else if (event.key === "Enter" && isOpen) {
    const option = flat(open.groups)[open.active];
    if (option && open.phase === "ready") pick(place, element, option);
  } else if (event.key === "Enter" && !place.isInput) start(place, element, id);
  else if (event.key === "Escape" && isOpen) stop();
  else if (event.key === "Backspace" && isMultiple(element) && !event.target.value) {
    const last = chosen(element, valueOf(place, element)).at(-1);
    if (last) toggle(place, element, last);
    return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
