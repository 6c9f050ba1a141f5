// The messages of a channel: by day, grouped by author, threads below the message they answer.

import { sendMessage } from "./api.js";
import { avatar } from "./avatar.js";
import { composer, composerId } from "./composer.js";
import { clockTime, dayHeading, dayOf, fullTime, momentOf } from "./dates.js";
import { h } from "./dom.js";
import { firstDrawn, scrolled, showEarlier } from "./following.js";
import { icon } from "./icons.js";
import { messageContent } from "./message_content.js";
import { messageTools } from "./message_tools.js";
import { isPointedAt } from "./permalinks.js";
import { reactionList } from "./reactions.js";
import { changed, nameOf, state, unlessStale } from "./state.js";

const GROUP_SECONDS = 300;
const openThreads = new Set(); // "channel ts" of messages whose thread can be written to

const authorOf = (message) => message.user ?? message.bot_id ?? message.username;

function authorName(message) {
  if (message.username) return message.username;
  if (message.user) return nameOf(message.user);
  return state.app.name;
}

const isByApp = (message) => !message.user || message.user === state.app.bot_user_id;

const threadName = (channel, ts) => `${channel.id} ${ts}`;

function openThread(channel, message) {
  openThreads.add(threadName(channel, message.thread_ts ?? message.ts));
  changed();
  requestAnimationFrame(() =>
    document.getElementById(composerId(channel, message.thread_ts ?? message.ts))?.focus(),
  );
}

function closeThread(channel, ts) {
  openThreads.delete(threadName(channel, ts));
  changed();
}

function drawMessage(channel, message, { isContinued = false, replies = [] } = {}) {
  const at = momentOf(message.ts);
  const time = h("time", { class: "message-time", datetime: at.toISOString(), title: fullTime(at) }, clockTime(at));
  const isOpen = openThreads.has(threadName(channel, message.ts));
  return h(
    "article",
    {
      key: `${message.ts}${message.is_ephemeral ? " only me" : ""}`,
      "data-ts": message.ts,
      "data-testid": "message",
      class: [
        "message",
        isContinued && "is-continued",
        message.is_ephemeral && "is-ephemeral",
        isPointedAt(message.ts) && "is-pointed-at",
      ]
        .filter(Boolean)
        .join(" "),
      "aria-label": `${authorName(message)}, ${clockTime(at)}`,
    },
    h(
      "div",
      { class: "message-side" },
      isContinued ? time : avatar(isByApp(message) ? state.app.bot_user_id : message.user, authorName(message)),
    ),
    h(
      "div",
      { class: "message-main" },
      message.is_ephemeral && h("div", { class: "only-you" }, icon("eye", 14), "Only visible to you"),
      !isContinued &&
        h(
          "header",
          { class: "message-head" },
          h("span", { class: "message-author" }, authorName(message)),
          isByApp(message) && h("span", { class: "badge" }, "App"),
          time,
        ),
      messageContent(channel, message),
      reactionList(channel, message),
      (replies.length > 0 || isOpen) && thread(channel, message, replies, isOpen),
    ),
    !message.is_ephemeral && messageTools(channel, message, () => openThread(channel, message)),
  );
}

function thread(channel, message, replies, isOpen) {
  return h(
    "section",
    { class: "thread", key: "thread", "aria-label": "Thread" },
    replies.length > 0 &&
      h("div", { class: "thread-count" }, replies.length === 1 ? "1 reply" : `${replies.length} replies`),
    replies.map((reply) => drawMessage(channel, reply)),
    isOpen
      ? composer({
          channel,
          thread: message.ts,
          send: (text) => sendMessage(channel.id, text, message.ts),
          leave: () => closeThread(channel, message.ts),
        })
      : h("button", { type: "button", class: "link-button", onclick: () => openThread(channel, message) }, "Reply…"),
  );
}

/** {roots, repliesTo}: messages oldest first without replies, and the replies to each. */
function threaded(messages) {
  const known = new Set(messages.map((message) => message.ts));
  const isReply = ({ thread_ts: thread, ts }) => thread && thread !== ts && known.has(thread);
  const answers = Map.groupBy(messages.filter(isReply), (message) => message.thread_ts);
  return {
    roots: messages.filter((message) => !isReply(message)),
    repliesTo: (root) => answers.get(root.ts) ?? [],
  };
}

function rows(channel, { roots, repliesTo }) {
  const first = firstDrawn(roots);
  const out = [first > 0 && earlier(roots)];
  roots.slice(first).forEach((message, index) => {
    const before = roots[first + index - 1];
    const at = momentOf(message.ts);
    const isNewDay = !before || dayOf(momentOf(before.ts)) !== dayOf(at);
    if (isNewDay)
      out.push(h("div", { class: "day", key: `day-${dayOf(at)}`, role: "separator" }, h("span", null, dayHeading(at))));
    const isContinued =
      !isNewDay &&
      authorOf(before) === authorOf(message) &&
      !before.is_ephemeral &&
      !message.is_ephemeral &&
      Number(message.ts) - Number(before.ts) < GROUP_SECONDS &&
      repliesTo(before).length === 0;
    out.push(drawMessage(channel, message, { isContinued, replies: repliesTo(message) }));
  });
  return out;
}

const earlier = (roots) =>
  h(
    "button",
    { key: "earlier", type: "button", class: "button button-small earlier", onclick: () => showEarlier(roots) },
    "Show earlier messages",
  );

function empty(channel) {
  const command = state.commands[0];
  return h(
    "div",
    { class: "empty" },
    h("p", { class: "empty-title" }, "No messages here yet."),
    command &&
      channel.kind !== "shared" &&
      h("p", null, "Type ", h("code", null, `${command.command} ${exampleOf(command)}`.trim()), " below to begin."),
  );
}

const exampleOf = (command) => (/\bhelp\b/.test(command.usage_hint || "") ? "help" : "");

export const messageList = (channel) => unlessStale(channel.id, () => describedList(channel));

function describedList(channel) {
  const messages = state.messages.get(channel.id);
  const threads = threaded(messages ?? []);
  return h(
    "div",
    {
      key: `messages-${channel.id}`,
      id: "messages",
      class: "messages",
      role: "log",
      "aria-label": "Messages",
      "aria-live": "polite",
      tabindex: 0,
      "data-testid": "messages",
      "aria-busy": String(!messages),
      onscroll: (event) => scrolled(event, threads.roots),
    },
    h("div", { class: "messages-inner" }, messages && (messages.length ? rows(channel, threads) : empty(channel))),
  );
}
