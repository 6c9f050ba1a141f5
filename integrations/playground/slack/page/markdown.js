// The markdown block: standard Markdown, as far as Slack shows it.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { isSafe, link } from "./links.js";

const INLINE = new RegExp(
  [
    "\\\\([\\\\`*_{}\\[\\]()#+.!~>|-])", // 1: escaped character
    "`([^`]+)`", // 2: code
    "!?\\[([^\\]]*)\\]\\(([^)\\s]+)\\)", // 3, 4: link (an image is shown as its link)
    "\\*\\*(?=\\S)(.+?\\S|\\S)\\*\\*|__(?=\\S)(.+?\\S|\\S)__", // 5, 6: bold
    "~~(?=\\S)(.+?)~~", // 7: strike
    "\\*(?=\\S)([^*]*?\\S)\\*|(?<![\\p{L}\\p{N}])_(?=\\S)([^_]*?\\S)_(?![\\p{L}\\p{N}])", // 8, 9: italic
    "(https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)'\"])", // 10: bare address
  ].join("|"),
  "gu",
);

function inline(text) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    out.push(withEmoji(text.slice(end, match.index)), styled(match));
    end = match.index + match[0].length;
  }
  out.push(withEmoji(text.slice(end)));
  return out;
}

function styled([whole, escaped, code, label, url, bold, boldToo, strike, italic, italicToo, address]) {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return h("code", null, code);
  if (url !== undefined) return isSafe(url) ? link(url, label || url) : whole;
  if (bold ?? boldToo) return h("strong", null, inline(bold ?? boldToo));
  if (strike !== undefined) return h("s", null, inline(strike));
  if (italic ?? italicToo) return h("em", null, inline(italic ?? italicToo));
  return link(address, address);
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());

// Each kind of block: the line it starts with, and how it takes its lines from `lines` and draws them.
const BLOCKS = [
  { starts: /^```/, take: fence },
  { starts: /^#{1,6}\s/, take: heading },
  { starts: /^(?:-{3,}|\*{3,}|_{3,})\s*$/, take: (lines) => (lines.shift(), h("hr", null)) },
  { starts: /^>/, take: quote },
  { starts: /^\s*(?:[-*+]|\d+[.)])\s+/, take: list },
];

function fence(lines) {
  lines.shift();
  const end = lines.findIndex((line) => line.startsWith("```"));
  const code = lines.splice(0, end < 0 ? lines.length : end);
  lines.shift();
  return h("pre", { class: "code-block" }, code.join("\n"));
}

function heading(lines) {
  const [, marks, text] = lines.shift().match(/^(#+)\s+(.*?)\s*#*$/) ?? [null, "#", ""];
  return h(`h${Math.min(marks.length + 2, 6)}`, { class: "markdown-heading" }, inline(text));
}

function quote(lines) {
  const inside = takeWhile(lines, (line) => line.startsWith(">")).map((line) => line.replace(/^>\s?/, ""));
  return h("blockquote", null, markdown(inside.join("\n")));
}

function list(lines) {
  const isOrdered = /^\s*\d/.test(lines[0]);
  const items = takeWhile(lines, (line) => /^\s*(?:[-*+]|\d+[.)])\s+/.test(line) || /^\s{2,}\S/.test(line));
  return h(
    isOrdered ? "ol" : "ul",
    null,
    items.map((line) => {
      const depth = Math.floor(line.match(/^\s*/)[0].length / 2);
      const text = line
        .replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "")
        .replace(/^\[( |x)\]\s/i, (_, mark) => (mark === " " ? "☐ " : "☑ "));
      return h("li", { class: depth ? `indent-${Math.min(depth, 4)}` : null }, inline(text));
    }),
  );
}

function table(lines) {
  const [head, , ...rows] = takeWhile(lines, (line) => line.includes("|")).map(cells);
  return h(
    "div",
    { class: "table-scroll" },
    h(
      "table",
      { class: "data" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map((cell) => h("th", { scope: "col" }, inline(cell))),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            null,
            row.map((cell) => h("td", null, inline(cell))),
          ),
        ),
      ),
    ),
  );
}

function takeWhile(lines, wanted) {
  const end = lines.findIndex((line) => !wanted(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

const isTable = (lines) =>
  lines[0].includes("|") && /^\s*\|?[\s:|-]*-[\s:|-]*$/.test(lines[1] ?? "") && lines[1].includes("|");

const startsBlock = (line) => BLOCKS.some(({ starts }) => starts.test(line));

/** The elements of a Markdown text. */
export function markdown(text) {
  const lines = text.split("\n");
  const out = [];
  while (lines.length) {
    const block = BLOCKS.find(({ starts }) => starts.test(lines[0]));
    if (block) out.push(block.take(lines));
    else if (isTable(lines)) out.push(table(lines));
    else if (!lines[0].trim()) lines.shift();
    else {
      const first = lines.shift();
      const rest = takeWhile(lines, (line) => line.trim() && !startsBlock(line));
      out.push(h("p", null, inline([first, ...rest].join("\n"))));
    }
  }
  return out;
}
