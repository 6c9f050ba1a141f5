// The reading pane: one mail with its meeting, its files and its words.

import { h, patch } from "/slack/static/dom.js";
import { address, readSource } from "./api.js";
import { full } from "./dates.js";
import { drawMeeting } from "./meeting.js";

export function drawMail(item, acts) {
  return h("article", { key: `mail-${item.id}`, class: "mail", "aria-labelledby": "subject" },
    h("button", { class: "quiet back", onclick: acts.close }, "‹ Back to the list"),
    h("header", {},
      h("h2", { id: "subject" }, item.subject || "(no subject)"),
      tools(item, acts),
      people(item),
    ),
    item.meeting && drawMeeting(item.meeting, acts),
    item.files.length > 0 && files(item),
    body(item),
  );
}

function tools(item, acts) {
  const leaving = item.unsubscribe;
  return h("div", { class: "tools" },
    h("button", { onclick: acts.reply }, "Reply"),
    leaving?.kind === "one-click" && h("button", { onclick: acts.unsubscribe, disabled: acts.hasLeft }, acts.hasLeft ? "Unsubscribed" : "Unsubscribe"),
    leaving?.kind === "page" && h("a", { class: "button", href: leaving.target, target: "_blank", rel: "noreferrer" }, "Unsubscribe"),
    leaving?.kind === "mail" && h("button", { onclick: () => acts.writeTo(leaving.target) }, "Unsubscribe by mail"),
    h("button", { class: "quiet", onclick: () => showSource(item) }, "View source"),
    h("button", { class: "quiet danger", onclick: acts.remove }, "Delete"),
  );
}

function people(item) {
  const named = ({ name, mail }) => (name === mail ? mail : `${name} <${mail}>`);
  const several = (found) => found.map(named).join(", ") || "nobody";
  const initials = item.from.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  return h("div", { class: "people" },
    h("span", { class: "face", "aria-hidden": "true" }, initials),
    h("div", { class: "names" },
      h("strong", {}, item.from.name), " ", item.from.mail !== item.from.name && h("span", { class: "muted" }, item.from.mail),
      h("div", { class: "muted small" }, `To ${several(item.to)}`, item.cc.length > 0 && ` · Cc ${several(item.cc)}`),
    ),
    h("div", { class: "when muted small" }, h("time", {}, full(item.at)),
      item.sensitivity !== "Normal" && h("span", { class: "badge warn" }, item.sensitivity)),
  );
}

function files(item) {
  return h("ul", { class: "plain files", "aria-label": "Attachments" }, item.files.map((file) =>
    h("li", { key: file.id }, h("a", { class: "file", href: address("attachment", { id: item.id, attachment: file.id }), download: file.name },
      h("strong", {}, file.name), h("span", { class: "muted small" }, `${kind(file)} · ${size(file.size)}`)))));
}

const KINDS = { "application/pdf": "PDF", "text/calendar": "Calendar file", "application/ics": "Calendar file", "message/rfc822": "Mail", "text/plain": "Text" };
const kind = (file) => KINDS[file.media_type] ?? (file.name.toLowerCase().endsWith(".ics") ? "Calendar file" : file.media_type);

export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function body(item) {
  if (!item.html) return h("div", { key: "text", class: "words" }, linked(item.text));
  // Same origin, without scripts: the page may measure the mail, the mail can do nothing.
  return h("iframe", {
    key: "html", class: "html", title: "Mail", srcdoc: item.html, onload: fit,
    sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
  });
}

function fit(event) {
  const frame = event.currentTarget;
  const grow = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${page.scrollHeight + 2}px`;
  };
  frame.style.height = "80px";
  grow();
  new ResizeObserver(grow).observe(frame);
}

/** Plain text with its web addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((piece, index) =>
    index % 2 ? h("a", { href: piece, target: "_blank", rel: "noreferrer" }, piece) : piece);
}

async function showSource(item) {
  const dialog = document.getElementById("source");
  const text = await readSource(item.id);
  patch(dialog,
    h("h2", { id: "source-title" }, "Source"),
    h("pre", { tabindex: 0 }, text),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Close")),
  );
  dialog.showModal();
}
