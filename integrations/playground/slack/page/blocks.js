// Block Kit's blocks.

import { h } from "./dom.js";
import { chart } from "./charts.js";
import { drawElement, isGroup, picture, unknown } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { fieldName, holdsValue } from "./fields.js";
import { icon } from "./icons.js";
import { isSafe } from "./links.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

const idOf = (place, element) =>
  `e-${place.key}-${fieldName(place.blockId)}-${element.action_id}`.replace(/[^\w-]/g, "-");

/** The id in the page of the field of a block, to move the focus there. */
export const fieldId = (key, block) => idOf({ key, blockId: block.block_id }, block.element);

function placed(surface, block) {
  return {
    ...surface,
    blockId: block.block_id,
    isInput: block.type === "input",
    isOptional: Boolean(block.optional),
    dispatches: block.type !== "input" || Boolean(block.dispatch_action),
    label: block.label?.text,
  };
}

function loose(surface, block, element) {
  const place = placed(surface, block);
  const label = element.accessibility_label ?? element.placeholder?.text ?? block.text?.text ?? null;
  return drawElement({ ...place, label }, element, {
    id: idOf(place, element),
    ...(holdsValue(element) && !isGroup(element) ? { "aria-label": label } : {}),
  });
}

function section(surface, block) {
  return h(
    "div",
    { class: "section" },
    h(
      "div",
      { class: "section-body" },
      block.text && h("div", { class: "text" }, textObject(block.text)),
      block.fields &&
        h(
          "div",
          { class: "section-fields" },
          block.fields.map((field) => h("div", { class: "text" }, textObject(field))),
        ),
    ),
    block.accessory && h("div", { class: "section-accessory" }, loose(surface, block, block.accessory)),
  );
}

function input(surface, block) {
  const { element } = block;
  const place = placed(surface, block);
  const id = idOf(place, element);
  const error = surface.errors?.[block.block_id];
  const about = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ") || null;
  const group = isGroup(element);
  const optional = block.optional && h("span", { class: "field-optional" }, "optional");
  const props = group
    ? { id }
    : {
        id,
        "aria-describedby": about,
        "aria-invalid": error ? "true" : null,
        "aria-required": block.optional ? null : "true",
      };
  const inside = [
    drawElement(place, element, props),
    error &&
      h("div", { key: "error", class: "field-error", id: `${id}-error` }, icon("warning", 16), h("span", null, error)),
    block.hint && h("div", { key: "hint", class: "field-hint", id: `${id}-hint` }, withEmoji(block.hint.text)),
  ];
  const kind = `field${error ? " has-error" : ""}`;
  if (!group)
    return h(
      "div",
      { class: kind },
      h("div", { class: "field-label" }, h("label", { for: id }, withEmoji(block.label.text)), optional),
      inside,
    );
  return h(
    "fieldset",
    { class: kind, "aria-describedby": about, "aria-invalid": error ? "true" : null },
    h("legend", { class: "field-label" }, h("span", null, withEmoji(block.label.text)), optional),
    inside,
  );
}

function contextPiece(piece) {
  if (piece.type === "image") return picture(piece, "context-image");
  return h("span", { class: "text" }, textObject(piece));
}

const ALERT_ICONS = { error: "warning", warning: "warning", success: "check" };

function alert(surface, block) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert alert-${level}`, role: level === "error" || level === "warning" ? "alert" : "status" },
    icon(ALERT_ICONS[level] ?? "info"),
    h("div", { class: "text" }, textObject(block.text)),
  );
}

function card(surface, block) {
  return h(
    "article",
    { class: "card" },
    block.hero_image && picture(block.hero_image, "card-hero"),
    h(
      "div",
      { class: "card-body" },
      (block.icon || block.title || block.subtitle) &&
        h(
          "header",
          { class: "card-head" },
          block.icon && picture(block.icon, "card-icon"),
          h(
            "div",
            null,
            block.title && h("div", { class: "card-title text" }, textObject(block.title)),
            block.subtitle && h("div", { class: "card-subtitle text" }, textObject(block.subtitle)),
          ),
        ),
      block.body && h("div", { class: "text" }, textObject(block.body)),
      block.actions &&
        h(
          "div",
          { class: "actions" },
          block.actions.map((element) => loose(surface, block, element)),
        ),
    ),
  );
}

function image(surface, block) {
  return h(
    "figure",
    { class: "figure" },
    block.title && h("figcaption", null, textObject(block.title)),
    picture(block, "image"),
  );
}

function video(surface, block) {
  return h(
    "div",
    { class: "video" },
    h(
      "a",
      { href: isSafe(block.video_url) ? block.video_url : null, target: "_blank", rel: "noopener noreferrer" },
      textObject(block.title),
    ),
    block.description && h("div", { class: "text" }, textObject(block.description)),
    picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "image"),
  );
}

const DRAWN = {
  actions: (surface, block) =>
    h(
      "div",
      { class: "actions" },
      block.elements.map((element) => loose(surface, block, element)),
    ),
  alert,
  card,
  carousel: (surface, block) =>
    h(
      "div",
      { class: "carousel", tabindex: 0, role: "group", "aria-label": "Cards" },
      block.elements.map((one) => card(surface, one)),
    ),
  container: (surface, block) =>
    h(
      "div",
      { class: "container" },
      block.title && h("div", { class: "card-title text" }, textObject(block.title)),
      block.subtitle && h("div", { class: "card-subtitle text" }, textObject(block.subtitle)),
      drawBlocks(surface, block.child_blocks ?? []),
    ),
  context: (surface, block) => h("div", { class: "context" }, block.elements.map(contextPiece)),
  data_table: (surface, block) => dataTable(block, `${surface.key}/${block.block_id}`),
  data_visualization: (surface, block) => chart(block),
  divider: () => h("hr", { class: "divider" }),
  header: (surface, block) => h("h3", { class: "block-header" }, textObject(block.text)),
  image,
  input,
  markdown: (surface, block) => h("div", { class: "text markdown" }, markdown(block.text)),
  rich_text: (surface, block) => h("div", { class: "text rich" }, richText(block)),
  section,
  table: (surface, block) => table(block),
  video,
};

/**
 * Draw blocks. `surface`: {container, key, blocks, held?, errors?, touched?}: what holds the blocks, as the app
 * is told; the key under which typed values are kept; the values that the workspace holds; error texts by block_id;
 * who hears that a field was edited.
 */
export function drawBlocks(surface, blocks) {
  const seen = new Set();
  return blocks.map((block, index) => {
    const field = fieldName(block.block_id);
    // By name without revision: a refilled field stays the same element, with its focus.
    const key = block.block_id && !seen.has(field) ? field : `${index}/${block.block_id ?? ""}`;
    seen.add(field);
    const draw = DRAWN[block.type];
    return h(
      "div",
      {
        key: `${block.type} ${key}`,
        class: `block block-${block.type}`,
        "data-block-id": block.block_id,
        "data-field": field || null,
      },
      draw ? draw(surface, block) : unknown("block", block.type),
    );
  });
}
