"""Blocks and the surfaces that show them: docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.block_kit.charts import DATA_VISUALIZATION
from integrations.playground.slack.block_kit.composition import ID, SLACK_FILE, URL, plain, text
from integrations.playground.slack.block_kit.elements import BUTTON, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from integrations.playground.slack.block_kit.rich_text import RICH_TEXT
from integrations.playground.slack.block_kit.rules import (
    Problems,
    Rule,
    any_of,
    boolean,
    by_type,
    exactly_one,
    items,
    note,
    number,
    one_of,
    shape,
    string,
    whole,
)


def block(kind: str, required: dict[str, Rule], optional: dict[str, Rule], *also: Rule) -> Rule:
    return shape({"type": one_of(kind), **required}, {"block_id": ID, **optional}, *also)


RAW_TEXT = shape({"type": one_of("raw_text"), "text": string(3000)}, {})
# Slack's reference shows a value alone; the API asks for the text to show as well.
RAW_NUMBER = shape({"type": one_of("raw_number"), "value": number, "text": string(3000, 1)}, {})
CELL = by_type({"raw_text": RAW_TEXT, "rich_text": RICH_TEXT})
DATA_CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def data_rows_agree(value: Any, pointer: str, problems: Problems) -> None:
    header, *rows = value["rows"]
    if any(cell["type"] == "rich_text" for cell in header):
        note(problems, f"{pointer}/rows/0", "rich_text is not allowed in header cells")
    if any(len(row) != len(header) for row in rows):
        note(problems, f"{pointer}/rows", "all rows must have the same number of cells")
    if value.get("row_header_column_index", 0) >= len(header):
        note(problems, f"{pointer}/row_header_column_index", "must be the index of a column")


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
    "card": block(
        "card",
        {},
        {
            "hero_image": IMAGE,
            "icon": IMAGE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": items(BUTTON, 3),
        },
        any_of("hero_image", "title", "actions", "body"),
    ),
    "data_table": block(
        "data_table",
        {"caption": string(3000, 1), "rows": items(items(DATA_CELL, 20), 101, 2)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        data_rows_agree,
    ),
    "data_visualization": DATA_VISUALIZATION,
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
    "section", "divider", "header", "actions", "context", "input", "image", "rich_text", "video", "card",
}  # fmt: skip
SHOWN_IN = {
    "modal": {*EVERYWHERE, "alert"},
    "home": {*EVERYWHERE, "data_table", "data_visualization"},
    "message": {*EVERYWHERE, "data_table", "data_visualization", "markdown", "table"},
}


def blocks_on(surface: str, most: int, least: int) -> Rule:
    """A list of blocks that this surface ("modal", "home", "message") shows."""
    return items(by_type({kind: BLOCKS[kind] for kind in SHOWN_IN[surface]}), most, least)
