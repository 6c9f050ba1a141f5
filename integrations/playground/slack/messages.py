"""What an app may put in a message, checked once for chat.*, response URLs and acknowledgements."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from integrations.playground.slack.block_kit import ONE_TABLE, blocks_problems
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.payloads import AppIdentity
from integrations.playground.slack.people import Json
from integrations.playground.slack.recording import Recorder
from integrations.playground.slack.views import with_ids

MOST_TEXT = 40_000
MOST_ATTACHMENTS = 100
KEYS = ("text", "blocks", "attachments", "metadata", "thread_ts")


def from_json(value: Any, code: str) -> Any:
    """Blocks and the like may come as a JSON string. Raises CallFailed with this code."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise CallFailed(code, ["[ERROR] must be valid JSON"]) from error


def checked_content(fields: Mapping[str, Any], recorder: Recorder, *, unknown: Collection[str] = ()) -> Json:
    """The message's own fields. Raises CallFailed: no_text, msg_too_long, invalid_blocks, invalid_attachments.

    `unknown` are types of blocks that are refused.
    """
    content: Json = {key: fields[key] for key in KEYS if fields.get(key) not in (None, "")}
    text = content.get("text", "")
    if not isinstance(text, str) or len(text) > MOST_TEXT:
        raise CallFailed("msg_too_long")
    if "blocks" in content:
        content["blocks"] = checked_blocks(from_json(content["blocks"], "invalid_blocks_format"))
        if refused := [block["type"] for block in content["blocks"] if block["type"] in unknown]:
            raise CallFailed("invalid_blocks", [f"[ERROR] unsupported type: {kind}" for kind in refused])
    if "attachments" in content:
        content["attachments"] = _checked_attachments(from_json(content["attachments"], "invalid_attachments"))
    if not text and not content.get("blocks") and not content.get("attachments"):
        raise CallFailed("no_text")
    recorder.keep("message", {key: value for key, value in content.items() if value != []})
    return {**content, "text": text}


def by_app(content: Json, app: AppIdentity, team_id: str) -> Json:
    return {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id, "team": team_id, **content}


def checked_blocks(blocks: Any) -> list[Json]:
    """Raises CallFailed: invalid_blocks_format, invalid_blocks."""
    if not isinstance(blocks, list):
        raise CallFailed("invalid_blocks_format")
    problems = blocks_problems(blocks) if blocks else []
    if problems:
        is_second_table = any(ONE_TABLE in problem for problem in problems)
        raise CallFailed("invalid_attachments" if is_second_table else "invalid_blocks", problems)
    return with_ids(blocks)


def _checked_attachments(attachments: Any) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise CallFailed("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise CallFailed("too_many_attachments")
    return [{**a, "blocks": checked_blocks(a["blocks"])} if a.get("blocks") else a for a in attachments]
