"""An office with its starting lists, an administrator and a rep: what the tests of the lists begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dupont import new_contact, new_person, new_relation
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts
from store.actions import Action, ActionType, When
from store.collaborators import Collaborator, Role, add_collaborator
from store.contacts import Contact, rank_contact
from store.domain import Listed, line_with_key, listed
from store.engine import Book
from store.lists.lines import add_line
from store.lists.merging import merge_lines, undo_merge
from store.lists.model import OfficeList
from store.lists.registry import list_of
from store.planning import plan_action
from store.relations import Relation
from store.starter import seed_domain_data

DAY = date(2026, 11, 26)


@dataclass
class Lists:
    """Emma is an administrator, Anna a rep."""

    session: Session
    now: datetime
    emma: Collaborator
    anna: Collaborator

    @classmethod
    def of(cls, session: Session, book: Book) -> Lists:
        seed_domain_data(session, book.now())
        emma, anna = (
            add_collaborator(session, name=name, mail=f"{name}@office.example", now=book.now(), role=role)
            for name, role in (("Emma", Role.ADMIN), ("Anna", Role.REP))
        )
        return cls(session, book.now(), emma, anna)

    def add(self, kind: type[Listed], label: str, **facts: Any) -> Any:
        return add_line(self.session, list_of(kind), {"label_en": label, **facts}, by=self.emma, now=self.now)

    def line(self, kind: type[Listed], key: str) -> Any:
        return line_with_key(self.session, kind, key)

    def labels(self, kind: type[Listed]) -> list[str]:
        return [one.label_en for one in listed(self.session, kind)]

    def merge(self, source: Listed, target: Listed) -> None:
        of = self._list(source)
        merge_lines(self.session, of, source.id, target.id, by=self.emma, now=self.now)

    def undo(self, source: Listed) -> None:
        undo_merge(self.session, self._list(source), source.id, by=self.emma, now=self.now)

    def company(self, name: str) -> Relation:
        return new_relation(self.session, name)

    def contact(self, name: str, at: Relation, *ranks: tuple[Listed, int]) -> Contact:
        contact = new_contact(self.session, new_person(self.session, name), at)
        for kind, rank in ranks:
            rank_contact(self.session, contact.id, by=self.anna, kind_id=kind.id, rank=rank)
        return contact

    def visit(self, at: Relation, action_type: ActionType) -> Action:
        when = When.hours(DAY, time(14), time(15), zone="Europe/Brussels", lasts=DAY - DAY)
        facts = ActionFacts(
            relation_id=at.id, type_id=action_type.id, representative_id=self.anna.id, subject="X", when=when
        )
        return plan_action(self.session, by=self.anna, facts=facts, now=self.now)

    @staticmethod
    def _list(row: Listed) -> OfficeList:
        return list_of(type(row))
