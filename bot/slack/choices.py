"""Fields that choose: from a list of the office, or by searching the book while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from bot.office import Caller
from bot.slack.blocks import Json, plain
from bot.slack.fields import UNMADE, Field, Option, Options

Find = Callable[[Caller, str, Any], Options]
"""Best options for what was typed so far ("" before anything was); the form says what else is filled in."""

Among = Callable[[Caller, Any], Sequence[Option]]
"""At most 100 options, asked for at each drawing; the form says what else is filled in."""


def _dumped(value: Any) -> Any:
    return [value.value, value.label] if value else None


def _loaded(dumped: Any) -> Option | None:
    return Option(*dumped) if dumped else None


class Search(Field[Option]):
    """An external select: options come from `find` while the person types."""

    def __init__(self, label: str, *, find: Find, at_least: int = 0, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.find, self.at_least = find, at_least

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        start = {"initial_option": value.to_slack()} if value and not value.is_new else {}
        return {"type": "external_select", "min_query_length": self.at_least, **start}

    def read(self, state: Json) -> Option | None:
        return Option.from_slack(state.get("selected_option"))

    def problem(self, value: Any) -> str | None:
        return UNMADE if value and value.is_new else super().problem(value)

    dump = staticmethod(_dumped)
    load = staticmethod(_loaded)


class MultiSearch(Field[tuple[Option, ...]]):
    """Several from a search, in the order chosen; the empty tuple for none."""

    is_optional = True

    def __init__(self, label: str, *, find: Find, most: int = 50, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.find, self.most = find, most

    def empty(self) -> tuple[Option, ...]:
        return ()

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        start = {"initial_options": [option.to_slack() for option in value]} if value else {}
        bounds = {"min_query_length": 0, "max_selected_items": self.most}
        return {"type": "multi_external_select", **bounds, **start}

    def read(self, state: Json) -> tuple[Option, ...]:
        return tuple(o for chosen in state.get("selected_options") or () if (o := Option.from_slack(chosen)))

    def dump(self, value: Any) -> Any:
        return [_dumped(option) for option in value]

    def load(self, dumped: Any) -> tuple[Option, ...]:
        return tuple(o for one in dumped or () if (o := _loaded(one)))


class Choice(Field[Option]):
    """A static select over the office's own list."""

    kind: ClassVar[str] = "static_select"

    def __init__(self, label: str, *, among: Among, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.among = among

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        options = list(self.among(caller, group))
        # A line that was retired since stays choosable where it stands.
        chosen = next((o for o in options if value and o.value == value.value), value)
        if chosen and chosen not in options:
            options.insert(0, chosen)
        start = {"initial_option": chosen.to_slack()} if chosen else {}
        return {"type": self.kind, "options": [option.to_slack() for option in options[:100]], **start}

    def read(self, state: Json) -> Option | None:
        return Option.from_slack(state.get("selected_option"))

    def problem(self, value: Any) -> str | None:
        return UNMADE if value and value.is_new else super().problem(value)

    dump = staticmethod(_dumped)
    load = staticmethod(_loaded)


class Radio(Choice):
    """All options in sight, each with its description: for a decision that people outside would notice."""

    kind = "radio_buttons"


MOST_BOXES = 10


class Checks(Field[tuple[Option, ...]]):
    """Tick boxes over one of the office's lists; a menu with ticks when it is longer than the ten that Slack draws."""

    is_optional = True

    def __init__(self, label: str, *, among: Among, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.among = among

    def empty(self) -> tuple[Option, ...]:
        return ()

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        chosen, offered = {option.value for option in value}, self.among(caller, group)
        known = {option.value for option in offered}
        # A line that was retired since stays where it is ticked.
        options = [option.to_slack() for option in [*offered, *(one for one in value if one.value not in known)]][:100]
        ticked = [option for option in options if option["value"] in chosen]
        kind = "checkboxes" if len(options) <= MOST_BOXES else "multi_static_select"
        return {"type": kind, "options": options, **({"initial_options": ticked} if ticked else {})}

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        """Nothing for an empty list: Slack refuses tick boxes without a box."""
        return super().blocks(group, caller, prefix) if self.among(caller, group) else []

    read = MultiSearch.read
    dump = MultiSearch.dump
    load = MultiSearch.load


class Person(Field[str]):
    """Somebody of the Slack workspace; the value is Slack's user id."""

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        return {"type": "users_select", **({"initial_user": value} if value else {})}

    def read(self, state: Json) -> str | None:
        return state.get("selected_user")


class Button(Field[None]):
    """A button in the form; what it does is given where the form is served."""

    is_optional = True
    reacts = True

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        button = {"type": "button", "text": plain(caller.t(self.label), 75), "action_id": self.action_id}
        return [{"type": "actions", "block_id": group.block_id(self, prefix), "elements": [button]}]

    def take(self, group: Any, states: Any) -> None:
        """Nothing is typed in a button."""

    def input_ids(self, group: Any) -> dict[str, str]:
        return {}


class Unfold(Field[bool]):
    """A button that shows the fields which are there `.when` it, and is then gone: what is typed is never hidden."""

    is_optional = True
    reacts = True
    is_named = False

    def empty(self) -> bool:
        return False

    def is_shown(self, form: Any) -> bool:
        return not form.values[self.name] and super().is_shown(form)

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        button = {"type": "button", "text": plain(caller.t(self.label), 75), "action_id": self.action_id}
        return [{"type": "actions", "block_id": group.block_id(self, prefix), "elements": [button]}]

    def take(self, group: Any, states: Any) -> None:
        """Nothing is typed in a button."""

    def input_ids(self, group: Any) -> dict[str, str]:
        return {}

    def changed(self, group: Any) -> None:
        group.values[self.name] = True


class Says(Field[None]):
    """A line of text that follows from the rest of the form ("" hides it)."""

    is_optional = True

    def __init__(self, text: Callable[[Caller, Any], str]) -> None:
        super().__init__("")
        self.text = text

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        text = self.text(caller, group)
        block_id = group.block_id(self, prefix)
        return [{"type": "context", "block_id": block_id, "elements": [plain(text, 2000)]}] if text else []

    def take(self, group: Any, states: Any) -> None:
        """Nothing is typed in a text."""

    def input_ids(self, group: Any) -> dict[str, str]:
        return {}
