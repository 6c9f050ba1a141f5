// Slash commands while they are typed: which fit, and what the chosen one takes.

import { h } from "./dom.js";
import { changed, state } from "./state.js";

let active = 0;
let dismissed = null; // the text for which Escape closed the list

/** The commands that a text may become; none once its first word is complete. */
function fitting(text) {
  if (!text.startsWith("/") || /\s/.test(text) || text === dismissed) return [];
  return state.commands.filter(({ command }) => command.toLowerCase().startsWith(text.toLowerCase()));
}

export const isCompleting = (text) => fitting(text).length > 0;

const chosenOf = (found) => found[Math.min(active, found.length - 1)];

/**
 * A key pressed in the composer. Returns the completed text; "" when the key is used up; null when the key is not
 * for the list.
 */
export function completionKey(event, text) {
  const found = fitting(text);
  if (!found.length) return null;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    active = (Math.min(active, found.length - 1) + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
    changed();
    return "";
  }
  if (event.key === "Escape") {
    dismissed = text;
    changed();
    return "";
  }
  const { command } = chosenOf(found);
  if (event.key === "Tab") return `${command} `;
  // A whole command that takes nothing more needs no completing: Enter sends it.
  if (event.key === "Enter" && !event.shiftKey && text.toLowerCase() !== command.toLowerCase()) return `${command} `;
  return null;
}

/** The text has changed: begin at the best fit again. */
export function completionReset() {
  active = 0;
  dismissed = null;
}

export const activeId = (id, text) =>
  isCompleting(text) ? `${id}-command-${fitting(text).indexOf(chosenOf(fitting(text)))}` : null;

const usage = ({ command, usage_hint: hint }) => [
  h("strong", null, command),
  hint && h("span", { class: "usage-hint" }, ` ${hint}`),
];

/** The list above the composer while a command is chosen; afterwards a line that says what it takes. */
export function completionList(id, text, pick) {
  const found = fitting(text);
  if (found.length) {
    return h(
      "div",
      { key: "commands", class: "commands" },
      h("div", { class: "commands-heading" }, `Commands matching “${text}”`),
      h(
        "div",
        { id: `${id}-commands`, role: "listbox", "aria-label": "Commands" },
        found.map((one, index) =>
          h(
            "div",
            {
              key: one.command,
              id: `${id}-command-${index}`,
              role: "option",
              class: `command${one === chosenOf(found) ? " is-active" : ""}`,
              "aria-selected": String(one === chosenOf(found)),
              onmousedown: (event) => event.preventDefault(),
              onclick: () => pick(`${one.command} `),
            },
            h("span", { class: "command-usage" }, usage(one)),
            h("span", { class: "command-about" }, one.description || ""),
          ),
        ),
      ),
      h(
        "div",
        { class: "commands-keys" },
        h("kbd", null, "↑"),
        h("kbd", null, "↓"),
        " choose  ",
        h("kbd", null, "Tab"),
        " complete",
      ),
    );
  }
  const typed = state.commands.find(({ command }) => text.toLowerCase().startsWith(`${command.toLowerCase()} `));
  if (!typed) return null;
  return h(
    "div",
    { key: "usage", class: "commands commands-usage" },
    h("span", { class: "command-usage" }, usage(typed)),
    h("span", { class: "command-about" }, typed.description || ""),
  );
}
