// The question an element may ask before it acts (Slack's confirmation dialog).

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { changed } from "./state.js";

let question = null; // {object, answer}

/** Ask; resolves to true when the visitor agrees. */
export function confirmed(object) {
  return new Promise((resolve) => {
    question = { object, answer: resolve };
    changed();
  });
}

function answer(yes) {
  const asked = question;
  question = null;
  changed();
  asked.answer(yes);
}

function onkeydown(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  answer(false);
}

export function confirmDialog() {
  if (!question) return null;
  const { title, text, confirm, deny, style } = question.object;
  const tone = style === "danger" ? "button-danger-solid" : "button-primary";
  return h(
    "dialog",
    {
      key: "confirm",
      class: "dialog confirm",
      role: "alertdialog",
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-text",
      "data-testid": "confirm",
      onkeydown,
      onmount: (element) => element.showModal(),
      onremove: (element) => element.close(),
    },
    h("h2", { id: "confirm-title" }, textObject(title)),
    h("div", { id: "confirm-text", class: "confirm-text text" }, textObject(text)),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "button", onclick: () => answer(false) }, textObject(deny)),
      h(
        "button",
        { type: "button", class: `button ${tone}`, autofocus: true, onclick: () => answer(true) },
        textObject(confirm),
      ),
    ),
  );
}
