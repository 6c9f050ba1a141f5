"""Finding relations, contacts and documents while somebody types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from store.addresses import first_towns
from store.collaborators import Collaborator
from store.documents import links_seen_by
from store.near_words import near_terms
from store.search_entries import Shelf
from store.search_index import catch_up
from store.search_query import Part, Row, Rows, Search
from store.words import particles_joined, terms_in


class Option(NamedTuple):
    """A relation, or with `contact_id` a person at it: "Els Peeters · Brasserie Dupont".

    `town` is a relation's, for lists that ask which one is meant; "" where the label has it, and where it is not known.
    """

    relation_id: int
    contact_id: int | None
    label: str
    town: str = ""

    @property
    def told_apart(self) -> str:
        return " · ".join(filter(None, (self.label, self.town)))


@dataclass(frozen=True, slots=True)
class Found:
    """`has_more` than these: whoever typed should type more. `is_near`: nothing has what was typed, these come near."""

    options: tuple[Option, ...]
    has_more: bool
    is_near: bool = False


class FoundDocument(NamedTuple):
    """`label` is "Offer 2026-118.pdf · Brasserie Dupont"."""

    link_id: int
    relation_id: int
    label: str


_MOST_SPELLED = 3
"""Spellings that are tried: each is a search of its own."""
_HIDDEN = 4
"""Times as many documents are looked at as are shown: some may be private."""


def search_options(
    session: Session,
    typed: str,
    *,
    asked_by: Collaborator,
    on: date,
    limit: int = 50,
    forgives: bool = True,
    towns: bool = False,
) -> Found:
    """Relations and contacts of that day that have every typed word, as the beginning of one of theirs, in any order.

    Who is called Vandenberghe is found by "van den berghe" as well, and the other way round. Words are those of names,
    towns and postal codes, mail addresses, phone and VAT numbers. First who is called just as was typed ("Dupont"
    before "Dupont & Fils", whosever file that is), the caller's files among them first; then the caller's files (those
    without an end), then the relations of their latest actions, then the rest; each by the word that was matched (of
    several typed the rarest), the whole word before longer ones, then by name, contacts behind their company. Nothing
    typed: what the caller worked with last and their files, else all by name. Nothing found: what is found with words
    spelled otherwise (`near_terms`), when it `forgives`. Nothing outside the caller's scope. `towns` asks for those of
    all relations; without it namesakes alone have theirs, in the label.
    """
    if not asked_by.is_active:
        return Found((), has_more=False)
    catch_up(session)
    terms = terms_in(typed)
    search = Search(session, Shelf.PEOPLE, asked_by=asked_by, on=on, most=limit + 1)
    rows, is_cut = _as_typed(search, terms) if terms else _unasked(search)
    has_more = is_cut or len(rows) > limit
    if rows or has_more or not terms or not forgives:
        return Found(_options(session, rows[:limit], on, towns), has_more)
    near: dict[Row, None] = {}
    for spelled in near_terms(session, terms, most=_MOST_SPELLED):
        near |= dict.fromkeys(search.rows(spelled).rows)
    return Found(_options(session, list(islice(near, limit)), on, towns), len(near) > limit, is_near=bool(near))


def _as_typed(search: Search, terms: list[str]) -> Rows:
    found = search.rows(terms)
    if (joined := particles_joined(terms)) == terms:
        return found
    more = search.rows(joined)
    return Rows(list(dict.fromkeys((*found.rows, *more.rows))), found.is_cut or more.is_cut)


def _unasked(search: Search) -> Rows:
    found = search.rows((), (Part.USED, Part.FILES))
    return found if found.rows else search.rows((), (Part.REST,))


def search_documents(
    session: Session, typed: str, *, asked_by: Collaborator, on: date, limit: int = 5
) -> Sequence[FoundDocument]:
    """Documents whose name has every typed word, ranked as relations are; nothing that the caller may not see."""
    terms = terms_in(typed)
    if not asked_by.is_active or not terms:
        return []
    catch_up(session)
    answer = Search(session, Shelf.DOCUMENTS, asked_by=asked_by, on=on, most=limit * _HIDDEN).rows(terms)
    found = [FoundDocument(link_id, relation_id, label) for relation_id, link_id, label in answer.rows]
    seen = links_seen_by(session, [one.link_id for one in found], asked_by=asked_by)
    return [one for one in found if one.link_id in seen][:limit]


def _options(session: Session, rows: Sequence[Row], on: date, all_towns: bool) -> tuple[Option, ...]:
    """Namesakes are told apart by their town: "Dupont · Tournai" and "Dupont · Liège"."""
    times = Counter(label for _relation_id, _contact_id, label in rows)
    shared = {row for row in rows if times[row[2]] > 1}
    asked = {row for row in rows if row in shared or (all_towns and not row[1])}
    towns = first_towns(session, {relation_id for relation_id, _contact_id, _label in asked}, on=on)

    def option(row: Row) -> Option:
        relation_id, contact_id, label = row
        town = towns.get(relation_id, "") if row in asked else ""
        if row in shared:
            return Option(relation_id, contact_id or None, " · ".join(filter(None, (label, town))))
        return Option(relation_id, contact_id or None, label, town)

    return tuple(option(row) for row in rows)
