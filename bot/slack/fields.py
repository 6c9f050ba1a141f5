"""The kinds of field that a form can have: each says how Slack draws it, how its answer is read, what is wrong with it.

Slack keeps what was typed in a block as long as its block_id stays. So a block_id is `name~revision`, and filling a
field in an open modal bumps its revision: only then does Slack show the new value.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, cast, overload

from bot.office import Caller
from bot.slack.blocks import Json, plain
from bot.texts import _

if TYPE_CHECKING:
    from bot.slack.forms import Group

T = TypeVar("T")

REQUIRED = _("Please fill this in.")
UNMADE = _("This one is not in the book yet: choose another, or add it first.")
SAYS = "says:"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: `value` is an id of the book as text, or "new:…" for one that is still to be made."""

    value: str
    label: str
    description: str = ""

    @classmethod
    def saying(cls, sentence: str) -> Option:
        """A line of a search that only says something: choosing it chooses nothing."""
        return cls(SAYS, sentence[:75], sentence[75:150])

    @property
    def id(self) -> int:
        return int(self.value)

    @property
    def is_new(self) -> bool:
        return self.value.startswith("new:")

    def to_slack(self) -> Json:
        more = {"description": plain(self.description, 75)} if self.description else {}
        return {"text": plain(self.label or "–", 75), "value": self.value, **more}

    @classmethod
    def from_slack(cls, chosen: Json | None) -> Option | None:
        return cls(chosen["value"], chosen["text"]["text"]) if chosen and chosen["value"] != SAYS else None


@dataclass(frozen=True, slots=True)
class Options:
    """What a search found, best first. `note` tells when there is more than is shown.

    `groups` stand below, each under its name.
    """

    found: Sequence[Option] = ()
    note: str = ""
    groups: Sequence[tuple[str, Sequence[Option]]] = ()

    def to_slack(self) -> Json:
        """The answer to a block_suggestion request: at most 100 options."""
        options = [option.to_slack() for option in self.found[:100]]
        named = [(self.note, options)] if options else []
        named += [(name, [option.to_slack() for option in found[:100]]) for name, found in self.groups if found]
        if self.groups or (self.note and options):
            return {"option_groups": [{"label": plain(name, 75), "options": found} for name, found in named]}
        return {"options": options}


Switch: TypeAlias = "Field[bool] | Field[bool | None]"
"""What shows or hides other fields; it may itself be there only at times."""


class Unfilled(Exception):
    """A required field was read before the form had no problems: use `form.draft(field)` while it is open."""


class Field(Generic[T]):
    """One input. `form.subject` is the value, `ActionForm.subject` the field."""

    name: str
    form_id = ""
    inside = ""
    reacts = False
    is_optional = False
    is_named = True
    """Whether a sentence about what changed in the form names it."""
    hidden_by: tuple[Field[Any], ...] = ()
    shown_by: tuple[Field[Any], ...] = ()
    shown_if: Callable[[Any], bool] | None = None

    def __init__(self, label: str, *, hint: str = "") -> None:
        self.label, self.hint = label, hint

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, form: None, owner: type) -> Self: ...
    @overload
    def __get__(self, form: Group, owner: type) -> T: ...
    def __get__(self, form: Group | None, owner: type) -> Self | T:
        if form is None:
            return self
        value = form.values[self.name]
        if value is None and not self.is_optional and not self.is_conditional:
            raise Unfilled(self.action_id)
        return cast("T", value)

    def __set__(self, form: Group, value: T) -> None:
        form.values[self.name] = value

    def optional(self) -> Field[T | None]:
        return self._with(is_optional=True)

    def unless(self, toggle: Switch) -> Field[T | None]:
        """Shown only while the toggle is off; what was typed is kept while it is hidden."""
        toggle.reacts = True
        return self._with(hidden_by=(*self.hidden_by, toggle))

    def when(self, toggle: Switch) -> Field[T | None]:
        """Shown only while the toggle is on."""
        toggle.reacts = True
        return self._with(shown_by=(*self.shown_by, toggle))

    def only_if(self, is_wanted: Callable[[Any], bool]) -> Field[T | None]:
        """Shown only while the form, as filled in so far, asks for it."""
        return self._with(shown_if=is_wanted)

    def reacting(self) -> Self:
        """Slack reports each choice at once, so that the form can fill other fields from it."""
        self.reacts = True
        return self

    def _with(self, **changes: object) -> Field[T | None]:
        changed = copy.copy(cast("Field[T | None]", self))
        vars(changed).update(changes)
        return changed

    @property
    def is_conditional(self) -> bool:
        return bool(self.hidden_by or self.shown_by or self.shown_if)

    @property
    def action_id(self) -> str:
        return f"{self.form_id}/{self.inside}{self.name}"

    def is_shown(self, form: Group) -> bool:
        values = form.values
        if self.shown_by and not all(values.get(toggle.name) for toggle in self.shown_by):
            return False
        if self.hidden_by and any(values.get(toggle.name) for toggle in self.hidden_by):
            return False
        return self.shown_if is None or self.shown_if(form)

    # What each kind of field says about itself

    def empty(self) -> Any:
        return None

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        """Slack's element, without its action_id."""
        raise NotImplementedError(type(self))

    def read(self, state: Json) -> Any:
        """The value in what Slack reports of the element."""
        raise NotImplementedError(type(self))

    def dump(self, value: Any) -> Any:
        """As JSON, so that it survives a restart; `load` is the way back."""
        return value

    def load(self, dumped: Any) -> Any:
        return dumped

    def blocks(self, group: Group, caller: Caller, prefix: str = "") -> list[Json]:
        element = self.element(group.values[self.name], caller, group)
        hint = {"hint": plain(caller.t(self.hint), 2000)} if self.hint else {}
        return [
            {
                "type": "input",
                "block_id": group.block_id(self, prefix),
                "label": plain(caller.t(self.label), 2000),
                "optional": self.is_optional,
                "dispatch_action": self.reacts,
                "element": {**element, "action_id": self.action_id},
                **hint,
            }
        ]

    def take(self, group: Group, states: Mapping[str, Json]) -> None:
        """Reads what Slack reported; a block that was not shown leaves the value as it was."""
        state = states.get(self.name, {})
        if self.action_id in state:
            group.values[self.name] = self.read(state[self.action_id])

    def input_ids(self, group: Group) -> dict[str, str]:
        """Block id by name of each input that it shows."""
        return {self.name: group.block_id(self)}

    def changed(self, group: Group) -> None:
        """The person touched it in an open modal."""

    def problems(self, group: Group) -> dict[str, str]:
        text = self.problem(group.values[self.name])
        return {self.name: text} if text else {}

    def problem(self, value: Any) -> str | None:
        return REQUIRED if value in (None, "", ()) and not self.is_optional else None


