"""Which relation or contact a text is about: whose name stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.contacts import places_of
from store.relations import Relation, RelationKind
from store.scopes import in_scope
from store.search import Option, search_options
from store.words import name_key, words_in

LONGEST_NAME = 5
WORDS_READ = 80
NAMES_TRIED = 6
_CAPITALISED = re.compile(r"\b[^\W\d_a-zß-öø-ÿ][\w'’-]{3,}")


def mentioned(session: Session, text: str, *, asked_by: Collaborator, on: date, limit: int = 4) -> Sequence[Option]:
    """Each relation once: those whose whole name stands there, else those that a word with a capital finds."""
    found = list(_named(session, text, asked_by, on)) or list(_alike(session, text, asked_by, on))
    once: dict[int, Option] = {}
    for option in sorted(found, key=lambda one: one.contact_id is None):  # a contact says more than the relation
        once.setdefault(option.relation_id, option)
    return list(once.values())[:limit]


def _named(session: Session, text: str, asked_by: Collaborator, on: date) -> Iterator[Option]:
    words = words_in(text)[:WORDS_READ]
    sizes = range(1, LONGEST_NAME + 1)
    keys = {name_key(" ".join(words[at : at + size])) for size in sizes for at in range(len(words))} - {""}
    query = select(Relation).where(Relation.folded.in_(keys), Relation.deleted_at.is_(None))
    for relation in session.scalars(query.where(in_scope(Relation.id, asked_by=asked_by)).limit(20)).unique():
        places = places_of(session, relation.id, asked_by=asked_by, on=on)
        if relation.kind is RelationKind.COMPANY or not places:
            yield Option(relation.id, None, relation.name)
        for place in places:
            yield Option(place.relation_id, place.id, f"{relation.name} · {place.relation.name}")


def _alike(session: Session, text: str, asked_by: Collaborator, on: date) -> Iterator[Option]:
    for word in dict.fromkeys(_CAPITALISED.findall(text)[:NAMES_TRIED]):
        found = search_options(session, word, asked_by=asked_by, on=on, limit=5)
        if not found.is_near:
            yield from (Option(one.relation_id, None, one.label) for one in found.options if one.contact_id is None)
