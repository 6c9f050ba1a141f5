"""What a person typed and chose in blocks: `state.values`, its start, its survival of an update, its checks.

Slack keeps an input as long as its block_id and action_id (and kind) stay; a new id takes the initial value
(docs.slack.dev/surfaces/modals#updating_views). The client itself refuses a form whose fields are not filled as asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from integrations.playground.slack.block_kit import elements_of
from integrations.playground.slack.block_kit.composition import offered, same_option
from integrations.playground.slack.errors import ActRefused
from integrations.playground.slack.people import Json

Values = dict[str, dict[str, Json]]

# element type -> (key in the state, key of the initial value, empty)
HOLDS: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "", []),
}
MOST_FILES, MOST_FILE_BYTES = 10, 10_000_000
EXTERNAL = {"external_select", "multi_external_select"}
WITH_OPTIONS = {"static_select", "radio_buttons", "multi_static_select", "checkboxes"}
SHAPES = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"\d\d:\d\d",
    "email_text_input": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "url_text_input": r"https?://\S+",
    "number_input": r"-?\d+(\.\d+)?",
}
REQUIRED = "Please complete this required field."
WRONG_SHAPE = {
    "email_text_input": "Please enter a valid email address.",
    "url_text_input": "Please enter a valid URL.",
    "number_input": "Please enter a valid number.",
}


def initial_state(element: Json) -> Json:
    key, initial, empty = HOLDS[element["type"]]
    return {"type": element["type"], key: element.get(initial, empty)}


def initial_values(blocks: Sequence[Json]) -> Values:
    values: Values = {}
    for block in blocks:
        for _where, element in elements_of(block):
            if element["type"] in HOLDS:
                values.setdefault(block["block_id"], {})[element["action_id"]] = initial_state(element)
    return values


def carried_over(old: Values, blocks: Sequence[Json]) -> Values:
    """The state after an update to these blocks."""
    values = initial_values(blocks)
    for block in blocks:
        for _where, element in elements_of(block):
            kept = old.get(block["block_id"], {}).get(element["action_id"])
            if kept and kept["type"] == element["type"] and _still_fits(element, kept):
                values[block["block_id"]][element["action_id"]] = kept
    return values


def with_state(
    current: Values,
    sent: Values,
    blocks: Sequence[Json],
    was_offered: Callable[[str, str, Json], bool],
    own_file: Callable[[str], Json],
) -> Values:
    """The state after the screen sent what it shows. Raises ActRefused for what these blocks could not hold.

    `was_offered(block_id, action_id, option)` says whether the app offered that option of an external select;
    `own_file(file_id)` is the file that this person uploaded, and raises ActRefused when there is none.
    """
    values = {block_id: dict(actions) for block_id, actions in current.items()}
    for block_id, actions in sent.items():
        for action_id, state in actions.items():
            element = element_at(blocks, block_id, action_id)
            fresh = checked_state(element, state)
            if element["type"] == "file_input":
                fresh["files"] = fitting_files(element, [own_file(str(file.get("id"))) for file in fresh["files"]])
            before = _chosen(element["type"], values.get(block_id, {}).get(action_id, {}))
            if element["type"] in EXTERNAL:
                for option in _chosen(element["type"], fresh):
                    if option not in before and not was_offered(block_id, action_id, option):
                        raise ActRefused(f"{action_id} was not offered {option['value']}")
            values.setdefault(block_id, {})[action_id] = fresh
    return values


def element_at(blocks: Sequence[Json], block_id: str, action_id: str) -> Json:
    for block in blocks:
        if block.get("block_id") == block_id:
            for _where, element in elements_of(block):
                if element["action_id"] == action_id:
                    return element
    raise ActRefused(f"there is no {action_id} in block {block_id} on the screen")


def checked_state(element: Json, state: Json) -> Json:
    """`{"type": …, key: value}` as Slack sends it. Raises ActRefused for a value that the element cannot hold."""
    kind = element["type"]
    if kind not in HOLDS:
        raise ActRefused(f"a {kind} holds no value")
    key, _initial, empty = HOLDS[kind]
    value = state.get(key, empty)
    several = isinstance(empty, list)
    if several != isinstance(value, list):
        raise ActRefused(f"{key} of a {kind} {'is' if several else 'is not'} a list")
    chosen = (value if several else [value]) if value else []
    if kind in WITH_OPTIONS and not all(any(same_option(c, o) for o in offered(element)) for c in chosen):
        raise ActRefused(f"{element['action_id']} does not offer that option")
    if several and len(chosen) > element.get("max_selected_items", 100):
        raise ActRefused(f"{element['action_id']} takes at most {element['max_selected_items']} items")
    if kind in {"datepicker", "timepicker"} and value and not re.fullmatch(SHAPES[kind], value):
        raise ActRefused(f"{value!r} is no value of a {kind}")
    return {"type": kind, key: value or empty}


def fitting_files(element: Json, files: list[Json]) -> list[Json]:
    """The same files. Raises ActRefused for too many, another kind or more than ten megabytes."""
    kinds, most = element.get("filetypes"), element.get("max_files", MOST_FILES)
    if len(files) > most:
        raise ActRefused(f"{element['action_id']} takes at most {most} files")
    for file in files:
        if kinds and file["filetype"] not in {kind.lower().lstrip(".") for kind in kinds}:
            raise ActRefused(f"{file['name']} is not one of: {', '.join(kinds)}")
        if file["size"] > MOST_FILE_BYTES:
            raise ActRefused(f"{file['name']} is larger than 10 MB")
    return files


def uploaded(values: Values) -> list[Json]:
    """The files in a form's file fields."""
    states = [state for actions in values.values() for state in actions.values()]
    return [file for state in states if state["type"] == "file_input" for file in state["files"]]


def unfilled(blocks: Sequence[Json], values: Values) -> dict[str, str]:
    """block_id -> sentence for what the client does not let through."""
    problems = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            value = values[block["block_id"]][element["action_id"]][HOLDS[element["type"]][0]]
            problem = _problem(element, value, is_optional=bool(block.get("optional")))
            if problem:
                problems[block["block_id"]] = problem
    return problems


def _problem(element: Json, value: Any, *, is_optional: bool) -> str | None:
    kind = element["type"]
    if value in (None, "", []):
        return None if is_optional else REQUIRED
    if kind in WRONG_SHAPE and not re.fullmatch(SHAPES[kind], value):
        return WRONG_SHAPE[kind]
    if kind == "plain_text_input":
        return _length_problem(element, value)
    if kind == "number_input":
        return _number_problem(element, value)
    return None


def _length_problem(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) > most:
        return f"Please enter at most {most} characters."
    return f"Please enter at least {least} characters." if len(value) < least else None


def _number_problem(element: Json, value: str) -> str | None:
    if not element["is_decimal_allowed"] and "." in value:
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number of at least {least}."
    return f"Please enter a number of at most {most}." if most is not None and float(value) > float(most) else None


def _still_fits(element: Json, kept: Json) -> bool:
    if element["type"] not in WITH_OPTIONS:
        return True
    return all(any(same_option(c, o) for o in offered(element)) for c in _chosen(element["type"], kept))


def _chosen(kind: str, state: Json) -> list[Any]:
    value = state.get(HOLDS[kind][0])
    return value if isinstance(value, list) else [value] if value else []
