"""Block elements and where each may stand: docs.slack.dev/reference/block-kit/block-elements."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.block_kit.composition import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    EITHER_OPTIONS,
    ID,
    MENU_OPTION,
    OPTION,
    OPTION_LISTS,
    RICH_OPTION,
    SLACK_FILE,
    STYLE,
    URL,
    initial_is_offered,
    plain,
)
from integrations.playground.slack.block_kit.rich_text import RICH_TEXT
from integrations.playground.slack.block_kit.rules import (
    Problems,
    Rule,
    boolean,
    by_type,
    exactly_one,
    items,
    note,
    numeric,
    one_of,
    shape,
    string,
    whole,
)

FOCUS = {"focus_on_load": boolean}
PLACEHOLDER = {"placeholder": plain(150)}
TYPED = {**FOCUS, **PLACEHOLDER, "dispatch_action_config": DISPATCH_CONFIG}
CHOSEN = {**FOCUS, **PLACEHOLDER, "confirm": CONFIRM}
SEVERAL = {**CHOSEN, "max_selected_items": whole(1, 100)}
DATE = string(10, 10, r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
HOUR = string(5, 5, r"([01]\d|2[0-3]):[0-5]\d")


def element(kind: str, required: dict[str, Rule], optional: dict[str, Rule], *also: Rule) -> Rule:
    return shape({"type": one_of(kind), **required}, {"action_id": ID, **optional}, *also)


def lengths_agree(value: Any, pointer: str, problems: Problems) -> None:
    least, most = value.get("min_length") or 0, value.get("max_length") or 3000
    if least > most:
        note(problems, pointer, "min_length must not be greater than max_length")
    if len(value.get("initial_value") or "") > most:
        note(problems, f"{pointer}/initial_value", f"must be less than {most + 1} characters")


def numbers_agree(value: Any, pointer: str, problems: Problems) -> None:
    least = float(value.get("min_value") or "-inf")
    most = float(value.get("max_value") or "inf")
    if least > most:
        note(problems, pointer, "min_value must not be greater than max_value")
    if value.get("initial_value") and not least <= float(value["initial_value"]) <= most:
        note(problems, f"{pointer}/initial_value", "must be between min_value and max_value")
    if not value["is_decimal_allowed"] and "." in (value.get("initial_value") or ""):
        note(problems, f"{pointer}/initial_value", "must be an integer")


def selects(kind: str, one: dict[str, Rule], several: dict[str, Rule], extra: dict[str, Rule]) -> dict[str, Rule]:
    also = (EITHER_OPTIONS, initial_is_offered) if kind == "static" else ()
    return {
        f"{kind}_select": element(f"{kind}_select", {}, {**CHOSEN, **one, **extra}, *also),
        f"multi_{kind}_select": element(f"multi_{kind}_select", {}, {**SEVERAL, **several, **extra}, *also),
    }


CONVERSATION = {"default_to_current_conversation": boolean, "filter": CONVERSATION_FILTER}
ONE_OPTION, SEVERAL_OPTIONS = {"initial_option": OPTION}, {"initial_options": items(OPTION, 100)}
SELECTS = {
    **selects("static", ONE_OPTION, SEVERAL_OPTIONS, OPTION_LISTS),
    **selects("external", ONE_OPTION, SEVERAL_OPTIONS, {"min_query_length": whole(0, 100)}),
    **selects("users", {"initial_user": ID}, {"initial_users": items(ID, 100)}, {}),
    **selects(
        "conversations",
        {"initial_conversation": ID, "response_url_enabled": boolean},
        {"initial_conversations": items(ID, 100)},
        CONVERSATION,
    ),
    **selects(
        "channels",
        {"initial_channel": ID, "response_url_enabled": boolean},
        {"initial_channels": items(ID, 100)},
        {},
    ),
}
RICH_CHOICES = {"options": items(RICH_OPTION, 10)}
ELEMENTS: dict[str, Rule] = {
    **SELECTS,
    "button": element(
        "button",
        {"text": plain(75)},
        {
            "url": URL,
            "value": string(2000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": element("overflow", {"options": items(MENU_OPTION, 5)}, {"confirm": CONFIRM}),
    "checkboxes": element(
        "checkboxes",
        RICH_CHOICES,
        {**FOCUS, "initial_options": items(RICH_OPTION, 10), "confirm": CONFIRM},
        initial_is_offered,
    ),
    "radio_buttons": element(
        "radio_buttons",
        RICH_CHOICES,
        {**FOCUS, "initial_option": RICH_OPTION, "confirm": CONFIRM},
        initial_is_offered,
    ),
    "plain_text_input": element(
        "plain_text_input",
        {},
        {
            **TYPED,
            "multiline": boolean,
            "initial_value": string(3000),
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        lengths_agree,
    ),
    "email_text_input": element("email_text_input", {}, {**TYPED, "initial_value": string(3000)}),
    "url_text_input": element("url_text_input", {}, {**TYPED, "initial_value": string(3000)}),
    "number_input": element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": numeric, "min_value": numeric, "max_value": numeric},
        numbers_agree,
    ),
    "datepicker": element("datepicker", {}, {**CHOSEN, "initial_date": DATE}),
    "timepicker": element("timepicker", {}, {**CHOSEN, "initial_time": HOUR, "timezone": string(100, 1)}),
    "datetimepicker": element(
        "datetimepicker", {}, {**FOCUS, "confirm": CONFIRM, "initial_date_time": whole(10**9, 10**10 - 1)}
    ),
    "file_input": element("file_input", {}, {"filetypes": items(string(20, 1), 100), "max_files": whole(1, 10)}),
    "rich_text_input": element("rich_text_input", {}, {**TYPED, "initial_value": RICH_TEXT}),
}
IMAGE = shape(
    {"type": one_of("image"), "alt_text": string(2000, 1)},
    {"image_url": URL, "slack_file": SLACK_FILE},
    exactly_one("image_url", "slack_file"),
)

CHOOSERS = {*SELECTS, "checkboxes", "radio_buttons", "datepicker", "timepicker"}
TYPERS = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}


def standing_in(*kinds: str) -> Rule:
    return by_type({kind: IMAGE if kind == "image" else ELEMENTS[kind] for kind in kinds})


BUTTON = standing_in("button")
IN_SECTION = standing_in(*CHOOSERS, "button", "overflow", "image")
IN_ACTIONS = standing_in(*CHOOSERS, "button", "overflow", "datetimepicker", "rich_text_input")
IN_INPUT = standing_in(*CHOOSERS, *TYPERS, "datetimepicker", "rich_text_input")
