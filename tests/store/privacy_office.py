"""An office that knows a person whose name stands nowhere else: what the tests of personal data begin with."""

from __future__ import annotations

from dupont import lay_down_lists, new_collaborator, new_relation
from planned import hours
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts
from store.actions import ActionType
from store.base import Row
from store.collaborators import Collaborator
from store.contacts import Contact, add_contact
from store.domain import line_with_key
from store.engine import Book
from store.planning import plan_action

SECRET = "Zwaluwstaart"
"""A name that stands nowhere else."""


def office(book: Book) -> tuple[Collaborator, Collaborator, int, int]:
    """Anna (administrator), Bram, the person and their place at Dupont, with a visit that names them."""
    with book.writing(door="slack") as session:
        lay_down_lists(session)
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        bram, _mailbox = new_collaborator(session, "Bram")
        dupont = new_relation(session, "Dupont", "info@dupont.example")
        contact = add_contact(
            session,
            by=anna,
            now=book.now(),
            relation_id=dupont.id,
            name=f"Els {SECRET}",
            mail=f"els.{SECRET}@dupont.example",
            phone="+32 470 12 34 56",
            function=f"{SECRET} of sales",
        )
        lunch = plan_action(
            session,
            by=bram,
            now=book.now(),
            facts=visit(session, bram, contact, f"Lunch with Els {SECRET}"),
        )
        lunch.report = f"els {SECRET.upper()} wants prices; call +32 470 12 34 56"
        return anna, bram, contact.person_id, contact.id


def visit(session: Session, by: Collaborator, contact: Contact, subject: str) -> ActionFacts:
    return ActionFacts(
        relation_id=contact.relation_id,
        type_id=line_with_key(session, ActionType, "visit").id,
        subject=subject,
        when=hours(),
        representative_id=by.id,
        contact_id=contact.id,
    )


def everything(book: Book) -> str:
    """Every value of every table."""
    with book.reading() as session:
        tables = Row.metadata.sorted_tables
        return "\n".join(str(row) for table in tables for row in session.execute(table.select()))
