// The stack of open modals as the workspace holds it, and what the page knows beside it: errors, focus, closing.

import { forget, keepOnly } from "./fields.js";
import { changed, state } from "./state.js";

const errors = new Map(); // view id -> {block_id: text}
const toldErrors = new Map(); // view id -> the workspace's errors as last taken, to take each set once
const lastFocus = new Map(); // view id -> id of the field that had the focus when another view came on top
const closing = new Set(); // ids of views the visitor has closed

const keyOf = (view) => `v-${view.id}`;

/** A view as a surface: what its fields' values are kept, and sent, with. */
export const surfaceOf = (view) => ({
  container: { type: "view", view_id: view.id },
  key: keyOf(view),
  blocks: view.blocks,
  held: view.state?.values,
});

/** The open views, root first, without those that are being closed. */
export const openViews = () => state.views.filter((view) => !closing.has(view.id));

/** The view the visitor is looking at, if any. */
export const topView = () => openViews().at(-1) ?? null;

export const errorsOf = (view) => errors.get(view.id) ?? {};
export const setErrors = (view, found) => errors.set(view.id, { ...found });
export const startClosing = (view) => closing.add(view.id);
export const lastFocusIn = (view) => lastFocus.get(view.id) ?? null;

/** A field was edited: what was said about it is no longer true. */
export function clearError(view, blockId) {
  delete errorsOf(view)[blockId];
}

/** Take over the open modals as the workspace holds them now, root first. */
export function takeViews(views) {
  const before = topView();
  if (before && views.at(-1)?.id !== before.id) rememberFocus(before);
  const alive = new Set(views.map((view) => view.id));
  for (const gone of state.views.filter((view) => !alive.has(view.id))) {
    forget(keyOf(gone));
    for (const kept of [errors, toldErrors, lastFocus]) kept.delete(gone.id);
  }
  for (const id of [...closing].filter((one) => !alive.has(one))) closing.delete(id);
  state.views = views;
  for (const view of views) {
    keepOnly(keyOf(view), view.blocks);
    takeErrors(view);
  }
  changed();
}

function takeErrors(view) {
  const told = JSON.stringify([view.hash, view.page_errors ?? {}]);
  if (toldErrors.get(view.id) === told) return;
  toldErrors.set(view.id, told);
  // None told is no all-clear: an update of the view for another field's sake leaves what is said about this one.
  if (Object.keys(view.page_errors ?? {}).length) setErrors(view, view.page_errors);
}

function rememberFocus(view) {
  const focused = document.activeElement;
  if (focused?.id && focused.closest("dialog.modal")) lastFocus.set(view.id, focused.id);
}