class Text(Field[str]):
    def __init__(self, label: str, *, max_length: int = 150, lines: bool = False, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.max_length, self.lines = max_length, lines

    def empty(self) -> str:
        return ""

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        start = {"initial_value": value[: self.max_length]} if value else {}
        return {"type": "plain_text_input", "multiline": self.lines, "max_length": self.max_length, **start}

    def read(self, state: Json) -> str:
        return (state.get("value") or "").strip()


class MailText(Text):
    """An e-mail address, with the keyboard that a phone has for it."""

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        return {"type": "email_text_input", **({"initial_value": value} if value else {})}


class Number(Field[int]):
    def __init__(self, label: str, *, least: int, most: int, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.least, self.most = least, most

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        # Slack refuses a view whose number is out of bounds; what was typed stays as long as the block is the same.
        start = {"initial_value": str(value)} if value is not None and self.least <= value <= self.most else {}
        bounds = {"min_value": str(self.least), "max_value": str(self.most)}
        return {"type": "number_input", "is_decimal_allowed": False, **bounds, **start}

    def read(self, state: Json) -> int | None:
        typed = (state.get("value") or "").strip()
        return int(typed) if typed.lstrip("-").isdecimal() else None

    def problem(self, value: Any) -> str | None:
        if value is not None and not self.least <= value <= self.most:
            return _("This number is too small or too large.")
        return super().problem(value)


class Day(Field[date]):
    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        return {"type": "datepicker", **({"initial_date": value.isoformat()} if value else {})}

    def read(self, state: Json) -> date | None:
        return self.load(state.get("selected_date"))

    def dump(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def load(self, dumped: Any) -> date | None:
        return date.fromisoformat(dumped) if dumped else None


class Hour(Field[time]):
    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        return {"type": "timepicker", **({"initial_time": f"{value:%H:%M}"} if value else {})}

    def read(self, state: Json) -> time | None:
        return self.load(state.get("selected_time"))

    def dump(self, value: Any) -> Any:
        return f"{value:%H:%M}" if value else None

    def load(self, dumped: Any) -> time | None:
        return time.fromisoformat(dumped) if dumped else None


class Toggle(Field[bool]):
    """One tick box: `label` stands above it, `ticked` says what a tick means."""

    is_optional = True

    def __init__(self, label: str, ticked: str, *, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.ticked = ticked

    def empty(self) -> bool:
        return False

    def element(self, value: Any, caller: Caller, group: Group) -> Json:
        option = {"text": plain(caller.t(self.ticked), 75), "value": "on"}
        return {"type": "checkboxes", "options": [option], **({"initial_options": [option]} if value else {})}

    def read(self, state: Json) -> bool:
        return bool(state.get("selected_options"))
