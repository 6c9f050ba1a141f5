// The rich_text block.

import { h } from "./dom.js";
import { filledDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, link, personMention } from "./links.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function styled(content, style = {}) {
  return Object.entries(STYLE_TAGS).reduce(
    (inner, [name, tag]) => (style[name] ? h(tag, null, inner) : inner),
    content,
  );
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text || piece.url),
  emoji: (piece) => emoji(piece.name),
  user: (piece) => personMention(piece.user_id),
  channel: (piece) => channelMention(piece.channel_id),
  usergroup: () => h("span", { class: "mention" }, "@group"),
  broadcast: (piece) => broadcast(piece.range),
  color: (piece) => piece.value,
  date: (piece) => h("time", null, filledDate(piece.timestamp, piece.format || "{date}", piece.fallback || "")),
};

const piece = (one) => styled(PIECES[one.type]?.(one) ?? one.text ?? `[${one.type}]`, one.style);
const pieces = (section) => (section.elements || []).map(piece);

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-line" }, pieces(part)),
  rich_text_quote: (part) => h("blockquote", null, pieces(part)),
  rich_text_preformatted: (part) => h("pre", { class: "code-block" }, pieces(part)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: part.indent ? `indent-${Math.min(part.indent, 4)}` : null, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", null, pieces(item))),
    ),
};

export const richText = (block) => (block.elements || []).map((part) => PARTS[part.type]?.(part) ?? null);

/** A typed text as a rich_text value, and back: one section, no styles. */
export const toRichText = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: text ? [{ type: "text", text }] : [] }],
});

export const fromRichText = (value) =>
  (value?.elements || [])
    .map((part) => (part.elements || []).map((one) => one.text ?? one.url ?? "").join(""))
    .join("\n");
