// The mail page: which folder and which mail are open; read again whenever the mailbox changes.

import { h, patch } from "/slack/static/dom.js";
import * as api from "./api.js";
import { compose } from "./composing.js";
import { drawFolders, drawItems } from "./list.js";
import { drawMail } from "./reading.js";

const element = (id) => document.getElementById(id);
const pane = element("pane");
const state = { folder: "inbox", folders: [], items: [], selected: "", item: null, isWriting: false, left: new Set() };

function say(words, isBad = false) {
  element("said").textContent = words;
  element("said").classList.toggle("bad", isBad);
}

/** Says what went wrong, if something did. */
function failed(answer) {
  if (answer.error) say(answer.error, true);
  return Boolean(answer.error);
}

async function readAll() {
  const folder = state.folder;
  const [folders, items] = await Promise.all([api.readFolders(), api.readItems(folder)]);
  if (folders.error || items.error || folder !== state.folder) return;
  Object.assign(state, { folders, items });
  draw();
  if (state.item && !state.isWriting) await readOpen();
}

async function readOpen() {
  const item = await api.readItem(state.selected);
  if (state.isWriting || !state.item) return;
  if (item.error) closeMail();
  else if (item.id === state.selected) drawOpen(item);
}

function draw() {
  const name = state.folders.find(({ id }) => id === state.folder)?.name ?? "";
  if (element("folder-name").textContent !== name) element("folder-name").textContent = name;
  const unread = state.folders.find(({ id }) => id === "inbox")?.unread;
  document.title = `${unread ? `(${unread}) ` : ""}Mail · ${element("app").dataset.name}`;
  patch(element("folders"), drawFolders(state.folders, state.folder, openFolder));
  patch(element("items"), drawItems(state.items, { folder: state.folder, selected: state.selected, open }));
  element("app").classList.toggle("is-reading", Boolean(state.item || state.isWriting));
  if (!state.item && !state.isWriting) patch(pane, h("p", { key: "none", class: "none muted" }, "Choose a mail to read it here."));
}

function drawOpen(item) {
  state.item = item;
  const { id } = item;
  patch(pane, drawMail(item, {
    close: closeMail,
    hasLeft: state.left.has(id),
    reply: async () => {
      const form = await api.formOfReply(id);
      if (!failed(form)) write(form);
    },
    remove: async () => {
      if (failed(await api.remove(id))) return;
      closeMail();
      say("Deleted.");
    },
    answer: async (answer) => {
      if (failed(await api.answerInvitation(id, answer))) return;
      say("Your answer was sent to the organiser.");
      await readAll();
    },
    unsubscribe: async () => {
      if (failed(await api.unsubscribe(id))) return;
      state.left.add(id);
      say("Unsubscribed: the sender’s server confirmed it.");
      drawOpen(item);
    },
    writeTo: (link) => {
      const url = new URL(link);
      write({ to: decodeURIComponent(url.pathname), subject: url.searchParams.get("subject") ?? "unsubscribe" });
    },
  }));
  draw();
}

async function open({ id, is_draft: isDraft, is_read: isRead }) {
  say("");
  state.selected = id;
  if (isDraft) {
    const form = await api.formOfDraft(id);
    if (!failed(form)) write(form);
    return;
  }
  const item = await api.readItem(id);
  if (failed(item) || state.selected !== id) return;
  state.isWriting = false;
  drawOpen(item);
  element("main").scrollTop = 0;
  if (!isRead) await api.markRead(id);
}

function closeMail() {
  Object.assign(state, { item: null, selected: "", isWriting: false });
  draw();
}

function openFolder(folder) {
  say("");
  Object.assign(state, { folder, items: [] });
  closeMail();
  return readAll();
}

function write(form) {
  say("");
  Object.assign(state, { isWriting: true, item: null, selected: form.id ?? "" });
  compose(pane, form, {
    done: async (words, { isSent, draft }) => {
      say(words);
      state.selected = draft;
      if (isSent) closeMail();
      await readAll();
    },
    discard: async (draft) => {
      if (draft && failed(await api.remove(draft))) return;
      closeMail();
      await readAll();
    },
  });
  draw();
}

element("new-mail").addEventListener("click", () => write({}));
element("new-mail").disabled = false;

api.listen(readAll, (isUp) => {
  element("line").textContent = isUp ? "" : "The line to the playground is down; trying again…";
});
