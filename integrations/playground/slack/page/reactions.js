// Reactions to messages.

import { react } from "./api.js";
import { h } from "./dom.js";
import { REACTIONS, emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { menuButton } from "./popups.js";
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

export const reactionMenu = (channel, message) =>
  menuButton({
    id: `react-${channel.id}-${message.ts}`,
    label: "Add reaction",
    face: icon("smile"),
    from: "right",
    grid: true,
    items: REACTIONS.map((name) => ({
      key: name,
      name,
      label: emoji(name),
      pick: () => toggleReaction(channel, message, name),
    })),
  });
