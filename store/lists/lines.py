"""Adding, editing, ordering and retiring the lines of the office's lists. Administrators only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import Listed
from store.lists.extras import Extra, label_typed
from store.lists.model import LANGUAGES, Facts, OfficeList, completed_labels, lines_with
from store.words import fold

LABELS = tuple(f"label_{language}" for language in LANGUAGES)
FIRST = 0
"""Where a line goes that comes after none."""


def add_line(
    session: Session,
    of: OfficeList,
    facts: Mapping[str, Any],
    *,
    by: Collaborator,
    now: datetime,
    after_id: int | None = None,
) -> Listed:
    """`facts` are the labels and the list's extras, by column and as plain values; what is left out is as usual.

    Comes after the line with this id (FIRST: before all, None: last). Raises NotAllowed, and BookError at the column.
    """
    require_admin(by)
    row = put_new(session, of, facts, key=_free_key(session, of, facts), now=now)
    refuse_same(session, of, row)
    place_line(session, of, row, after_id=after_id)
    return row


def put_new(session: Session, of: OfficeList, facts: Mapping[str, Any], *, key: str, now: datetime) -> Listed:
    """As `add_line`, at the end and under this key; who may, and what no two lines share, is the caller's to check."""
    checked = _checked(session, of, facts, row=None)
    kind: Any = of.kind
    row: Listed = kind(key=key, added_at=now, position=_last(session, of) + 1, **checked)
    session.add(row)
    session.flush()
    return row


def edit_line(
    session: Session,
    of: OfficeList,
    line_id: int,
    facts: Mapping[str, Any],
    *,
    by: Collaborator,
    version: int | None = None,
    after_id: int | None = None,
) -> Listed:
    """What is left out stays, the place too (None). Raises as `add_line`, NotFound and ChangedMeanwhile."""
    require_admin(by)
    row = _line(session, of, line_id)
    row.expect_version(version)
    put_facts(session, of, row, facts)
    refuse_same(session, of, row)
    if after_id is not None:
        place_line(session, of, row, after_id=after_id)
    return row


def put_facts(session: Session, of: OfficeList, row: Listed, facts: Mapping[str, Any]) -> None:
    """As `edit_line`; who may, and what no two lines share, is the caller's to check."""
    checked = _checked(session, of, facts, row=row)
    with keeping_needs(session, of):
        for column, value in checked.items():
            if getattr(row, column) != value:
                setattr(row, column, value)
        session.flush()
    of.follow(session, row.id)


def retire_line(
    session: Session, of: OfficeList, line_id: int, *, by: Collaborator, now: datetime, version: int | None = None
) -> Listed:
    """Forms no longer offer it; what has it keeps it. Raises NotAllowed, NotFound, and BookError when it is needed."""
    require_admin(by)
    row = _line(session, of, line_id)
    row.expect_version(version)
    with keeping_needs(session, of):
        row.retired_at = row.retired_at or now
        session.flush()
    return row


def take_back_line(session: Session, of: OfficeList, line_id: int, *, by: Collaborator) -> Listed:
    """In use again, where it stood. Raises NotAllowed, NotFound, and BookError for one that was merged."""
    require_admin(by)
    row = _line(session, of, line_id)
    if row.merged_into_id is not None:
        raise BookError(_("This line was merged into another. Undo that, then it is back."))
    row.retired_at = None
    session.flush()
    return row


def shift_line(session: Session, of: OfficeList, line_id: int, *, by: Collaborator, places: int) -> Listed:
    """Down by so many places among the lines in use, up when negative. Raises NotAllowed, NotFound."""
    require_admin(by)
    row = _line(session, of, line_id)
    others = [one for one in lines_with(session, of, retired=False) if one is not row]
    number = sum((one.position, one.id) < (row.position, row.id) for one in others) + places
    before = others[: max(number, 0)]
    place_line(session, of, row, after_id=before[-1].id if before else FIRST)
    return row


def place_line(session: Session, of: OfficeList, row: Listed, *, after_id: int | None) -> None:
    """Right after the line with this id; FIRST: before all, None: behind all. Raises NotFound at `after_id`.

    The others' positions follow without becoming a new version of them: whoever edits one has nothing to compare.
    """
    kind = of.kind
    others = [one for one in session.scalars(select(kind).order_by(kind.position, kind.id)) if one is not row]
    ids = [one.id for one in others]
    if after_id and after_id not in ids and after_id != row.id:
        raise NotFound(field="after_id")
    if after_id == row.id:
        return
    number = len(ids) if after_id is None else ids.index(after_id) + 1 if after_id else 0
    order = [*others[:number], row, *others[number:]]
    row.position = number + 1
    session.flush()
    for position, one in enumerate(order, start=1):
        if one is not row and one.position != position:
            session.execute(update(kind).where(kind.id == one.id).values(position=position))


