"""A modal form, declared once: its blocks, typed values, errors, ids and labels all come from the declaration.

class NoteForm(Form, id="note", title=_("Note"), submit=_("Save")):
    text = Text(_("Text"), max_length=3000)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar, cast

from bot.office import Caller
from bot.slack.blocks import Json, context, plain
from bot.slack.fields import Field
from bot.texts import Texts, _

T = TypeVar("T")
METADATA_LIMIT = 3000
SEEN = "seen"
"""Where `about` carries the fingerprints of what the fields showed (see `merging`)."""
WHOM = "whom"
"""Where `about` names whom the form is about, when its fields do not."""
_KEY = "#"
"""Where a line that is kept as JSON carries its key."""


class Group:
    """Fields that stand together: a whole form, or one line of `Lines`."""

    fields: ClassVar[tuple[Field[Any], ...]]
    key = ""
    """Of a line that stands for a row: the row's id. It travels in the ids of the line's blocks."""

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(f for f in vars(cls).values() if isinstance(f, Field))

    def __init__(self) -> None:
        self.values: dict[str, Any] = {f.name: f.empty() for f in self.fields}
        self.revisions: dict[str, int] = {}

    def draft(self, field: Field[T]) -> T | None:
        """The value while the form is open: None when it is not filled yet."""
        return cast("T | None", self.values.get(field.name))

    def fill(self, field: Field[T], value: T) -> None:
        """Puts a value in a field of an open modal."""
        self.values[field.name] = value
        self.revisions[field.name] = self.revisions.get(field.name, 0) + 1

    def redraw_all(self) -> None:
        """Makes Slack show the values that stand here, whatever was typed."""
        for field in self.fields:
            self.revisions[field.name] = self.revisions.get(field.name, 0) + 1

    def shown(self) -> list[Field[Any]]:
        return [f for f in self.fields if f.is_shown(self)]

    def block_id(self, field: Field[Any], prefix: str = "") -> str:
        revision = f"~{self.revisions[field.name]}" if field.name in self.revisions else ""
        return f"{prefix}{field.name}{revision}"

    def input_ids(self) -> dict[str, str]:
        """Block id by name of each input that is shown: `place~2` for `place`, `mails.0.kind` for a line's."""
        return {name: block for f in self.shown() for name, block in f.input_ids(self).items()}

    def blocks(self, caller: Caller, prefix: str = "") -> list[Json]:
        return [block for f in self.shown() for block in f.blocks(self, caller, prefix)]

    def take(self, states: Mapping[str, Json]) -> None:
        for field in self.fields:
            field.take(self, states)

    def problems(self) -> dict[str, str]:
        return {name: text for f in self.shown() for name, text in f.problems(self).items()}

    def dump(self) -> dict[str, Any]:
        """What is filled in, as JSON by field name."""
        filled = {f.name: f.dump(self.values[f.name]) for f in self.fields if self.values[f.name] != f.empty()}
        return {name: value for name, value in filled.items() if value is not None}

    def load(self, dumped: Mapping[str, Any]) -> None:
        for field in self.fields:
            if field.name in dumped:
                self.values[field.name] = field.load(dumped[field.name])

    @property
    def is_blank(self) -> bool:
        return not self.dump()


G = TypeVar("G", bound=Group)


class Lines(Field[list[G]]):
    """Several lines of the same fields, with a button that adds one. A line left blank counts as removed."""

    reacts = True
    is_optional = True

    def __init__(self, kind: type[G], *, add: str, called: str = "", most: int = 10) -> None:
        """`called` is what the lines are called in a sentence: their first field's label unless given."""
        super().__init__(add)
        self.kind, self.most, self.called = kind, most, called or kind.fields[0].label

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        for field in self.kind.fields:
            field.inside = f"{name}."

    def empty(self) -> list[G]:
        return []

    def blocks(self, group: Group, caller: Caller, prefix: str = "") -> list[Json]:
        lines = self._drawn(group)
        blocks = [b for i, line in enumerate(lines) for b in line.blocks(caller, f"{prefix}{self._place(i, line)}.")]
        if len(lines) >= self.most:
            return blocks
        button = {"type": "button", "text": plain(caller.t(self.label), 75), "action_id": self.action_id}
        return [*blocks, {"type": "actions", "block_id": group.block_id(self, prefix), "elements": [button]}]

    def take(self, group: Group, states: Mapping[str, Json]) -> None:
        by_line: dict[tuple[int, str], dict[str, Json]] = {}
        for block, state in states.items():
            name, _dot, rest = block.partition(".")
            if name == self.name and rest:
                place, _dot, inner = rest.partition(".")
                number, _dash, key = place.partition("-")
                by_line.setdefault((int(number), key), {})[inner] = state
        if by_line:
            group.values[self.name] = [self._line(key, by_line[number, key]) for number, key in sorted(by_line)]

    def input_ids(self, group: Group) -> dict[str, str]:
        ids: dict[str, str] = {}
        for i, line in enumerate(self._drawn(group)):
            place = self._place(i, line)
            ids |= {f"{self.name}.{i}.{name}": f"{place}.{block}" for name, block in line.input_ids().items()}
        return ids

    def changed(self, group: Group) -> None:
        group.values[self.name].append(self.kind())

    def problems(self, group: Group) -> dict[str, str]:
        lines = [(i, line) for i, line in enumerate(group.values[self.name]) if not line.is_blank]
        return {f"{self.name}.{i}.{n}": text for i, line in lines for n, text in line.problems().items()}

    def dump(self, value: Any) -> Any:
        return [{**line.dump(), **({_KEY: line.key} if line.key else {})} for line in value]

    def load(self, dumped: Any) -> list[G]:
        lines = [self.kind() for _line in dumped]
        for line, content in zip(lines, dumped, strict=True):
            line.load(content)
            line.key = content.get(_KEY, "")
        return lines

    def _drawn(self, group: Group) -> list[G]:
        """The lines, each with the revision of the whole: filling the lines gives every block of them a new id."""
        lines: list[G] = group.values[self.name]
        revision = group.revisions.get(self.name)
        for line in lines:
            line.revisions = {} if revision is None else dict.fromkeys((f.name for f in self.kind.fields), revision)
        return lines

    def _place(self, number: int, line: G) -> str:
        return f"{self.name}.{number}-{line.key}" if line.key else f"{self.name}.{number}"

    def _line(self, key: str, states: Mapping[str, Json]) -> G:
        line = self.kind()
        line.take(states)
        line.key = key
        return line


