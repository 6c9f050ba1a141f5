"""Whole views, messages and options answers: what Slack would say about each.

Every function returns Slack's own sentences (`response_metadata.messages`), none when all is well.
Limits: docs.slack.dev/reference/views, /reference/methods/chat.postMessage, /reference/block-kit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from integrations.playground.slack.block_kit.blocks import blocks_on
from integrations.playground.slack.block_kit.composition import EITHER_OPTIONS, OPTION_LISTS, plain
from integrations.playground.slack.block_kit.rules import Problems, Rule, boolean, note, one_of, shape, string

Json = dict[str, Any]
MOST_MARKDOWN = 12000
MOST_CHARTS = 2
ONE_TABLE = "only_one_table_allowed"
HOLDERS = {"actions": "elements", "card": "actions"}
ABOUT = {"private_metadata": string(3000), "callback_id": string(255), "external_id": string(255)}


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """The block's elements that a person can use, each with its JSON pointer inside the block."""
    if block["type"] == "input":
        yield "/element", block["element"]
    elif block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
        yield "/accessory", block["accessory"]
    elif block["type"] in HOLDERS:
        key = HOLDERS[block["type"]]
        for index, element in enumerate(block.get(key) or []):
            yield f"/{key}/{index}", element


def unique_ids(blocks: Sequence[Json], pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            note(problems, f"{pointer}/{index}/block_id", f"block_id {block_id} already exists")
        seen.add(block_id or "")
        actions: set[str] = set()
        for where, element in elements_of(block):
            action_id = element.get("action_id")
            if action_id and action_id in actions:
                note(problems, f"{pointer}/{index}{where}/action_id", f"action_id {action_id} already exists")
            actions.add(action_id or "")


def one_focus(blocks: Sequence[Json], pointer: str, problems: Problems) -> None:
    focused = [e for block in blocks for _where, e in elements_of(block) if e.get("focus_on_load")]
    if len(focused) > 1:
        note(problems, pointer, "only one element may have focus_on_load")


def only_in_modals(blocks: Sequence[Json], pointer: str, problems: Problems) -> None:
    for index, block in enumerate(blocks):
        for where, element in elements_of(block):
            if element["type"] == "file_input":
                note(problems, f"{pointer}/{index}{where}", "unsupported type: file_input")


def response_urls_in_inputs(blocks: Sequence[Json], surface: str, pointer: str, problems: Problems) -> None:
    for index, block in enumerate(blocks):
        for where, element in elements_of(block):
            if element.get("response_url_enabled") and not (surface == "modal" and block["type"] == "input"):
                note(problems, f"{pointer}/{index}{where}", "response_url_enabled needs an input block in a modal")


def _together(surface: str) -> Rule:
    def rule(value: Any, pointer: str, problems: Problems) -> None:
        blocks, at = value.get("blocks") or [], f"{pointer}/blocks"
        unique_ids(blocks, at, problems)
        one_focus(blocks, at, problems)
        response_urls_in_inputs(blocks, surface, at, problems)
        if surface != "modal":
            only_in_modals(blocks, at, problems)
        if surface == "modal" and not value.get("submit") and any(b["type"] == "input" for b in blocks):
            note(problems, pointer, "missing required field: submit")

    return rule


def _one_table(value: Any, pointer: str, problems: Problems) -> None:
    blocks = value.get("blocks") or []
    if sum(b["type"] == "table" for b in blocks) > 1:
        note(problems, f"{pointer}/blocks", ONE_TABLE)
    if sum(b["type"] == "data_visualization" for b in blocks) > MOST_CHARTS:
        note(problems, f"{pointer}/blocks", f"must hold at most {MOST_CHARTS} data_visualization blocks")
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > MOST_MARKDOWN:
        note(problems, f"{pointer}/blocks", f"markdown blocks must total less than {MOST_MARKDOWN + 1} characters")


MODAL = shape(
    {"type": one_of("modal"), "title": plain(24), "blocks": blocks_on("modal", 100, 1)},
    {
        **ABOUT,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    _together("modal"),
)
HOME = shape({"type": one_of("home"), "blocks": blocks_on("home", 100, 0)}, ABOUT, _together("home"))
MESSAGE = shape({}, {"blocks": blocks_on("message", 50, 1)}, _together("message"), _one_table)
OPTIONS = shape({}, OPTION_LISTS, EITHER_OPTIONS)


def _asked(rule: Rule, value: Any, pointer: str) -> list[str]:
    problems: Problems = []
    rule(value, pointer, problems)
    return problems


def view_problems(view: Any, pointer: str = "/view") -> list[str]:
    """A modal or Home view as an app sends it."""
    is_home = isinstance(view, dict) and view.get("type") == "home"
    return _asked(HOME if is_home else MODAL, view, pointer)


def blocks_problems(blocks: Any) -> list[str]:
    """The blocks of a message."""
    return _asked(MESSAGE, {"blocks": blocks}, "")


def options_problems(answer: Any) -> list[str]:
    """An answer to a `block_suggestion`: at most 100 options, or 100 groups of 100."""
    return _asked(OPTIONS, answer, "")
