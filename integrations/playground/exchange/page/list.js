// The folders and the list of mails.

import { h } from "/slack/static/dom.js";
import { brief, full } from "./dates.js";

export function drawFolders(folders, open, choose) {
  return folders.map((folder) => {
    const count = folder.id === "inbox" ? folder.unread : folder.id === "drafts" ? folder.total : 0;
    return h("li", { key: folder.id },
      h("button", { class: "folder", "aria-current": folder.id === open ? "page" : null, onclick: () => choose(folder.id) },
        h("span", {}, folder.name),
        count > 0 && h("span", { class: "count", "aria-label": folder.id === "inbox" ? `${count} unread` : `${count} in all` }, count),
      ));
  });
}

const EMPTY = {
  inbox: "Nothing has arrived yet. Mail between the people of this playground comes in here at once.",
  sentitems: "Nothing sent yet. “New mail” writes one.",
  drafts: "No drafts. Save a mail while you write it and it waits here.",
};

export function drawItems(items, { folder, selected, open }) {
  if (!items.length) return [h("li", { key: "empty", class: "empty muted" }, EMPTY[folder])];
  return items.map((item) => h("li", { key: item.id }, row(item, { folder, isOpen: item.id === selected, open })));
}

function row(item, { folder, isOpen, open }) {
  const names = item.to.map((to) => to.name).join(", ") || "nobody yet";
  const who = folder === "inbox" ? item.from.name : `To ${names}`;
  const isUnread = folder === "inbox" && !item.is_read;
  return h("button", { class: `item${isUnread ? " is-unread" : ""}`, "aria-current": isOpen ? "true" : null, onclick: () => open(item), onkeydown: moveAlong },
    isUnread && h("span", { class: "for-screen-readers" }, "Unread. "),
    h("span", { class: "who" }, who),
    h("time", { class: "muted small", title: full(item.at) }, brief(item.at)),
    h("span", { class: "subject" }, item.subject || "(no subject)"),
    h("span", { class: "snippet muted small" }, item.snippet || " "),
    marks(item),
  );
}

function marks(item) {
  const shown = [
    item.is_invitation && "meeting",
    item.attachments > 0 && `${item.attachments} ${item.attachments === 1 ? "file" : "files"}`,
    item.sensitivity !== "Normal" && item.sensitivity.toLowerCase(),
  ].filter(Boolean);
  return shown.length > 0 && h("span", { class: "marks" }, shown.map((mark) => h("span", { class: "badge" }, mark)));
}

function moveAlong(event) {
  const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const neighbour = next && event.currentTarget.parentElement[next]?.querySelector("button");
  if (!neighbour) return;
  event.preventDefault();
  neighbour.focus();
}