class Form(Group):
    """`about` says what the modal is about (record, version, …) and travels with it; its values are JSON."""

    id: ClassVar[str]
    title: ClassVar[str]
    submit: ClassVar[str]

    def __init_subclass__(cls, *, id: str, title: str, submit: str) -> None:  # noqa: A002 (the word in the declaration)
        super().__init_subclass__()
        cls.id, cls.title, cls.submit = id, title, submit
        for inner in all_fields(cls):
            if inner.form_id not in ("", id):
                raise TypeError(f"{inner.action_id} stands in two forms: its ids would clash")
            inner.form_id = id

    def __init__(self, **about: Any) -> None:
        super().__init__()
        self.about = about

    @classmethod
    def read(cls, view: Json) -> Self:
        """The form as Slack reports it, typed values and all."""
        kept = json.loads(view.get("private_metadata") or "{}")
        form = cls(**kept.get("about", {}))
        form.revisions = kept.get("revisions", {})
        form.load(kept.get("hidden", {}))
        form.take({_without_revision(block): state for block, state in view["state"]["values"].items()})
        return form

    def take_current(self, states: Mapping[str, Json], *, only: Field[Any] | None = None) -> None:
        """Takes what stands in blocks that are still shown: one that was filled since has another id by now."""
        current = set(self.input_ids().values())
        wanted = {b: s for b, s in states.items() if b in current and (only is None or only.action_id in s)}
        self.take({_without_revision(block): state for block, state in wanted.items()})

    def view(self, caller: Caller) -> Json:
        shown = self.shown()
        drawn = [block for f in shown for block in f.blocks(self, caller)]  # one may note in `about` what it showed
        return {
            "type": "modal",
            "callback_id": self.id,
            "private_metadata": self._metadata(shown),
            "notify_on_close": True,
            "title": plain(caller.t(self.title), 24),
            "submit": plain(caller.t(self.submit), 24),
            "close": plain(caller.t(_("Cancel")), 24),
            "blocks": [*self._whom(caller), *drawn],
        }

    def _whom(self, caller: Caller) -> list[Json]:
        whom = self.about.get(WHOM)
        return [context(plain(caller.t(_("About: {whom}"), whom=whom)))] if whom else []

    def changed(self, action_id: str) -> None:
        for field in self.fields:
            if field.action_id == action_id:
                field.changed(self)

    def errors(self, problems: Mapping[str, str], t: Texts) -> dict[str, str]:
        """For `response_action: errors`; what is wrong with lines stands at their first, with no field at the first."""
        ids = self.input_ids()
        return {_block_for(name, ids): t(text) for name, text in problems.items()}

    def metadata(self) -> str:
        """What travels with the modal: what it is about, the blocks' revisions, and what is hidden at the moment."""
        return self._metadata(self.shown())

    def _metadata(self, shown: Sequence[Field[Any]]) -> str:
        hidden = set(self.fields).difference(shown)
        dumped = {f.name: f.dump(self.values[f.name]) for f in self.fields if f in hidden and self.values[f.name]}
        kept = {"about": self.about, "revisions": self.revisions, "hidden": {n: v for n, v in dumped.items() if v}}
        # Without what it showed, a merge is left to the person; what is hidden can be typed again; the rest cannot.
        unmerged = {**kept, "about": {key: value for key, value in self.about.items() if key != SEEN}}
        tries = (_packed(content) for content in (kept, unmerged, {**unmerged, "hidden": {}}))
        return next((text for text in tries if len(text) <= METADATA_LIMIT), _packed({**unmerged, "hidden": {}}))


def all_fields(kind: type[Form]) -> Iterator[Field[Any]]:
    """The form's fields and those of its lines."""
    for field in kind.fields:
        yield field
        if isinstance(field, Lines):
            yield from field.kind.fields


def _packed(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _block_for(name: str, ids: Mapping[str, str]) -> str:
    of_lines = (block for inner, block in ids.items() if inner.startswith(f"{name}."))
    return ids.get(name) or next(of_lines, next(iter(ids.values())))


def _without_revision(block_id: str) -> str:
    return block_id.partition("~")[0]
