// Where messages and commands are written, for a channel and for a thread.

import { sendCommand, upload, useShortcut } from "./api.js";
import { activeId, completionKey, completionList, completionReset, isCompleting } from "./completion.js";
import { h } from "./dom.js";
import { attachButton, attachedFiles, bringBack, draftOf, dropArea, dropHint, forgetDraft, isBlank, pasted } from "./drafts.js";
import { icon } from "./icons.js";
import { isMentioning, mentionActiveId, mentionKey, mentionList, mentionReset, withMentions } from "./mentions.js";
import { menuButton } from "./popups.js";
import { clearProblems, tell, wentWell } from "./problems.js";
import { changed, channelName, isAppChannel, state } from "./state.js";

function write(id, text, isInThread) {
  draftOf(id).text = text;
  completionReset();
  mentionReset();
  changed({ isList: isInThread });
}

function grow(element) {
  element.style.height = "auto";
  element.style.height = `${Math.min(element.scrollHeight, 220)}px`;
}

const isCommand = (text) => /^\/[a-z]/i.test(text);

export const composerId = (channel, thread) => `composer-${channel.id}${thread ? `-${thread}` : ""}`;

async function post(options, id) {
  const { channel, thread, send } = options;
  const draft = draftOf(id);
  if (isBlank(draft)) return;
  const typed = draft.text.trim();
  if (thread && isCommand(typed)) {
    tell(`${typed.split(/\s/)[0]} is not supported in threads. Sorry!`);
    return;
  }
  clearProblems();
  forgetDraft(id);
  changed();
  const answer = await (draft.files.length
    ? upload(draft.files, { channel: channel.id, thread, text: withMentions(typed) })
    : isCommand(typed)
      ? sendCommand(channel.id, typed)
      : send(withMentions(typed)));
  if (!wentWell(answer)) bringBack(id, draft);
}

function keys(event, options, id) {
  if (event.isComposing) return;
  const { text } = draftOf(id);
  const completed = (options.thread ? null : completionKey(event, text)) ?? mentionKey(event, text);
  if (completed !== null) {
    event.preventDefault();
    if (completed) write(id, completed, Boolean(options.thread));
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    post(options, id);
  } else if (event.key === "Escape" && options.leave && !text) options.leave();
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
  const id = composerId(channel, thread);
  const { text, files } = draftOf(id);
  const showsList = (!thread && isCompleting(text)) || isMentioning(text);
  const complete = (completed) => {
    write(id, completed, Boolean(thread));
    document.getElementById(id)?.focus();
  };
  return h(
    "div",
    {
      class: "composer",
      key: id,
      "data-testid": thread ? "thread-composer" : "composer",
      ...(thread ? dropArea(id) : {}),
    },
    thread && dropHint(id, "this thread"),
    !thread && completionList(id, text, complete),
    mentionList(id, text, complete),
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
        role: "combobox",
        "aria-expanded": String(showsList),
        "aria-autocomplete": "list",
        "aria-controls": isMentioning(text) ? `${id}-people` : showsList ? `${id}-commands` : null,
        "aria-activedescendant": (thread ? null : activeId(id, text)) ?? mentionActiveId(id, text),
        oninput: (event) => {
          write(id, event.target.value, Boolean(thread));
          grow(event.target);
        },
        onkeydown: (event) => keys(event, options, id),
        onpaste: (event) => pasted(event, id),
        onmount: grow,
      }),
      attachedFiles(id),
      h(
        "div",
        { key: "tools", class: "composer-tools" },
        !thread && shortcuts(channel, id),
        attachButton(id),
        h("span", { class: "composer-hint" }, !thread && isAppChannel(channel) ? "Type / for commands" : ""),
        options.leave && h("button", { type: "button", class: "button button-small", onclick: options.leave }, "Close"),
        h(
          "button",
          {
            type: "button",
            class: "icon-button send",
            "aria-label": thread ? "Send reply" : "Send",
            title: thread ? "Send reply" : "Send",
            "aria-disabled": text.trim() || files.length ? null : "true",
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
