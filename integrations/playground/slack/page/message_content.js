// What a message holds: its text or blocks, attachments, files.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { link } from "./links.js";
import { mrkdwn } from "./mrkdwn.js";
import { messageKey } from "./reading.js";
import { sharedFile } from "./shared_files.js";
import { state } from "./state.js";

function attachment(surface, one, index) {
  return h(
    "div",
    {
      class: "attachment",
      key: `attachment-${index}`,
      style: /^#?[0-9a-f]{6}$/i.test(one.color || "") ? `--bar: #${one.color.replace("#", "")}` : null,
    },
    one.pretext && h("div", { class: "text" }, mrkdwn(one.pretext)),
    one.title &&
      h("div", { class: "text" }, h("strong", null, one.title_link ? link(one.title_link, one.title) : one.title)),
    one.text && h("div", { class: "text" }, mrkdwn(one.text)),
    one.blocks && drawBlocks({ ...surface, blocks: one.blocks }, one.blocks),
    !one.blocks && !one.text && one.fallback && h("div", { class: "text" }, mrkdwn(one.fallback)),
    one.is_app_unfurl && h("div", { class: "muted" }, `Added by ${state.app.name}`),
  );
}

export function messageContent(channel, message) {
  const surface = {
    container: {
      type: "message",
      channel: channel.id,
      message_ts: message.ts,
      is_ephemeral: Boolean(message.is_ephemeral),
    },
    key: messageKey(channel.id, message),
    blocks: message.blocks ?? [],
    held: message.state?.values,
  };
  return h(
    "div",
    { class: "message-content" },
    message.blocks?.length
      ? drawBlocks(surface, message.blocks)
      : message.text &&
          h(
            "div",
            { class: "text" },
            mrkdwn(message.text),
            message.edited && h("span", { class: "muted edited" }, " (edited)"),
          ),
    message.attachments?.map((one, index) => attachment(surface, one, index)),
    message.files?.map(sharedFile),
  );
}
