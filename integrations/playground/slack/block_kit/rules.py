"""What a JSON value may be, said as data: each rule looks at one value and notes what is wrong with it.

Problems read as Slack words them in `response_metadata.messages`, with a JSON pointer to the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Problems = list[str]
Rule = Callable[[Any, str, Problems], None]


def note(problems: Problems, pointer: str, what: str) -> None:
    problems.append(f"[ERROR] {what} [json-pointer:{pointer or '/'}]")


def string(most: int, least: int = 0, pattern: str = "") -> Rule:
    """A string of `least` to `most` characters that matches the whole pattern."""
    compiled = re.compile(pattern) if pattern else None

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            note(problems, pointer, "must be a string")
        elif len(value) > most:
            note(problems, pointer, f"must be less than {most + 1} characters")
        elif len(value) < least:
            note(problems, pointer, f"must be more than {least - 1} characters")
        elif compiled and not compiled.fullmatch(value):
            note(problems, pointer, "failed to match the expected format")

    return rule


def boolean(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        note(problems, pointer, "must be a boolean")


def whole(least: int, most: int) -> Rule:
    """An integer from `least` to `most`, both included."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            note(problems, pointer, "must be an integer")
        elif not least <= value <= most:
            note(problems, pointer, f"must be between {least} and {most}")

    return rule


def number(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        note(problems, pointer, "must provide a number")


def numeric(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        note(problems, pointer, "must be a numeric string")


def one_of(*values: Any) -> Rule:
    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if value not in values:
            note(problems, pointer, f"must be one of: {', '.join(map(str, values))}")

    return rule


def items(each: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` values that each satisfy the rule."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            note(problems, pointer, "must be an array")
            return
        if len(value) > most:
            note(problems, pointer, f"no more than {most} items allowed")
        if len(value) < least:
            note(problems, pointer, f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            each(item, f"{pointer}/{index}", problems)

    return rule


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule], *also: Rule) -> Rule:
    """An object with these keys and no others, none of them null.

    `also` are rules over the whole, asked when its keys are sound.
    """
    known = {**required, **optional}

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            note(problems, pointer, "must be an object")
            return
        before = len(problems)
        for key in required:
            if value.get(key) is None:
                note(problems, pointer, f"missing required field: {key}")
        for key, held in value.items():
            if key not in known:
                note(problems, pointer, f"invalid additional property: {key}")
            elif held is not None or key not in required:
                known[key](held, f"{pointer}/{key}", problems)
        if len(problems) == before:
            for whole_rule in also:
                whole_rule(value, pointer, problems)

    return rule


def by_type(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` chooses its rule; any other type is an error."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            note(problems, pointer, "missing required field: type")
        elif kind not in shapes:
            note(problems, pointer, f"unsupported type: {kind}")
        else:
            shapes[kind](value, pointer, problems)

    return rule


def exactly_one(*keys: str) -> Rule:
    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if sum(value.get(key) is not None for key in keys) != 1:
            note(problems, pointer, f"must have exactly one of: {', '.join(keys)}")

    return rule


def any_of(*keys: str) -> Rule:
    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if all(value.get(key) is None for key in keys):
            note(problems, pointer, f"must have one of: {', '.join(keys)}")

    return rule
