// Modals: the view on top of the stack, its fields, its errors, its two buttons.

import { closeView, submitView } from "./api.js";
import { dropWaiting } from "./acting.js";
import { drawBlocks, fieldId } from "./blocks.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { valuesOf } from "./fields.js";
import { icon } from "./icons.js";
import { clearProblems, problemList, tell } from "./problems.js";
import { readViews } from "./reading.js";
import { changed } from "./state.js";
import {
  clearError,
  errorsOf,
  lastFocusIn,
  openViews,
  setErrors,
  startClosing,
  surfaceOf,
  topView,
} from "./view_stack.js";

let submitting = null; // the id of the view whose submission has not been answered yet

function focusFirstError(view) {
  const known = errorsOf(view);
  const wrong = view.blocks.find((block) => block.type === "input" && known[block.block_id]);
  if (!wrong) return;
  requestAnimationFrame(() => {
    const field = document.getElementById(fieldId(surfaceOf(view).key, wrong));
    (field?.querySelector?.("input") ?? field)?.focus();
    field?.closest(".field")?.scrollIntoView({ block: "nearest" });
  });
}

function showErrors(view, found) {
  setErrors(view, found);
  changed();
  focusFirstError(view);
  const elsewhere = Object.entries(found).filter(
    ([id]) => !view.blocks.some((block) => block.type === "input" && block.block_id === id),
  );
  for (const [, text] of elsewhere) tell(text);
}

async function submit(view) {
  if (submitting) return;
  clearProblems();
  dropWaiting(surfaceOf(view).key);
  submitting = view.id;
  setErrors(view, {});
  changed();
  const answer = await submitView(view.id, valuesOf(surfaceOf(view)));
  submitting = null;
  if (answer.errors) showErrors(view, answer.errors);
  else if (answer.error) tell(answer.error);
  await readViews();
  changed();
}

async function close(view, { all = false } = {}) {
  const values = valuesOf(surfaceOf(view));
  for (const one of all ? openViews() : [view]) {
    dropWaiting(surfaceOf(one).key);
    startClosing(one);
  }
  clearProblems();
  changed();
  const answer = await closeView(view.id, values, all);
  if (answer.error) tell(answer.error);
  await readViews();
}

function focusIn(view) {
  return (form) => {
    const wanted = view.blocks.flatMap((block) => block.element ?? []).find((element) => element.focus_on_load);
    const field =
      document.getElementById(lastFocusIn(view)) ??
      (wanted && form.querySelector(`[data-action-id="${CSS.escape(wanted.action_id)}"]`)) ??
      form.querySelector(".modal-body :is(input, textarea, select):not([disabled])") ??
      form.querySelector(".modal-body :is(button, a[href])") ??
      form.querySelector(".modal-submit, .modal-close");
    const target = field?.matches("input, textarea, button, a")
      ? field
      : field?.querySelector("input, textarea, button");
    target?.focus({ preventScroll: !lastFocusIn(view) });
  };
}

function onkeydown(event) {
  const view = topView();
  if (!view) return;
  if (event.key === "Escape") {
    event.preventDefault(); // the browser's own closing would leave the view open for the app
    close(view);
  } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && view.submit) {
    event.preventDefault();
    submit(view);
  }
}

/** The dialog of the top view, or nothing. */
export function modal() {
  const view = topView();
  if (!view) return null;
  return h(
    "dialog",
    {
      key: "modal",
      class: "dialog modal",
      "aria-labelledby": "modal-title",
      "data-testid": "modal",
      "data-view-id": view.id,
      "data-callback-id": view.callback_id || null,
      "data-depth": openViews().length,
      onkeydown,
      onmount: (element) => element.showModal(),
      onremove: (element) => element.close(),
    },
    form(view),
  );
}

function form(view) {
  const surface = { ...surfaceOf(view), errors: errorsOf(view), touched: (blockId) => clearError(view, blockId) };
  const onsubmit = (event) => {
    event.preventDefault();
    if (view.submit) submit(view);
  };
  return h(
    "form",
    {
      key: view.id,
      class: "modal-form",
      novalidate: true,
      onsubmit,
      onmount: focusIn(view),
      "aria-busy": String(submitting === view.id),
    },
    h(
      "header",
      { class: "modal-head" },
      h("h2", { id: "modal-title" }, withEmoji(view.title.text)),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Dismiss",
          title: "Dismiss",
          onclick: () => close(view, { all: true }),
        },
        icon("close"),
      ),
    ),
    h("div", { class: "modal-body" }, problemList(), drawBlocks(surface, view.blocks)),
    h(
      "footer",
      { class: "modal-foot dialog-buttons" },
      h("button", { type: "button", class: "button modal-close", onclick: () => close(view) }, closeLabel(view)),
      view.submit && submitButton(view),
    ),
  );
}

const closeLabel = (view) => withEmoji(view.close?.text ?? (view.submit ? "Cancel" : "Close"));

function submitButton(view) {
  const busy = submitting === view.id;
  return h(
    "button",
    {
      type: "submit",
      class: "button button-primary modal-submit",
      "aria-disabled": busy ? "true" : null,
      "aria-busy": busy ? "true" : null,
    },
    busy && h("span", { class: "spinner", "aria-hidden": "true" }),
    withEmoji(view.submit.text),
  );
}