def line_before(session: Session, of: OfficeList, row: Listed) -> Listed | None:
    """The line in use after which this one comes; None for the first."""
    earlier = [
        one
        for one in lines_with(session, of, retired=False)
        if one is not row and (one.position, one.id) < (row.position, row.id)
    ]
    return earlier[-1] if earlier else None


@contextmanager
def keeping_needs(session: Session, of: OfficeList) -> Iterator[None]:
    """For a change of the list's lines. Raises BookError when they no longer give what they gave and must give."""
    before = [need.met(session) for need in of.needs]
    yield
    for need, met in zip(of.needs, before, strict=True):
        if met - need.met(session):
            raise BookError(need.text)


def _line(session: Session, of: OfficeList, line_id: int) -> Listed:
    row: Listed | None = session.get(of.kind, line_id)
    if row is None:
        raise NotFound
    return row


def _last(session: Session, of: OfficeList) -> int:
    return max((one.position for one in session.scalars(select(of.kind))), default=0)


# What is checked


def _checked(session: Session, of: OfficeList, facts: Mapping[str, Any], *, row: Listed | None) -> Facts:
    """Every column of the line as it will stand. Raises BookError at the column."""
    known: Facts = {column: getattr(row, column, "") for column in LABELS}
    typed = {column: label_typed(facts[column], field=column) for column in LABELS if column in facts}
    labels = completed_labels({**known, **typed})
    if not labels["label_en"]:
        raise BookError(_("Give it a name in at least one language."), field=LABELS[0])
    extras = {extra.column: _fact(session, of, extra, facts, row) for extra in of.extras}
    return of.complete({**labels, **extras})


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a column holds when nothing is said."""

    value: Any
    is_optional: bool


def _usual(of: OfficeList, extra: Extra) -> _Usual:
    column = of.kind.__table__.c[extra.column]  # type: ignore[attr-defined]
    default = column.default.arg if column.default is not None else None
    is_text = default is None and not column.nullable and extra.column.startswith("back_label_")
    return _Usual("" if is_text else default, column.nullable or is_text or default is not None)


def is_optional(of: OfficeList, extra: Extra) -> bool:
    """Whether a line can be made without this fact."""
    return _usual(of, extra).is_optional


def usual(of: OfficeList, extra: Extra) -> Any:
    """What a new line has unless another value is given, as the column holds it."""
    return _usual(of, extra).value


def _fact(session: Session, of: OfficeList, extra: Extra, facts: Mapping[str, Any], row: Listed | None) -> Any:
    if extra.column not in facts and row is not None:
        return getattr(row, extra.column)
    plain = facts.get(extra.column)
    if plain is None or plain == "":
        if not is_optional(of, extra):
            raise BookError(_("Please fill this in."), field=extra.column)
        return usual(of, extra)
    stored = extra.stored(session, plain)
    if extra.is_fixed and row is not None and stored != getattr(row, extra.column):
        raise BookError(
            _("This cannot change any more: it would change what was written down. Make a new line instead."),
            field=extra.column,
        )
    return stored


def refuse_same(session: Session, of: OfficeList, row: Listed) -> None:
    """Raises BookError at the column in which another line has the same label, or what only one may have.

    After it nothing of the change may be kept: let the transaction roll back.
    """
    for other in lines_with(session, of):
        if other is row or other.merged_into_id is not None:
            continue
        for column in LABELS:
            if fold(getattr(other, column)) == fold(getattr(row, column)):
                used = _("“{label}” stands on this list already.")
                retired = _("“{label}” stands on this list, retired: take it back into use.")
                text = used if other.retired_at is None else retired
                raise BookError(text, field=column, label=getattr(other, column))
        for column in of.unique:
            if getattr(other, column) == getattr(row, column):
                raise BookError(_("“{label}” has this already."), field=column, label=other.label_en)


def _free_key(session: Session, of: OfficeList, facts: Mapping[str, Any]) -> str:
    """From the first label that is given: readable in a file, and never another line's."""
    labels = (facts.get(column) for column in LABELS)
    label = next((one for one in labels if isinstance(one, str) and one.strip()), of.name)
    stem = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:40] or of.name
    taken = set(session.scalars(select(of.kind.key)))
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)
