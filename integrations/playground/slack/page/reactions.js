// Reactions to messages.

import { react } from "./api.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { wentWell } from "./problems.js";
import { nameOf, state } from "./state.js";

function toggleReaction(channel, message, name) {
  react(channel.id, message.ts, name).then(wentWell);
}

/** The reactions below a message; pressing one adds mine, or takes it away. */
export function reactionList(channel, message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users }) => {
      const mine = users.includes(state.me.id);
      return h(
        "button",
        {
          key: name,
          type: "button",
          class: `reaction${mine ? " is-mine" : ""}`,
          "aria-pressed": String(mine),
          "aria-label": `${name}, ${users.length}: ${users.map(nameOf).join(", ")}`,
          title: users.map(nameOf).join(", "),
          onclick: () => toggleReaction(channel, message, name),
        },
        emoji(name),
        h("span", { class: "reaction-count" }, users.length),
      );
    }),
  );
}
