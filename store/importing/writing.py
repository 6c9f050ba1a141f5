"""A planned batch into the book, with what became of each line, in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone, PostalAddress
from store.base import Row
from store.bulk import insert_mappings
from store.consent import Consent
from store.contacts import Birthday, Contact, ContactRole
from store.importing.consenting import take_over_wishes
from store.importing.inserting import insert_rows
from store.importing.model import Import, ImportLine, Outcome
from store.importing.planning import Done, Plan
from store.involvements import Involvement
from store.relations import Relation
from store.search_index import BY_HAND
from store.search_writing import index_new, index_relations


def write_plan(plan: Plan) -> None:
    """The session follows its changes again afterwards; the caller commits."""
    session = plan.session
    session.info[BY_HAND] = True
    try:
        _insert_new(session, plan)
        given: list[Birthday | Consent] = list(_birthdays(session, plan))
        session.add_all(given)
        given += take_over_wishes(session, plan.persons, wording=plan.run.file_name, by=plan.by, now=plan.now)
        session.flush()
        _note_given(plan, given)
        _index(session, plan)
    finally:
        del session.info[BY_HAND]
    lines = [_line(plan.run, one) for one in plan.done]
    insert_mappings(session.connection(), Row.metadata.tables[ImportLine.__tablename__], lines)


def _insert_new(session: Session, plan: Plan) -> None:
    relations = [row for one in plan.done for row in one.made if isinstance(row, Relation)]
    insert_rows(session, relations)
    contacts = [contact for _wanted, _relation, contact in plan.new if contact is not None]
    for contact in contacts:
        held = contact.__dict__
        held["person_id"] = contact.person.id
        if "relation" in held:
            held["relation_id"] = contact.relation.id
    insert_rows(session, contacts)
    _insert_lines(session, plan, relations, contacts)
    insert_rows(session, list(_parts(plan)))


def _insert_lines(session: Session, plan: Plan, relations: Sequence[Relation], contacts: Sequence[Contact]) -> None:
    new_persons = set(plan.new_persons)
    # A new person's addresses are those of the place at which they were found.
    places = {contact.person_id: contact.id for contact in reversed(contacts) if contact.person in new_persons}
    reached: dict[type[Row], list[Any]] = {MailAddress: [], Phone: [], PostalAddress: []}
    for relation in relations:
        own: list[Any] = [*relation.mail_addresses, *relation.phones, *relation.postal_addresses]
        for row in own:
            row.__dict__["relation_id"] = relation.id
            if not isinstance(row, PostalAddress):
                row.__dict__["contact_id"] = places.get(relation.id)
            reached[type(row)].append(row)
    for rows in reached.values():
        insert_rows(session, rows)
    roles = [(contact, role) for contact in contacts for role in contact.roles]
    for contact, role in roles:
        role.__dict__["contact_id"] = contact.id
    insert_rows(session, [role for _contact, role in roles])


def _birthdays(session: Session, plan: Plan) -> Iterator[Birthday]:
    wanted = {person.id: one.birthday for one, person in plan.persons if one.birthday}
    known = set(session.scalars(select(Birthday.person_id).where(Birthday.person_id.in_(wanted)))) if wanted else set()
    for person_id, born in wanted.items():
        if person_id not in known:
            yield Birthday(person_id=person_id, day=born.day, month=born.month, year=born.year)


def _note_given(plan: Plan, given: Sequence[Birthday | Consent]) -> None:
    """At the lines that said it, for persons who were in the book before: a new one goes and comes with theirs."""
    new = {row.id for one in plan.done for row in one.made if isinstance(row, Relation)}
    rows = {(type(row), row.person_id): row for row in given if row.person_id not in new}
    persons = {id(wanted): person for wanted, person in plan.persons} if rows else {}
    for one in plan.done:
        person = persons.get(id(one.wanted))
        if person is None or one.wanted is None:
            continue
        for kind, is_said in ((Birthday, one.wanted.birthday), (Consent, one.wanted.wants_mailings)):
            if is_said and (row := rows.pop((kind, person.id), None)) is not None:
                one.made.append(row)
                if one.outcome is Outcome.SKIPPED:  # for there was nothing else to fill
                    cells = one.cells
                    one.outcome, one.about, one.reason, one.cells = Outcome.FILLED, "", "", ()
                    one.tell_left_out(cells)


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
    made = [row for one in plan.done for row in one.made if isinstance(row, Relation)]
    new = {row.id for row in made}
    contacts = [contact.id for _wanted, _relation, contact in plan.new if contact is not None]
    # Whoever is only a contact is found through the place that the same line gave them.
    index_new(session, relation_ids=sorted(row.id for row in made if not row.is_only_contact), contact_ids=contacts)
    index_relations(session, {filled.relation.id for filled in plan.filled} - new)


def _line(run: Import, done: Done) -> dict[str, Any]:
    made: dict[str, list[Any]] = defaultdict(list)
    row: Any
    for row in done.made:
        if isinstance(row, ContactRole):
            made[row.__tablename__].append([row.contact_id, row.kind_id, row.rank])
        else:
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
