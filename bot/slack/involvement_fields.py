"""The fields of the forms about who is on a file: a percentage, and the lines of one category."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.office import Caller
from bot.slack.blocks import Json, header
from bot.slack.choices import Search
from bot.slack.fields import Day, Text, Toggle
from bot.slack.finding import find_colleagues
from bot.slack.forms import Group, Lines
from bot.texts import _
from store.involvements import categories

_PERCENTAGE = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*%?")
MOST_SLOTS = 10
MOST_LINES = 22
"""Categories and people that one modal holds: a category takes two of Slack's 100 blocks, somebody three."""


class Percent(Text):
    """A percentage as people type it: "33,5", "33.5 %"."""

    def __init__(self, label: str) -> None:
        super().__init__(label, max_length=12)

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        return super().element((value or "").replace(".", caller.t.decimal_sign), caller, group)

    def problem(self, value: Any) -> str | None:
        if not value:
            return super().problem(value)
        number = percentage(value)
        if number is None:
            return _("Type a number, such as 33.5.")
        if not 0 <= number <= 100:
            return _("The commission must be from 0 to 100%.")
        return _("The commission has at most two decimals.") if number != round(number, 2) else None


def percentage(typed: str | None) -> Decimal | None:
    """None for nothing, and for what is no number."""
    found = _PERCENTAGE.fullmatch((typed or "").strip())
    return Decimal(found[1].replace(",", ".")) if found else None


class CorrectedLine(Group):
    """One period; its key is the involvement's id."""

    who = Search(_("Who"), find=find_colleagues, hint=_("Empty: this period was entered by mistake")).optional()
    since = Day(_("Since"))
    until = Day(_("Last day")).optional()
    percent = Percent(_("Commission (%)")).optional().only_if(lambda line: line.carries_commission)
    is_main = Toggle(_("Main person"), _("The main one of several"))
    carries_commission = True


def _line_kind() -> type[Group]:
    """A kind of line of its own, for the ids of each category's fields differ."""

    class HeldLine(Group):
        who = Search(_("Who"), find=find_colleagues).optional()
        percent = Percent(_("Commission (%)")).optional().only_if(lambda line: line.carries_commission)
        is_main = Toggle(_("Main person"), _("The main one of several")).only_if(lambda line: not line.is_single)
        carries_commission = is_single = False

    return HeldLine


@dataclass(frozen=True, slots=True)
class Slot:
    """What a form keeps of the category that stands in a place, as JSON in `about["slots"]`."""

    category_id: int
    carries_commission: bool
    is_single: bool


class CategoryLines(Lines[Any]):
    """Who has one category: its name above, a line for each, a button that adds one."""

    def __init__(self, slot: int) -> None:
        super().__init__(_line_kind(), add=_("+ Add somebody"), called=_("Who is on it"), most=MOST_LINES)
        self.slot = slot

    def is_shown(self, form: Any) -> bool:
        return self.slot < len(form.about["slots"])

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        slot = slot_of(group, self.slot)
        drawn = super().blocks(group, caller, prefix)
        lines = sum(len(group.values[field.name]) for field in group.fields if isinstance(field, CategoryLines))
        if lines >= MOST_LINES or (slot.is_single and group.values[self.name]):
            drawn = [block for block in drawn if block["type"] != "actions"]
        return [header(category_label(caller, slot.category_id)), *drawn]

    def problems(self, group: Any) -> dict[str, str]:
        self._drawn(group)  # whether a percentage is asked for depends on the category
        return super().problems(group)

    def _drawn(self, group: Any) -> list[Any]:
        slot = slot_of(group, self.slot)
        for line in group.values[self.name]:
            line.carries_commission, line.is_single = slot.carries_commission, slot.is_single
        return super()._drawn(group)


class PeriodLines(Lines[CorrectedLine]):
    """All periods of one category; the form's `about["carries"]` says whether it carries a commission."""

    def __init__(self) -> None:
        super().__init__(CorrectedLine, add=_("+ Add a period"), called=_("Period"), most=18)

    def problems(self, group: Any) -> dict[str, str]:
        self._drawn(group)
        return super().problems(group)

    def _drawn(self, group: Any) -> list[CorrectedLine]:
        for line in group.values[self.name]:
            line.carries_commission = group.about["carries"]
        return super()._drawn(group)


def slot_of(form: Any, slot: int) -> Slot:
    return Slot(*form.about["slots"][slot])


def category_label(caller: Caller, category_id: int) -> str:
    """In the caller's language, also of a retired one."""
    with caller.reading() as session:
        return next(one for one in categories(session) if one.id == category_id).label(caller.t.language)
