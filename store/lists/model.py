"""What an office's list is: what its lines carry, and what those in use must go on giving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.domain import Listed
from store.lists.extras import Extra

LANGUAGES = ("en", "fr", "nl")
Facts = dict[str, Any]
"""Of one line, by column."""


@dataclass(frozen=True, slots=True)
class Need:
    """What the lines in use must go on giving: a change after which `met` holds less is refused with the text."""

    met: Callable[[Session], frozenset[str]]
    text: str


@dataclass(frozen=True, slots=True)
class OfficeList:
    """`title` names the list, `one` a line of it, `says` what it is for.

    `complete` fills facts that follow from others; `unique` are columns that no two lines share; `follow` does what
    follows elsewhere when the line with an id changed, or others came to be it.
    """

    kind: type[Listed]
    title: str
    one: str
    says: str
    extras: tuple[Extra, ...] = ()
    complete: Callable[[Facts], Facts] = lambda facts: facts
    unique: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    follow: Callable[[Session, int], None] = lambda _session, _line_id: None

    @property
    def name(self) -> str:
        """As files and commands call it."""
        return str(self.kind.__tablename__)  # type: ignore[attr-defined]


def completed_labels(facts: Mapping[str, Any], prefix: str = "label_") -> Facts:
    """Each language's label; what is missing is the first that was given."""
    given = [facts.get(f"{prefix}{language}") or "" for language in LANGUAGES]
    first = next((label for label in given if label), "")
    return {f"{prefix}{language}": label or first for language, label in zip(LANGUAGES, given, strict=True)}


def lines_with(session: Session, of: OfficeList, *, retired: bool = True) -> list[Listed]:
    """Every line in the office's order; those in use first, and none else without `retired`."""
    query = select(of.kind).order_by(of.kind.retired_at.is_not(None), of.kind.position, of.kind.id)
    return list(session.scalars(query if retired else query.where(of.kind.retired_at.is_(None))))
