"""Finding notes by their subject, as relations are found by their name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.notes import notes_seen_by
from store.search_entries import Shelf
from store.search_index import catch_up
from store.search_query import Search
from store.words import terms_in


class FoundNote(NamedTuple):
    """`label` is "Prices 2027 · Brasserie Dupont"."""

    note_id: int
    relation_id: int
    label: str


def search_notes(
    session: Session, typed: str, *, asked_by: Collaborator, on: date, limit: int = 5
) -> Sequence[FoundNote]:
    """Notes whose subject has every typed word, ranked as relations are; private ones only of who may see them."""
    terms = terms_in(typed)
    if not asked_by.is_active or not terms:
        return []
    catch_up(session)
    rows = Search(session, Shelf.NOTES, asked_by=asked_by, on=on, most=limit).rows(terms).rows
    seen = notes_seen_by(session, [note_id for _relation_id, note_id, _label in rows], asked_by=asked_by)
    found = [FoundNote(note_id, relation_id, label) for relation_id, note_id, label in rows]
    return [one for one in found if one.note_id in seen][:limit]
