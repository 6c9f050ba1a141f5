"""Small sound views and messages that tests break in one place."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str = "") -> Json:
    return {"text": plain(text), "value": value or text}


def field(name: str, kind: str = "plain_text_input", *, block: Json | None = None, **element: Any) -> Json:
    """An input block whose block_id and action_id are the name."""
    inner = {"type": kind, "action_id": name.partition("~")[0], **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": inner, **(block or {})}


def button(action_id: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(action_id), **more}


def actions(*elements: Json, block_id: str = "buttons") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(text: str = "Hello") -> Json:
    return {"type": "section", "text": plain(text)}


def modal(*blocks: Json, **more: Any) -> Json:
    fixed = {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "callback_id": "form"}
    return {**fixed, "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}
