"""Composition objects: docs.slack.dev/reference/block-kit/composition-objects."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.block_kit.rules import (
    Problems,
    Rule,
    any_of,
    boolean,
    exactly_one,
    items,
    note,
    one_of,
    shape,
    string,
)

URL = string(3000, 1)
ID = string(255, 1)
STYLE = one_of("primary", "danger")


def text(most: int, *kinds: str) -> Rule:
    """A text object of 1 to `most` characters, plain or mrkdwn unless `kinds` says otherwise."""
    allowed = kinds or ("plain_text", "mrkdwn")
    inner = {"type": one_of(*allowed), "text": string(most, 1)}
    plain = shape(inner, {"emoji": boolean})
    mrkdwn = shape(inner, {"verbatim": boolean})

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        is_mrkdwn = isinstance(value, dict) and value.get("type") == "mrkdwn"
        (mrkdwn if is_mrkdwn else plain)(value, pointer, problems)

    return rule


def plain(most: int) -> Rule:
    return text(most, "plain_text")


OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})
OPTION_GROUP = shape({"label": plain(75), "options": items(OPTION, 100)}, {})
OPTION_LISTS = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
EITHER_OPTIONS = exactly_one("options", "option_groups")

CONFIRM = shape({"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE})
DISPATCH_CONFIG = shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)},
    {},
)
CONVERSATION_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    any_of("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = shape({}, {"id": ID, "url": URL}, exactly_one("id", "url"))


def offered(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a select, checkboxes, radio buttons or options answer, groups flattened."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def same_option(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["value"] == other["value"] and one["text"]["text"] == other["text"]["text"])


def initial_is_offered(element: Any, pointer: str, problems: Problems) -> None:
    initial = element.get("initial_options") or ([element["initial_option"]] if element.get("initial_option") else [])
    choices = offered(element)
    for option in initial:
        if option not in choices:
            note(problems, pointer, "initial options must exactly match one of the options")
