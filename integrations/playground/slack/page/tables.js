// The table and data_table blocks.

import { h } from "./dom.js";
import { richText } from "./rich_text.js";
import { changed } from "./state.js";
import { withEmoji } from "./emoji.js";

const PAGE_ROWS = 5; // docs.slack.dev: data_table, page_size

function content(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return withEmoji(String(cell.text ?? cell.value ?? ""));
}

const isNumber = (cell) => cell.type === "raw_number";

/** How a data table's columns stand: numbers to the right, with their heading. */
const settingsOf = (rows) => (rows[0] ?? []).map((cell) => (isNumber(cell) ? { align: "right" } : {}));

function row(cells, settings, tag, headerColumn = -1) {
  return h(
    "tr",
    null,
    cells.map((cell, index) => {
      const isHead = tag === "th" || index === headerColumn;
      const { align = "left", is_wrapped: isWrapped } = settings[index] ?? {};
      return h(
        isHead ? "th" : "td",
        {
          scope: isHead ? (tag === "th" ? "col" : "row") : null,
          class: align === "left" ? null : `align-${align}${isWrapped ? "" : " unwrapped"}`,
        },
        content(cell),
      );
    }),
  );
}

export function table(block) {
  const [head, ...rows] = block.rows;
  const settings = block.column_settings ?? [];
  return h(
    "div",
    { class: "table-scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "data" },
      h("thead", null, row(head, settings, "th")),
      h(
        "tbody",
        null,
        rows.map((cells) => row(cells, settings, "td")),
      ),
    ),
  );
}

const pages = new Map(); // table -> page shown

export function dataTable(block, id) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? PAGE_ROWS;
  const count = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(pages.get(id) ?? 0, count - 1);
  const turn = (by) => () => {
    pages.set(id, page + by);
    changed();
  };
  const shown = rows.slice(page * size, (page + 1) * size);
  return h(
    "div",
    { class: "data-table" },
    h(
      "div",
      { class: "table-scroll", tabindex: 0, role: "group", "aria-label": block.caption },
      h(
        "table",
        { class: "data" },
        h("caption", null, block.caption),
        h("thead", null, row(head, settingsOf(rows), "th")),
        h(
          "tbody",
          null,
          shown.map((cells) => row(cells, settingsOf(rows), "td", block.row_header_column_index ?? -1)),
        ),
      ),
    ),
    count > 1 &&
      h(
        "div",
        { class: "table-pages" },
        h(
          "button",
          { type: "button", class: "button button-small", disabled: page === 0, onclick: turn(-1) },
          "Previous",
        ),
        h("span", null, `Page ${page + 1} of ${count}`),
        h(
          "button",
          { type: "button", class: "button button-small", disabled: page === count - 1, onclick: turn(1) },
          "Next",
        ),
      ),
  );
}
