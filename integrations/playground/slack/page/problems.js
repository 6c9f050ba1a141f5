// What went wrong, in Slack's words, where the visitor is looking: in the open modal, else above the composer.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, state } from "./state.js";

let nextId = 1;

/** Show a problem. The same text twice (an answer and its event) is one problem. */
export function tell(text) {
  if (!text || state.problems.some((problem) => problem.text === text)) return;
  state.problems = [...state.problems, { id: nextId++, text }].slice(-3);
  changed();
}

/** Show the error of an answer, if it has one; says whether it went well. */
export function wentWell(answer) {
  if (answer.error) tell(answer.error);
  return !answer.error;
}

/** The visitor tries again: what is left on screen would be about the last time. */
export function clearProblems() {
  if (!state.problems.length) return;
  state.problems = [];
  changed();
}

function dismiss(id) {
  state.problems = state.problems.filter((problem) => problem.id !== id);
  changed();
}

export function problemList() {
  return h(
    "div",
    { key: "problems", class: "problems", role: "alert", "data-testid": "problems" },
    state.problems.map(({ id, text }) =>
      h(
        "div",
        { key: id, class: "problem" },
        icon("warning"),
        h("p", null, text),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Hide this", onclick: () => dismiss(id) },
          icon("close", 14),
        ),
      ),
    ),
  );
}
