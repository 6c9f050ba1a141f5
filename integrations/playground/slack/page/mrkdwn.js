// Slack's mrkdwn -> elements. Text stays text; nothing in it is read as HTML.

import { h } from "./dom.js";
import { filledDate } from "./dates.js";
import { withEmoji } from "./emoji.js";
import { broadcast, channelMention, isSafe, link, personMention } from "./links.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

const unescaped = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

const literal = (text) => withEmoji(unescaped(text));

/** The elements of a mrkdwn text. `verbatim` leaves bare addresses alone. */
export function mrkdwn(text, { verbatim = false } = {}) {
  return (text || "").split(/```/).map((part, index, parts) => {
    if (index % 2 && index < parts.length - 1) {
      return h("pre", { class: "code-block" }, unescaped(part.replace(/^\n|\n$/g, "")));
    }
    return paragraphs(index % 2 ? `\`\`\`${part}` : part, verbatim);
  });
}

const LINE_KINDS = [
  { kind: "quote", mark: /^(?:&gt;|>) ?/ },
  { kind: "bullet", mark: /^\s*[•-] +(?=\S)/ },
];

function kindOf(line) {
  return LINE_KINDS.find(({ mark }) => mark.test(line)) ?? { kind: "text", mark: /^/ };
}

function paragraphs(text, verbatim) {
  const groups = [];
  for (const line of text.split("\n")) {
    const { kind, mark } = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line.replace(mark, ""));
    else groups.push({ kind, lines: [line.replace(mark, "")] });
  }
  return groups.map(({ kind, lines }, index) => {
    if (kind === "quote") return h("blockquote", null, inline(lines.join("\n"), verbatim));
    if (kind === "bullet")
      return h(
        "ul",
        { class: "bullets" },
        lines.map((line) => h("li", null, inline(line, verbatim))),
      );
    // A quote or list is a block of its own: the line breaks around it are already there.
    const before = index > 0 && lines[0] === "" && lines.length > 1 ? lines.slice(1) : lines;
    const after = index < groups.length - 1 && before.at(-1) === "" && before.length > 1 ? before.slice(0, -1) : before;
    return inline(after.join("\n"), verbatim);
  });
}

const STYLES = [
  { mark: "*", tag: "strong" },
  { mark: "_", tag: "em" },
  { mark: "~", tag: "s" },
];

const TOKEN = new RegExp(
  [
    "`([^`\\n]+)`", // 1: code
    "<([^<>\\n]+)>", // 2: link, mention, date
    "(?<![\\p{L}\\p{N}*])\\*(?=\\S)((?:<[^<>\\n]*>|[^*\\n])*?\\S)\\*(?![\\p{L}\\p{N}*])", // 3: bold
    "(?<![\\p{L}\\p{N}_])_(?=\\S)((?:<[^<>\\n]*>|[^_\\n])*?\\S)_(?![\\p{L}\\p{N}_])", // 4: italic
    "(?<![\\p{L}\\p{N}~])~(?=\\S)((?:<[^<>\\n]*>|[^~\\n])*?\\S)~(?![\\p{L}\\p{N}~])", // 5: strike
    "(https?:\\/\\/[^\\s<>|]*[^\\s<>|.,;:!?)'\"\\]*_~])", // 6: bare address
  ].join("|"),
  "gu",
);

function inline(text, verbatim) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    out.push(literal(text.slice(end, match.index)), token(match, verbatim));
    end = match.index + match[0].length;
  }
  out.push(literal(text.slice(end)));
  return out;
}

function token(match, verbatim) {
  const [whole, code, angle, bold, italic, strike, address] = match;
  if (code !== undefined) return h("code", null, unescaped(code));
  if (angle !== undefined) return angled(angle) ?? literal(whole);
  if (address !== undefined) return verbatim ? literal(whole) : link(unescaped(address), unescaped(address));
  const inner = bold ?? italic ?? strike;
  const { tag } = STYLES[[bold, italic, strike].findIndex((group) => group !== undefined)];
  return h(tag, null, inline(inner, verbatim));
}

/** What stands between < and >; null when it is none of Slack's forms, and so is only text. */
function angled(inside) {
  const [target, label] = splitOnce(inside, "|");
  if (/^@[UWB]\w+$/.test(target)) return personMention(target.slice(1));
  if (/^#C\w+$/.test(target)) return channelMention(target.slice(1), label && unescaped(label));
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ? unescaped(label) : "@group");
  if (target.startsWith("!date^")) return dateToken(target, label);
  if (isSafe(target))
    return link(unescaped(target), label ? literal(label) : unescaped(target.replace(/^mailto:/, "")));
  return null;
}

function dateToken(target, label) {
  const [, seconds, tokens, url] = target.split("^");
  const text = filledDate(seconds, unescaped(tokens || ""), literal(label || ""));
  return h("time", { datetime: dateTime(seconds) }, url ? link(unescaped(url), text) : text);
}

function dateTime(seconds) {
  const at = new Date(Number(seconds) * 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A text object, plain or mrkdwn. */
export function textObject(text) {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwn(text.text, { verbatim: Boolean(text.verbatim) });
  return withEmoji(text.text || "");
}
