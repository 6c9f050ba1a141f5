// What is being written, per composer: its text and the files that go with it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed } from "./state.js";

const drafts = new Map(); // composer id -> {text, files}

export function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, { text: "", files: [] });
  return drafts.get(id);
}

export const isBlank = ({ text, files }) => !text.trim() && !files.length;

export const forgetDraft = (id) => drafts.delete(id);

/** Nothing typed is lost when sending failed; but what was typed meanwhile comes first. */
export function bringBack(id, draft) {
  if (isBlank(draftOf(id))) drafts.set(id, draft);
  changed();
}

function addFiles(id, files) {
  draftOf(id).files.push(...files);
  changed();
}

/** The paperclip. */
export function attachButton(id) {
  return h(
    "label",
    { class: "icon-button attach", title: "Attach files" },
    icon("clip"),
    h("span", { class: "visually-hidden" }, "Attach files"),
    h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      "data-testid": "attach",
      onchange: (event) => {
        addFiles(id, event.target.files);
        event.target.value = "";
      },
    }),
  );
}

/** The files that wait to be sent, each with a way to take it out again. */
export function attachedFiles(id) {
  const { files } = draftOf(id);
  if (!files.length) return null;
  const drop = (gone) => {
    draftOf(id).files = files.filter((file) => file !== gone);
    changed();
    document.getElementById(id)?.focus();
  };
  return h(
    "div",
    { class: "composer-files", key: "files" },
    files.map((file, index) =>
      h(
        "span",
        { class: "chip", key: `${index} ${file.name}` },
        icon("file", 14),
        h("span", { class: "chip-name" }, file.name),
        h(
          "button",
          { type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}`, onclick: () => drop(file) },
          icon("close", 12),
        ),
      ),
    ),
  );
}

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

let hovered = null; // the composer for which files are held over the page
let depth = 0; // how many elements deep: leaving a child is not leaving the area

function hover(id) {
  if (hovered === id) return;
  hovered = id;
  changed();
}

/** Props that make an element take files for a composer when they are dropped on it. */
export function dropArea(id) {
  return {
    ondragenter: (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth += 1;
      hover(id);
    },
    ondragover: (event) => holdsFiles(event) && event.preventDefault(),
    ondragleave: (event) => {
      if (!holdsFiles(event)) return;
      depth -= 1;
      if (depth <= 0) hover(null);
    },
    ondrop: (event) => {
      depth = 0;
      hover(null);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      addFiles(id, event.dataTransfer.files);
      document.getElementById(id)?.focus();
    },
  };
}

/** What says where held files will go. */
export function dropHint(id, name) {
  if (hovered !== id) return null;
  return h("div", { key: "drop", class: "drop-hint", "aria-hidden": "true" }, icon("clip", 22), `Drop to share in ${name}`);
}

/** Files pasted into the text are attached. */
export function pasted(event, id) {
  const files = event.clipboardData?.files;
  if (!files?.length) return;
  event.preventDefault();
  addFiles(id, files);
}
