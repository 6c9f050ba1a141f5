"""The ranks of a contact in a form: a number for each kind that is ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.office import Caller
from bot.slack.blocks import Json, plain
from bot.slack.fields import Field, Option
from bot.slack.forms import Group
from bot.texts import _

LAST_RANK = 999


class Ranks(Field[dict[str, int]]):
    """By the kind's id as text; a kind without a number comes last. `of` are the kinds that are ticked so far."""

    is_optional = True

    def __init__(self, label: str, *, of: Callable[[Any], Sequence[Option]], hint: str = "") -> None:
        """`label` has a place for the `{kind}`."""
        super().__init__(label, hint=hint)
        self.of = of

    def empty(self) -> dict[str, int]:
        return {}

    def blocks(self, group: Group, caller: Caller, prefix: str = "") -> list[Json]:
        ids = self.input_ids(group)
        return [self._block(group, caller, kind, f"{prefix}{ids[self._name(kind)]}") for kind in self.of(group)]

    def _block(self, group: Group, caller: Caller, kind: Option, block_id: str) -> Json:
        rank = group.values[self.name].get(kind.value)
        start = {} if rank is None else {"initial_value": str(rank)}
        number = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": str(LAST_RANK)}
        return {
            "type": "input",
            "block_id": block_id,
            "label": plain(caller.t(self.label, kind=kind.label), 2000),
            "hint": plain(caller.t(self.hint), 2000),
            "optional": True,
            "element": {**number, **start, "action_id": self.action_id},
        }

    def take(self, group: Group, states: Mapping[str, Json]) -> None:
        ranks = dict(group.values[self.name])
        for block, state in states.items():
            name, _dot, kind = block.partition(".")
            if name == self.name and self.action_id in state:
                typed = (state[self.action_id].get("value") or "").strip()
                ranks.pop(kind, None)
                if typed.isdecimal():
                    ranks[kind] = int(typed)
        group.values[self.name] = ranks

    def input_ids(self, group: Group) -> dict[str, str]:
        revision = group.block_id(self).removeprefix(self.name)
        return {self._name(kind): f"{self._name(kind)}{revision}" for kind in self.of(group)}

    def _name(self, kind: Option) -> str:
        return f"{self.name}.{kind.value}"

    def problems(self, group: Group) -> dict[str, str]:
        ranks: dict[str, int] = group.values[self.name]
        return {
            self._name(kind): _("A rank is a number from 1.")
            for kind in self.of(group)
            if not 1 <= ranks.get(kind.value, 1) <= LAST_RANK
        }
