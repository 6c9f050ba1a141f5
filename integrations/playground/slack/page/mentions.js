// @names while they are typed: who they may be, and how they leave the page (<@U…>, as Slack passes them on).

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { changed, state } from "./state.js";

const MOST_OFFERED = 6;

let active = 0;
let dismissed = null; // the text for which Escape closed the list

const known = () => [
  { id: state.app.bot_user_id, name: state.app.name },
  ...state.people.filter((person) => !person.deleted).map(({ id, real_name: name }) => ({ id, name })),
];

/** The letters after the last @, when that is being typed. */
function begun(text) {
  const at = text.lastIndexOf("@");
  if (at < 0 || text === dismissed || /[^\s(]/.test(text[at - 1] ?? " ")) return null;
  const letters = text.slice(at + 1);
  return letters.includes("\n") || letters.length > 40 ? null : { at, letters: letters.toLowerCase() };
}

function fitting(text) {
  const typed = begun(text);
  if (!typed) return [];
  const words = (name) => ` ${name.toLowerCase()}`;
  const found = known().filter(({ name }) => words(name).includes(` ${typed.letters}`));
  return found.slice(0, MOST_OFFERED);
}

const completedWith = (text, { name }) => `${text.slice(0, begun(text).at)}@${name} `;

export const isMentioning = (text) => fitting(text).length > 0;

const chosenOf = (found) => found[Math.min(active, found.length - 1)];

/** A key pressed in the composer: the completed text, "" when the key is used up, null when it is not for the list. */
export function mentionKey(event, text) {
  const found = fitting(text);
  if (!found.length || event.shiftKey) return null;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    active = (Math.min(active, found.length - 1) + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
  } else if (event.key === "Escape") {
    dismissed = text;
  } else if (event.key === "Tab" || event.key === "Enter") {
    return completedWith(text, chosenOf(found));
  } else return null;
  changed();
  return "";
}

/** The text has changed: begin at the best fit again. */
export function mentionReset() {
  active = 0;
  dismissed = null;
}

export function mentionActiveId(id, text) {
  const found = fitting(text);
  return found.length ? `${id}-person-${found.indexOf(chosenOf(found))}` : null;
}

export function mentionList(id, text, pick) {
  const found = fitting(text);
  if (!found.length) return null;
  return h(
    "div",
    { key: "people", class: "commands", id: `${id}-people`, role: "listbox", "aria-label": "People" },
    found.map((one, index) =>
      h(
        "div",
        {
          key: one.id,
          id: `${id}-person-${index}`,
          role: "option",
          class: `command person-option${one === chosenOf(found) ? " is-active" : ""}`,
          "aria-selected": String(one === chosenOf(found)),
          onmousedown: (event) => event.preventDefault(),
          onclick: () => pick(completedWith(text, one)),
        },
        avatar(one.id, one.name, "avatar-small"),
        one.name,
      ),
    ),
  );
}

const byLength = (one, other) => other.name.length - one.name.length;

/** The text with the @names of people replaced by their ids; the longest name that fits counts. */
export const withMentions = (text) =>
  known()
    .sort(byLength)
    .reduce((done, { id, name }) => done.replaceAll(`@${name}`, `<@${id}>`), text);
