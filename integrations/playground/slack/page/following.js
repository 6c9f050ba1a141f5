// Where the visitor reads: at the newest message unless they scrolled up; and how far back messages are drawn.

import { changed } from "./state.js";

const NEAR_PX = 40;
const EARLIER_PX = 120;
const PAGE_LENGTH = 100; // messages that are drawn before the visitor goes back

let isAtEnd = true;
let since = null; // ts of the first message drawn, once the visitor went back
let belowPx = null; // how much stood below the top of the view before earlier messages came

export function goToEnd() {
  isAtEnd = true;
  since = null;
}

/** Draw back to this message, and leave the list where it is, whatever comes. */
export function goBackTo(ts) {
  isAtEnd = false;
  since = since === null || ts < since ? ts : since;
}

/** Which of a channel's messages (without replies, oldest first) is the first to be drawn. */
export function firstDrawn(messages) {
  if (since === null) return Math.max(0, messages.length - PAGE_LENGTH);
  const at = messages.findIndex((message) => message.ts >= since);
  return Math.max(0, Math.min(at, messages.length - PAGE_LENGTH));
}

/** Draw a page more of these messages, and keep what is read where it is on the screen. */
export function showEarlier(messages) {
  const first = firstDrawn(messages);
  const list = document.getElementById("messages");
  if (first === 0 || belowPx !== null || !list) return;
  belowPx = list.scrollHeight - list.scrollTop;
  goBackTo(messages[Math.max(0, first - PAGE_LENGTH)].ts);
  changed();
}

export function scrolled({ target: { scrollTop, scrollHeight, clientHeight } }, messages) {
  isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  if (scrollTop < EARLIER_PX && scrollHeight > clientHeight && !isAtEnd) showEarlier(messages);
}

/** To be called after drawing. */
export function keepPlace() {
  const list = document.getElementById("messages");
  if (!list) return;
  if (belowPx !== null) {
    list.scrollTop = list.scrollHeight - belowPx;
    belowPx = null;
  } else if (isAtEnd) list.scrollTop = list.scrollHeight;
}
