"""What a line of a list carries beside its labels: each kind of fact is declared, checked and written down here.

As a plain value, a form's or a file's, a fact is a truth value, a whole number or a text; None for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from store.base import BookError, NotFound, _
from store.domain import Listed, line_with_key
from store.typed import line_typed

LABEL_LIMIT = 60
_KEYS = re.compile(r"[a-z0-9_]{1,60}")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A fact that stands in `column`. A fixed one is chosen once: changing it would change what happened."""

    column: str
    label: str
    hint: str = ""
    is_fixed: bool = False

    def stored(self, session: Session, plain: Any) -> Any:
        """What the column holds for a plain value. Raises BookError at the column's name."""
        raise NotImplementedError(type(self))

    def plain(self, session: Session, stored: Any) -> Any:
        return stored


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Extra):
    """`ticked` says what a tick means."""

    ticked: str

    def stored(self, session: Session, plain: Any) -> bool:
        if not isinstance(plain, bool):
            raise BookError(_("This is yes or no: true or false."), field=self.column)
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Extra):
    least: int
    most: int

    def stored(self, session: Session, plain: Any) -> int:
        if not isinstance(plain, int) or isinstance(plain, bool) or not self.least <= plain <= self.most:
            bounds = {"least": self.least, "most": self.most}
            raise BookError(_("This is a whole number from {least} to {most}."), field=self.column, **bounds)
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class EmojiName(Extra):
    """Slack's short name of an emoji, typed with or without its colons."""

    def stored(self, session: Session, plain: Any) -> str:
        name = plain.strip().strip(":").lower() if isinstance(plain, str) else ""
        if not _EMOJI.fullmatch(name):
            raise BookError(_("Type the emoji’s name as Slack has it, such as memo."), field=self.column)
        return name

    def plain(self, session: Session, stored: Any) -> Any:
        return stored or None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLabel(Extra):
    """A further label in one language; what is missing is filled by the list's `complete`."""

    def stored(self, session: Session, plain: Any) -> str:
        return label_typed(plain, field=self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Among(Extra):
    """One of these; each has its name."""

    names: Mapping[Any, str]

    def stored(self, session: Session, plain: Any) -> StrEnum:
        found: StrEnum | None = next((one for one in self.names if one == plain), None)
        if found is None:
            known = ", ".join(one.value for one in self.names)
            raise BookError(_("Choose one of these: {known}."), field=self.column, known=known)
        return found

    def plain(self, session: Session, stored: Any) -> Any:
        return None if stored is None else stored.value


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOf(Extra):
    """A line of another list; the plain value is its key."""

    kind: type[Listed]

    def stored(self, session: Session, plain: Any) -> int:
        try:
            return line_with_key(session, self.kind, str(plain)).id
        except NotFound as error:
            text = _("There is no line “{key}” on that list.")
            raise BookError(text, field=self.column, key=str(plain)) from error

    def plain(self, session: Session, stored: Any) -> Any:
        return None if stored is None else session.get_one(self.kind, stored).key


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesOf(Extra):
    """Some lines of a list: their keys, with commas between them. What is no line, or not yet, counts for nothing."""

    kind: type[Listed]

    def stored(self, session: Session, plain: Any) -> str:
        keys = keys_in(plain) if isinstance(plain, str) else ()
        if not keys or not all(map(_KEYS.fullmatch, keys)):
            raise BookError(_("These are keys of lines, with commas between them."), field=self.column)
        return ",".join(dict.fromkeys(keys))

    def plain(self, session: Session, stored: Any) -> Any:
        return stored or None


def keys_in(stored: str) -> Sequence[str]:
    """What a `LinesOf` column holds, one by one."""
    return [key for part in stored.split(",") if (key := part.strip())]


def label_typed(plain: Any, *, field: str) -> str:
    """One line of at most 60 characters. Raises BookError at `field`."""
    if not isinstance(plain, str):
        raise BookError(_("This is a text."), field=field)
    return line_typed(plain, field=field, limit=LABEL_LIMIT)
