"""An action's form in steps, for who prefers them to one long form: which part shows which fields."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from bot.slack.fields import Field

KEPT_HIDDEN = 80
"""Characters of JSON: what is longer stays in sight, for the form carries only little of what it does not show."""


class Step(StrEnum):
    GENERAL = "general"
    REPORT = "report"
    MORE = "more"


_REPORT = {"points", "carried", "headline", "ticked", "discussed", "report", "changes", "new_status", "new_priority",
           "status_order", "priority_order", "expenses"}  # fmt: skip
_MORE = {
    "is_private", "priority", "followed_by", "deadline", "optional_ones", "informed_ones",
    "linked_kind", "linked_journal", "linked_number", "linked_url",
    "billable", "billed_hours", "billed_rate", "billed_currency", "billed_in",
}  # fmt: skip
_ALWAYS = {"step", "heard", "tell", "told"}


def step_of(name: str) -> Step:
    if name in _REPORT:
        return Step.REPORT
    return Step.MORE if name in _MORE else Step.GENERAL


def is_in_step(form: Any, field: Field[Any]) -> bool:
    """Whether the step that is chosen shows the field: it does, or it must be filled in, or it holds much."""
    chosen = form.values["step"]
    if field.name in _ALWAYS or step_of(field.name) == (chosen.value if chosen else Step.GENERAL):
        return True
    value = form.values[field.name]
    return bool(field.problems(form)) or len(json.dumps(field.dump(value))) > KEPT_HIDDEN
