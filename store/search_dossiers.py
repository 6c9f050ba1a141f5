"""Finding dossiers while somebody types: by reference, name and relation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.dossiers import Dossier, dossier_with_reference, general_dossiers
from store.dossiers.queries import seen
from store.search_entries import Shelf
from store.search_index import catch_up
from store.search_query import Search
from store.words import terms_in, words_of_name

MOST_GENERAL = 500
"""General dossiers that are looked through; an office has a few dozen."""


def search_dossiers(
    session: Session, typed: str, *, asked_by: Collaborator, on: date, limit: int = 5
) -> Sequence[Dossier]:
    """The one with this very reference alone; else those with every typed word: relations' as these are ranked, then
    general ones by name. Closed ones too. Nothing that the caller may not see, and nothing for nothing typed.
    """
    terms = terms_in(typed)
    if not asked_by.is_active or not terms:
        return []
    if (named := dossier_with_reference(session, typed, asked_by=asked_by)) is not None:
        return [named]
    catch_up(session)
    answer = Search(session, Shelf.DOSSIERS, asked_by=asked_by, on=on, most=limit).rows(terms)
    ids = [dossier_id for _relation_id, dossier_id, _label in answer.rows]
    found = {one.id: one for one in session.scalars(seen(asked_by).where(Dossier.id.in_(ids)))}
    general = general_dossiers(session, asked_by=asked_by, closed=True, limit=MOST_GENERAL)
    return [*(found[one] for one in ids if one in found), *(one for one in general if _has(one, terms))][:limit]


def _has(dossier: Dossier, terms: Sequence[str]) -> bool:
    words = words_of_name(dossier.name) | words_of_name(dossier.reference)
    return all(any(word.startswith(term) for word in words) for term in terms)


def matching(dossiers: Sequence[Dossier], typed: str) -> list[Dossier]:
    """Those of them with every typed word, in their order; all when nothing was typed."""
    terms = terms_in(typed)
    return [one for one in dossiers if _has(one, terms)]
