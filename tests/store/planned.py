"""An office with a visit to plan: what the tests of planning, inviting and agendas begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from dupont import START, lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts, Participation
from store.actions import Action, ActionType, When
from store.collaborators import Collaborator
from store.contacts import Contact
from store.domain import line_with_key
from store.engine import Book
from store.planning import plan_action
from store.relations import Relation

DAY = date(2026, 11, 26)
ZONE = "Europe/Brussels"


@dataclass
class Visits:
    """Anna represents the office at Dupont, Bram is her colleague, Charlie has nothing to do with it."""

    book: Book
    anna: Collaborator
    bram: Collaborator
    charlie: Collaborator
    dupont: Relation
    els: Contact
    jan: Contact
    facts: ActionFacts

    def plan(self, session: Session, by: Collaborator | None = None, **changes: object) -> Action:
        facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        return plan_action(session, by=by or self.anna, facts=facts, now=self.book.now())


def hours(on: date = DAY, starts: time = time(14), ends: time | None = time(15), zone: str = ZONE) -> When:
    return When.hours(on, starts, ends, zone=zone, lasts=timedelta(hours=1))


def guest(contact: Contact) -> Participation:
    return Participation(contact_id=contact.id)


def colleague(one: Collaborator) -> Participation:
    return Participation(collaborator_id=one.id)


def make_visits(book: Book) -> Visits:
    with book.writing() as session:
        lay_down_lists(session)
        anna, bram, charlie = (new_collaborator(session, name)[0] for name in ("Anna", "Bram", "Charlie"))
        dupont = new_relation(session, "Dupont", "info@dupont.example")
        els = new_contact(session, new_person(session, "Els"), dupont, mail="Els@dupont.example")
        jan = new_contact(session, new_person(session, "Jan"), dupont, mail="jan@dupont.example")
        facts = ActionFacts(
            relation_id=dupont.id,
            type_id=line_with_key(session, ActionType, "visit").id,
            subject="Visit",
            when=hours(),
            representative_id=anna.id,
        )
    assert book.now() == START, "the clock of the tests stands where the office begins"
    return Visits(book, anna, bram, charlie, dupont, els, jan, facts)
