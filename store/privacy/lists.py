"""Lines of lists that tell of one person: cells were kept for the report, what they filled for an undo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, or_, select, update
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone
from store.contacts import Contact
from store.importing import ImportLine
from store.relations import Relation
from store.words import fold, words_in

AT_ONCE = 500
SHORTEST = 3
"""Letters of a name in one word that says who is meant."""
NUMBER_TELLS = 8
"""The last figures of a phone: the same however its country and area are written."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a person from others. Names as their folded words; addresses and numbers are nobody else's too."""

    relation_ids: frozenset[str]
    contact_ids: frozenset[str]
    names: tuple[tuple[str, ...], ...]
    mails: tuple[str, ...]
    numbers: tuple[str, ...]

    def are_in(self, texts: Sequence[str]) -> bool:
        """Whether these cells of one line tell of the person: a name may be spread over them."""
        folded = [fold(text) for text in texts]
        whole = " ".join(folded)
        if any(re.search(rf"(?<![\w.+-]){re.escape(mail)}(?![\w-])", whole) for mail in self.mails):
            return True
        figures = [re.sub(r"\D", "", text) for text in texts] if self.numbers else []
        if any(number in one for number in self.numbers for one in figures):
            return True
        return any(max(name, key=len) in whole and self._named(name, texts) for name in self.names)

    @staticmethod
    def _named(name: tuple[str, ...], texts: Sequence[str]) -> bool:
        if len(name) == 1:
            # One word says who is meant only where nothing stands beside it.
            return any(words_in(text) == list(name) for text in texts)
        return set(name) <= {word for text in texts for word in words_in(text)}


def marks_of(session: Session, people: Sequence[Relation], places: Sequence[Contact]) -> Marks:
    """`people` are one person and the twins that were merged into them."""
    ids = [one.id for one in people]
    names = {tuple(words_in(one.name)) for one in people if not re.fullmatch(r"#\d+", one.name)}
    mails = {row.folded for one in people for row in one.mail_addresses}
    digits = {row.digits for one in people for row in one.phones}
    mails -= _of_others(session, MailAddress.relation_id, MailAddress.folded, mails, ids)
    digits -= _of_others(session, Phone.relation_id, Phone.digits, digits, ids)
    return Marks(
        frozenset(map(str, ids)),
        frozenset(str(place.id) for place in places),
        tuple(sorted(name for name in names if len(name) > 1 or len("".join(name)) >= SHORTEST)),
        tuple(sorted(map(fold, mails))),
        tuple(sorted({one[-NUMBER_TELLS:] for one in digits if len(one) >= NUMBER_TELLS})),
    )


def _of_others(session: Session, relation_id: Any, column: Any, values: set[str], ids: Sequence[int]) -> set[str]:
    """Those of these values that somebody else has, who is still in the book."""
    query = select(column).join(Relation, Relation.id == relation_id)
    query = query.where(column.in_(values), relation_id.not_in(ids), Relation.deleted_at.is_(None))
    return set(session.scalars(query))


def lines_about(session: Session, marks: Marks) -> list[int]:
    """The ids of the lines that tell of the person, in any list."""
    kept = (ImportLine.cells, ImportLine.told, ImportLine.changed)
    tells = or_(*(cast(column, String).not_in(("[]", "{}")) for column in kept))
    query = select(ImportLine.id, *kept).where(tells).execution_options(yield_per=AT_ONCE)
    with session.execute(query) as rows:
        return [
            line_id
            for line_id, cells, told, changed in rows
            if _fills(changed, marks) or marks.are_in([*_texts(cells), *_texts(told), *_texts(changed)])
        ]


def forget_lines(session: Session, marks: Marks) -> None:
    """Empties what was kept of these lines; what they filled cannot be undone any more."""
    ids = lines_about(session, marks)
    emptied: dict[str, object] = {"cells": [], "told": {}, "changed": {}}
    for start in range(0, len(ids), AT_ONCE):
        lines = update(ImportLine).where(ImportLine.id.in_(ids[start : start + AT_ONCE])).values(emptied)
        session.execute(lines, execution_options={"synchronize_session": False})


def _fills(changed: dict[str, Any], marks: Marks) -> bool:
    theirs = (("relation", marks.relation_ids), ("contact", marks.contact_ids))
    return any(not ids.isdisjoint(changed.get(table, ())) for table, ids in theirs)


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value but the names of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
