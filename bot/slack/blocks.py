"""Block Kit pieces that several subjects share. What people typed is shown as typed: it never becomes mrkdwn.

Slack's own words (view, block, element) keep Slack's meaning: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

SECTION_LIMIT = 3000


def plain(text: str, limit: int = SECTION_LIMIT) -> Json:
    """A text that Slack shows as it stands, cut to what the place may hold; never empty.

    Not even `:emoji:` is interpreted: somebody may have typed it.
    """
    return {"type": "plain_text", "text": _cut(text, limit) or "–", "emoji": False}


def escaped(text: str) -> str:
    """For a message's `text`, which Slack reads as mrkdwn: no `<!channel>` and no link comes of what was typed.

    Slack's three escapes: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str) -> Json:
    """For texts of our own alone: what somebody typed belongs in `plain` or `rich`."""
    return {"type": "mrkdwn", "text": _cut(text, SECTION_LIMIT), "verbatim": True}


# Rich text: our own emphasis around what was typed. Slack interprets nothing inside its text elements
# (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block), so that it is also copied as it was typed.

Words = list[Json]


def words(text: str, *, bold: bool = False, code: bool = False) -> Words:
    """Elements of a line; none for an empty text. As `code` it is something to be typed."""
    style = {name: True for name, is_so in (("bold", bold), ("code", code)) if is_so}
    look: Json = {"style": style} if style else {}
    return [{"type": "text", "text": _cut(text, SECTION_LIMIT), **look}] if text else []


def emoji(name: str) -> Words:
    """By Slack's short name, with a space behind it; none without a name."""
    return [{"type": "emoji", "name": name}, *words(" ")] if name else []


def linked(text: str, url: str) -> Words:
    """A link; the text alone without an address."""
    return [{"type": "link", "url": url, "text": _cut(text, SECTION_LIMIT)}] if url else words(text)


def filled(template: str, **values: str | Words) -> Words:
    """A translated text of ours: `{placeholders}` are filled in, what stands between `*` is bold, between backticks
    code.
    """
    parts: Words = []
    is_on = {"*": False, "`": False}
    for piece in re.split(r"(\*|`|\{\w+\})", template):
        value = values[piece[1:-1]] if piece.startswith("{") else piece
        if piece in is_on:
            is_on[piece] = not is_on[piece]
        elif isinstance(value, str):
            parts = _continued(parts, words(value, bold=is_on["*"], code=is_on["`"]))
        else:
            parts += value
    return parts


def _continued(line: Words, more: Words) -> Words:
    """As one element where both are code: what is to be typed stands in one piece."""
    if not (line and more) or "code" not in line[-1].get("style", {}) or line[-1]["style"] != more[0].get("style"):
        return [*line, *more]
    return [*line[:-1], {**more[0], "text": _cut(line[-1]["text"] + more[0]["text"], SECTION_LIMIT)}]


def joined(parts: Sequence[Words], between: str = " · ") -> Words:
    """The parts that hold something, with a text between them."""
    result: Words = []
    for part in parts:
        if part:
            result += [*(words(between) if result else []), *part]
    return result


def rich(*lines: Words) -> Json:
    """A block of lines; empty ones are left out."""
    content = joined(lines, "\n") or words("–")
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": content}]}


def capitalized(text: str) -> str:
    """For a day in words where a line begins: "Tomorrow, 9:00"."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> Json:
    """A block with somebody's words, as a quotation."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": words(text)}]}


def unstyled(line: Words) -> str:
    """The text of a line, for places that take no rich text (beside a button)."""
    return "".join(element.get("text", "") for element in line).strip()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def section(text: Json, *, accessory: Json | None = None, block_id: str = "") -> Json:
    more: Json = {"accessory": accessory} if accessory else {}
    return {"type": "section", "text": text, **({"block_id": block_id} if block_id else {}), **more}


def context(*texts: Json) -> Json:
    return {"type": "context", "elements": list(texts)}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, 150)}


DIVIDER: Json = {"type": "divider"}


def button(text: str, action_id: str, value: str = "", *, style: str = "", emoji: str = "") -> Json:
    """`style` is "primary" or "danger", or "" for neither; `emoji` is a short name of Slack's."""
    look = {"style": style} if style else {}
    shown = {**plain(f":{emoji}: {text}", 75), "emoji": True} if emoji else plain(text, 75)
    return {"type": "button", "text": shown, "action_id": action_id, "value": value, **look}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Json:
    """The ⋮ menu: (value, text) pairs, at most five."""
    lines = [{"text": plain(text, 75), "value": value} for value, text in options]
    return {"type": "overflow", "action_id": action_id, "options": lines}


def select_menu(action_id: str, options: Sequence[tuple[str, str]], *, chosen: str) -> Json:
    """A menu that shows what is chosen: (value, text) pairs, at most a hundred."""
    lines = [{"text": plain(text, 75), "value": value} for value, text in options]
    first = next((line for line in lines if line["value"] == chosen), lines[0])
    return {"type": "static_select", "action_id": action_id, "options": lines, "initial_option": first}


def sentence_view(title: str, sentence: str, close: str) -> Json:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": [section(plain(sentence))],
    }
