"""Blocks and the surfaces that show them: docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from integrations.playground.slack.block_kit.composition import ID, SLACK_FILE, URL, plain, text
from integrations.playground.slack.block_kit.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from integrations.playground.slack.block_kit.rich_text import RICH_TEXT
from integrations.playground.slack.block_kit.rules import (
    Rule,
    any_of,
    boolean,
    by_type,
    exactly_one,
    items,
    one_of,
    shape,
    string,
)


def block(kind: str, required: dict[str, Rule], optional: dict[str, Rule], *also: Rule) -> Rule:
    return shape({"type": one_of(kind), **required}, {"block_id": ID, **optional}, *also)


CELL = by_type(
    {"raw_text": shape({"type": one_of("raw_text"), "text": string(3000)}, {}), "rich_text": RICH_TEXT},
)
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
BLOCKS: dict[str, Rule] = {
    "section": block(
        "section",
        {},
        {"text": text(3000), "fields": items(text(2000), 10), "accessory": IN_SECTION, "expand": boolean},
        any_of("text", "fields"),
    ),
    "divider": block("divider", {}, {}),
    "header": block("header", {"text": plain(150)}, {}),
    "actions": block("actions", {"elements": items(IN_ACTIONS, 25)}, {}),
    "context": block(
        "context",
        {"elements": items(by_type({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}), 10)},
        {},
    ),
    "input": block(
        "input",
        {"label": plain(2000), "element": IN_INPUT},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": block(
        "image",
        {"alt_text": string(2000, 1)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": block("markdown", {"text": string(12000, 1)}, {}),
    "alert": block("alert", {"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "table": block("table", {"rows": items(items(CELL, 20), 100)}, {"column_settings": items(COLUMN, 20, 0)}),
    "video": block(
        "video",
        {"alt_text": string(2000, 1), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            "author_name": string(49),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(100),
            "title_url": URL,
        },
    ),
}
EVERYWHERE = {
    "section", "divider", "header", "actions", "context", "input", "image", "rich_text", "video",
}  # fmt: skip
SHOWN_IN = {
    "modal": {*EVERYWHERE, "alert"},
    "home": EVERYWHERE,
    "message": {*EVERYWHERE, "markdown", "table"},
}


def blocks_on(surface: str, most: int, least: int) -> Rule:
    """A list of blocks that this surface ("modal", "home", "message") shows."""
    return items(by_type({kind: BLOCKS[kind] for kind in SHOWN_IN[surface]}), most, least)
