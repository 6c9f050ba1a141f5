// Where messages and commands are written, for a channel and for a thread.

import { sendCommand, upload, useShortcut } from "./api.js";
import { activeId, completionKey, completionList, completionReset, isCompleting } from "./completion.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./popups.js";
import { clearProblems, tell, wentWell } from "./problems.js";
import { changed, channelName, isAppChannel, state } from "./state.js";

const drafts = new Map(); // composer id -> {text, file}

function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, { text: "", file: null });
  return drafts.get(id);
}

function write(id, text) {
  draftOf(id).text = text;
  completionReset();
  changed();
}

function grow(element) {
  element.style.height = "auto";
  element.style.height = `${Math.min(element.scrollHeight, 220)}px`;
}

const isCommand = (text) => /^\/[a-z]/i.test(text);

async function post(options, id) {
  const { channel, thread, send } = options;
  const draft = draftOf(id);
  const { file } = draft;
  const text = draft.text.trim();
  if (!text && !file) return;
  if (thread && isCommand(text)) {
    tell(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
    return;
  }
  clearProblems();
  drafts.delete(id);
  changed();
  const answer = await (file
    ? upload(file, { channel: channel.id, text })
    : isCommand(text)
      ? sendCommand(channel.id, text)
      : send(text));
  if (wentWell(answer)) return;
  // Nothing typed is lost; but what was typed meanwhile comes first.
  if (!draftOf(id).text && !draftOf(id).file) drafts.set(id, { text, file });
  changed();
}

function keys(event, options, id) {
  if (event.isComposing) return;
  const { text } = draftOf(id);
  const completed = options.thread ? null : completionKey(event, text);
  if (completed !== null) {
    event.preventDefault();
    if (completed) write(id, completed);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    post(options, id);
  } else if (event.key === "Escape" && options.leave && !text) options.leave();
}

function attach(id) {
  return h(
    "label",
    { class: "icon-button attach", title: "Attach a file" },
    icon("clip"),
    h("span", { class: "visually-hidden" }, "Attach a file"),
    h("input", {
      type: "file",
      class: "visually-hidden",
      "data-testid": "attach",
      onchange: (event) => {
        draftOf(id).file = event.target.files[0] ?? null;
        event.target.value = "";
        changed();
      },
    }),
  );
}

function attached(id, file) {
  const drop = () => {
    draftOf(id).file = null;
    changed();
  };
  return h(
    "div",
    { class: "composer-file", key: "file" },
    h(
      "span",
      { class: "chip" },
      icon("file", 14),
      file.name,
      h(
        "button",
        { type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}`, onclick: drop },
        icon("close", 12),
      ),
    ),
  );
}

function shortcuts(channel, id) {
  const items = state.shortcuts
    .filter((shortcut) => shortcut.type === "global")
    .map((shortcut) => ({
      key: shortcut.callback_id,
      label: shortcut.name,
      pick: () => useShortcut(shortcut.callback_id, { channel: channel.id }).then(wentWell),
    }));
  if (!items.length) return null;
  return menuButton({ id: `${id}-shortcuts`, label: "Shortcuts", face: icon("bolt"), items, heading: state.app.name });
}

function placeholder({ channel, thread }) {
  if (thread) return "Reply…";
  const name = channelName(channel);
  return channel.kind === "im" ? `Message ${name}` : `Message #${name}`;
}

/** A composer. `send(text)` posts a plain message; `thread`, its root's ts; `leave()` closes a thread's. */
export function composer(options) {
  const { channel, thread } = options;
  const id = `composer-${channel.id}${thread ? `-${thread}` : ""}`;
  const { text, file } = draftOf(id);
  const showsCommands = !thread && isCompleting(text);
  return h(
    "div",
    { class: "composer", key: id, "data-testid": thread ? "thread-composer" : "composer" },
    !thread &&
      completionList(id, text, (completed) => {
        write(id, completed);
        document.getElementById(id)?.focus();
      }),
    h(
      "div",
      { class: "composer-box" },
      h("textarea", {
        id,
        key: "text",
        class: "composer-text",
        rows: 1,
        value: text,
        placeholder: placeholder(options),
        "aria-label": placeholder(options),
        role: thread ? null : "combobox",
        "aria-expanded": thread ? null : String(showsCommands),
        "aria-autocomplete": thread ? null : "list",
        "aria-controls": showsCommands ? `${id}-commands` : null,
        "aria-activedescendant": thread ? null : activeId(id, text),
        oninput: (event) => {
          write(id, event.target.value);
          grow(event.target);
        },
        onkeydown: (event) => keys(event, options, id),
        onmount: grow,
      }),
      file && attached(id, file),
      h(
        "div",
        { key: "tools", class: "composer-tools" },
        !thread && shortcuts(channel, id),
        !thread && attach(id),
        h("span", { class: "composer-hint" }, !thread && isAppChannel(channel) ? "Type / for commands" : ""),
        options.leave && h("button", { type: "button", class: "button button-small", onclick: options.leave }, "Close"),
        h(
          "button",
          {
            type: "button",
            class: "icon-button send",
            "aria-label": thread ? "Send reply" : "Send",
            title: thread ? "Send reply" : "Send",
            "aria-disabled": text.trim() || file ? null : "true",
            onclick: () => post(options, id),
          },
          icon("send"),
        ),
      ),
    ),
  );
}

/** After drawing: the heights follow the texts, also when a text was sent or completed. */
export function fitComposers() {
  for (const element of document.querySelectorAll(".composer-text")) grow(element);
}
