"""Block Kit pieces that several subjects share. What people typed is shown as typed: never as mrkdwn.

Slack's own words (view, block, element) keep Slack's meaning: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

SECTION_LIMIT = 3000


def plain(text: str, limit: int = SECTION_LIMIT) -> Json:
    """A text that Slack shows as it stands, cut to what the place may hold; never empty."""
    shown = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return {"type": "plain_text", "text": shown or "–", "emoji": True}


def typed(text: str, limit: int = SECTION_LIMIT) -> Json:
    """Something a person typed: not even `:emoji:` is interpreted."""
    return {**plain(text, limit), "emoji": False}


def escaped(text: str) -> str:
    """For the middle of a mrkdwn text: `<!channel>`, links and emphasis come out as typed.

    Slack's three escapes (docs.slack.dev/messaging/formatting-message-text) keep control sequences from being read; a
    zero-width joiner keeps `*`, `_`, `~` and backquotes from pairing up as emphasis.
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "*_~`":
        safe = safe.replace(mark, f"{mark}\u2060")
    return safe.replace(":", ":\u2060") if ":" in safe else safe


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Json:
    """Our own emphasis around `escaped` parts."""
    return {"type": "mrkdwn", "text": text if len(text) <= limit else f"{text[: limit - 1]}…"}


def section(text: Json, *, accessory: Json | None = None, block_id: str = "") -> Json:
    more: Json = {"accessory": accessory} if accessory else {}
    return {"type": "section", "text": text, **({"block_id": block_id} if block_id else {}), **more}


def context(*texts: Json) -> Json:
    return {"type": "context", "elements": list(texts)}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, 150)}


DIVIDER: Json = {"type": "divider"}


def button(text: str, action_id: str, value: str = "", *, style: str = "") -> Json:
    """`style` is "primary" or "danger", or "" for neither."""
    look = {"style": style} if style else {}
    return {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": value, **look}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Json:
    """The ⋮ menu: (value, text) pairs, at most five."""
    lines = [{"text": plain(text, 75), "value": value} for value, text in options]
    return {"type": "overflow", "action_id": action_id, "options": lines}


def sentence_view(title: str, sentence: str, close: str) -> Json:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": [section(plain(sentence))],
    }
