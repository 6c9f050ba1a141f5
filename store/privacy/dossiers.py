"""What an erasure does about dossiers: their names, notes and references may tell who a person is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from store.contacts import Contact
from store.dossiers import Dossier
from store.opportunities import OpportunityLine
from store.quotes import Quote, QuoteLine
from store.relations import Relation

ERASED = "X"
"""What stands before the number from now on."""


def references_of(session: Session, people: Sequence[Relation]) -> list[str]:
    """Those of the persons' own dossiers, which are made of their names."""
    query = select(Dossier).where(Dossier.relation_id.in_([one.id for one in people]))
    return [dossier.reference for dossier in session.scalars(query)]


def dossiers_at(relation_ids: Sequence[int], *, general: bool = False) -> Select[int]:
    """The ids of these relations' dossiers, with `general` those of no relation too."""
    at = Dossier.relation_id.in_(relation_ids)
    return select(Dossier.id).where(or_(at, Dossier.relation_id.is_(None)) if general else at)


def clear_dossiers(
    session: Session,
    people: Sequence[Relation],
    places: Sequence[Contact],
    *,
    pseudonym: str,
    scrub: Callable[[Dossier | OpportunityLine | QuoteLine, Sequence[str]], bool],
) -> dict[str, list[int]]:
    """The persons' own lose name, note and what the reference begins with; `scrub` takes the name out of those of the
    relations where they were, of the general ones, and of the lines of opportunities and quotes in all of these.

    Returns the ids of all that changed, by table.
    """
    own = [one.id for one in people]
    found = []
    for dossier in session.scalars(select(Dossier).where(Dossier.relation_id.in_(own))).all():
        dossier.short, dossier.name, dossier.note = ERASED, pseudonym, ""
        found.append(dossier.id)
    there = or_(Dossier.relation_id.in_([place.relation_id for place in places]), Dossier.relation_id.is_(None))
    rest = session.scalars(select(Dossier).where(there)).all()
    around = [*found, *(dossier.id for dossier in rest)]
    found += [dossier.id for dossier in rest if dossier.id not in found and scrub(dossier, ("name", "note"))]
    offered = select(QuoteLine).join(Quote, Quote.id == QuoteLine.quote_id).where(Quote.dossier_id.in_(around))
    for line in session.scalars(offered):
        scrub(line, ("label",))
    lines = session.scalars(select(OpportunityLine).where(OpportunityLine.dossier_id.in_(around)))
    return {"dossier": found, "opportunity_line": [line.id for line in lines if scrub(line, ("text",))]}
