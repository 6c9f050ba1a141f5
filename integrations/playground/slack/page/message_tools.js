// What can be done with a message: react, reply, the app's shortcuts, its link, the visitor's own files.

import { deleteFile, useShortcut } from "./api.js";
import { confirmed } from "./confirm.js";
import { reactionPicker } from "./emoji_picker.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { permalink } from "./permalinks.js";
import { menuButton } from "./popups.js";
import { wentWell } from "./problems.js";
import { state } from "./state.js";

const plain = (text) => ({ type: "plain_text", text });

async function removeFile(file) {
  const question = {
    title: plain("Delete this file?"),
    text: plain(`${file.name} will be gone from everywhere it was shared.`),
    confirm: plain("Delete"),
    deny: plain("Keep it"),
    style: "danger",
  };
  if (await confirmed(question)) deleteFile(file.id).then(wentWell);
}

function ofTheApp(channel, message) {
  const on = { channel: channel.id, message_ts: message.ts };
  return state.shortcuts
    .filter((shortcut) => shortcut.type === "message")
    .map((shortcut) => ({
      key: shortcut.callback_id,
      label: shortcut.name,
      detail: state.app.name,
      pick: () => useShortcut(shortcut.callback_id, on).then(wentWell),
    }));
}

const ownFiles = (message) =>
  (message.files ?? [])
    .filter((file) => file.user === state.me.id && file.mode !== "tombstone")
    .map((file) => ({
      key: file.id,
      label: message.files.length > 1 ? `Delete ${file.name}` : "Delete file",
      isDanger: true,
      pick: () => removeFile(file),
    }));

/** The buttons that stand over a message; `reply()` opens its thread. */
export function messageTools(channel, message, reply) {
  const link = {
    key: "link",
    label: "Copy link",
    pick: () => navigator.clipboard?.writeText(permalink(channel.id, message.ts)),
  };
  return h(
    "div",
    { class: "message-tools" },
    reactionPicker(channel, message),
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: reply },
      icon("reply"),
    ),
    menuButton({
      id: `more-${channel.id}-${message.ts}`,
      label: "More message actions",
      face: icon("dots"),
      from: "right",
      items: [...ofTheApp(channel, message), link, ...ownFiles(message)],
    }),
  );
}
