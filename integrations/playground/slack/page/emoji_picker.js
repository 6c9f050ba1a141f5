// The reactions one can give: a few at once, all by name.

import { react } from "./api.js";
import { h } from "./dom.js";
import { EMOJI_NAMES, REACTIONS, emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { floating } from "./popups.js";
import { wentWell } from "./problems.js";
import { changed } from "./state.js";

const COLUMNS = 8;
const MOST_SHOWN = 48;

let open = null; // {id, query, active}

function show(id) {
  open = { id, query: "", active: 0 };
  changed();
}

function hide(isFocusBack) {
  if (!open) return;
  const button = document.getElementById(open.id);
  open = null;
  changed();
  if (isFocusBack) button?.focus();
}

addEventListener(
  "pointerdown",
  (event) => {
    if (open && !event.target.closest(`[data-menu="${CSS.escape(open.id)}"]`)) hide(false);
  },
  true,
);

/** Names that fit the letters: those that begin with them first; a name that this page cannot draw is offered too. */
function fitting(query) {
  const letters = query.trim().toLowerCase().replaceAll(":", "").replaceAll(" ", "_");
  if (!letters) return REACTIONS;
  const found = EMOJI_NAMES.filter((name) => name.includes(letters));
  found.sort((one, other) => other.startsWith(letters) - one.startsWith(letters));
  const isOther = /^[a-z0-9_+'-]+$/.test(letters) && !found.includes(letters);
  return [...found.slice(0, MOST_SHOWN), ...(isOther ? [letters] : [])];
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

function keys(event, names, give) {
  if (event.key === "Escape" || event.key === "Tab") {
    hide(true);
  } else if (event.key === "Enter") {
    if (names[open.active]) give(names[open.active]);
  } else if (event.key in STEPS && !(open.query && /Left|Right/.test(event.key) && event.target.selectionStart)) {
    open.active = Math.max(0, Math.min(names.length - 1, open.active + STEPS[event.key]));
    changed();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function picker(id, give) {
  const names = fitting(open.query);
  const optionId = (index) => `${id}-emoji-${index}`;
  return h(
    "div",
    { ...floating, class: "popup emoji-popup popup-from-right", role: "dialog", "aria-label": "Add reaction" },
    h("input", {
      class: "field-input",
      type: "text",
      role: "combobox",
      placeholder: "Find by name",
      "aria-label": "Find an emoji by name",
      "aria-expanded": "true",
      "aria-controls": `${id}-emoji`,
      "aria-activedescendant": names.length ? optionId(open.active) : null,
      autocomplete: "off",
      value: open.query,
      oninput: (event) => {
        open = { ...open, query: event.target.value, active: 0 };
        changed();
      },
      onkeydown: (event) => keys(event, names, give),
      onmount: (element) => element.focus(),
    }),
    h(
      "div",
      { id: `${id}-emoji`, class: "emoji-grid", role: "listbox", "aria-label": "Emoji" },
      names.map((name, index) =>
        h(
          "button",
          {
            key: name,
            id: optionId(index),
            type: "button",
            tabindex: -1,
            role: "option",
            class: `emoji-option${index === open.active ? " is-active" : ""}`,
            "aria-selected": String(index === open.active),
            "aria-label": name,
            title: `:${name}:`,
            onclick: () => give(name),
          },
          emoji(name),
        ),
      ),
    ),
    h("div", { class: "popup-note", role: "status" }, names[open.active] ? `:${names[open.active]}:` : "No such name"),
  );
}

/** A button that offers reactions to a message. */
export function reactionPicker(channel, message) {
  const id = `react-${channel.id}-${message.ts}`;
  const isOpen = open?.id === id;
  const give = (name) => {
    hide(true);
    react(channel.id, message.ts, name).then(wentWell);
  };
  return h(
    "div",
    { class: "menu", "data-menu": id, key: id },
    h(
      "button",
      {
        type: "button",
        id,
        class: "icon-button",
        "aria-haspopup": "dialog",
        "aria-expanded": String(isOpen),
        "aria-label": "Add reaction",
        title: "Add reaction",
        onclick: () => (isOpen ? hide(false) : show(id)),
      },
      icon("smile"),
    ),
    isOpen && picker(id, give),
  );
}
