// Links to single messages (/archives/CHANNEL/p…): made, recognised, and shown on arrival.

import { goBackTo } from "./following.js";
import { tell } from "./problems.js";
import { changed, state } from "./state.js";

const SHOWN_MS = 4000;

const named = (ts) => `p${ts.replace(".", "")}`;

export const permalink = (channelId, ts) => `${location.origin}/archives/${channelId}/${named(ts)}`;

/** The place in this page that an address of this workspace leads to, else null. */
export function placeOfLink(url) {
  const found = URL.canParse(url) ? new URL(url) : null;
  if (found?.origin !== location.origin) return null;
  const [, archives, channel, message] = found.pathname.split("/");
  return archives === "archives" && isMessageName(message) ? `#/${state.me.id}/${channel}/${message}` : null;
}

export const isMessageName = (word) => /^p\d{7,}$/.test(word ?? "");

const tsOf = (name) => `${name.slice(1, -6)}.${name.slice(-6)}`;

let wanted = null; // the ts of the message to be shown once its channel has been read
let shown = null; // the ts of the message that stands out for a moment

export const isPointedAt = (ts) => shown === ts;

export function wantMessage(name) {
  wanted = tsOf(name);
}

/** To be called after drawing; says whether it moved to a message, or will once it is drawn. */
export function showWanted() {
  const messages = wanted && state.messages.get(state.place.channel);
  if (!messages) return false;
  const message = messages.find(({ ts }) => ts === wanted);
  const element = document.querySelector(`[data-ts="${CSS.escape(wanted)}"]`);
  if (message && !element) {
    goBackTo(message.thread_ts ?? message.ts);
    changed();
    return true;
  }
  shown = wanted;
  wanted = null;
  if (!element) {
    tell("That message is no longer here.");
    return false;
  }
  goBackTo(message.ts);
  element.scrollIntoView({ block: "center" });
  changed();
  setTimeout(() => {
    shown = null;
    changed();
  }, SHOWN_MS);
  return true;
}
