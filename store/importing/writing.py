"""A planned batch into the book, with what became of each line, in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone
from store.contacts import Birthday, Contact, ContactRole
from store.importing.consenting import take_over_wishes
from store.importing.model import Import, ImportLine
from store.importing.planning import Done, Plan
from store.involvements import Involvement
from store.relations import Relation
from store.search_index import BY_HAND, index_new, index_relations


def write_plan(plan: Plan) -> None:
    """The session follows its changes again afterwards; the caller commits."""
    session = plan.session
    session.info[BY_HAND] = True
    try:
        session.add_all([contact or relation for _wanted, relation, contact in plan.new])
        session.flush()
        _tie(session, plan)
        session.add_all([*_birthdays(session, plan), *_parts(plan)])
        take_over_wishes(session, plan.persons, wording=plan.run.file_name, by=plan.by, now=plan.now)
        session.flush()
        _index(session, plan)
    finally:
        del session.info[BY_HAND]
    if plan.done:
        session.execute(insert(ImportLine), [_line(plan.run, one) for one in plan.done])


def _tie(session: Session, plan: Plan) -> None:
    """A new person's addresses are those of the place at which they were found."""
    ids = [person.id for person in plan.new_persons]
    for kind in (MailAddress, Phone):
        place = select(Contact.id).where(Contact.person_id == kind.relation_id).order_by(Contact.id).limit(1)
        free = update(kind).where(kind.relation_id.in_(ids)).values(contact_id=place.scalar_subquery())
        session.execute(free, execution_options={"synchronize_session": False})


def _birthdays(session: Session, plan: Plan) -> Iterator[Birthday]:
    wanted = {person.id: one.birthday for one, person in plan.persons if one.birthday}
    known = set(session.scalars(select(Birthday.person_id).where(Birthday.person_id.in_(wanted)))) if wanted else set()
    for person_id, born in wanted.items():
        if person_id not in known:
            yield Birthday(person_id=person_id, day=born.day, month=born.month, year=born.year)


def _parts(plan: Plan) -> Iterator[Involvement]:
    for wanted, relation, _contact in plan.new:
        if wanted.representative_id is not None:
            yield Involvement(
                relation_id=relation.id,
                collaborator_id=wanted.representative_id,
                category_id=plan.lists.representative_category,
                since_on=plan.lists.today,
            )


def _index(session: Session, plan: Plan) -> None:
    new = {row.id for one in plan.done for row in one.made if isinstance(row, Relation)}
    contacts = [contact.id for _wanted, _relation, contact in plan.new if contact is not None]
    index_new(session, relation_ids=sorted(new), contact_ids=contacts)
    index_relations(session, {filled.relation.id for filled in plan.filled} - new)


def _line(run: Import, done: Done) -> dict[str, Any]:
    made: dict[str, list[int]] = defaultdict(list)
    row: Any
    for row in done.made:
        if not isinstance(row, ContactRole):
            made[row.__tablename__].append(row.id)
    changed: dict[str, dict[str, Any]] = defaultdict(dict)
    for filled, values in done.filled.rows if done.filled else ():
        changed[filled.__tablename__][str(filled.id)] = values
    return {
        "import_id": run.id,
        "number": done.number,
        "outcome": done.outcome,
        "field": done.about,
        "reason": done.reason,
        "told": done.told,
        "cells": list(done.cells),
        "made": made,
        "changed": changed,
        "kept": "",
    }
