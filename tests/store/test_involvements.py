"""Who has which part in a file, and since when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from store.administration import deactivate_collaborator
from store.base import BookError
from store.collaborators import Collaborator, Role, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.involvements import (
    InvolvementCategory,
    end_involvement,
    files_of,
    involve,
    involvements_of,
    representative_of,
    set_representative,
)
from store.relations import Relation, add_relation, delete_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
LAST_YEAR = TODAY - timedelta(days=365)


class Desk:
    def __init__(self, session: Session, book: Book) -> None:
        self.session, self.now = session, book.now()
        seed_domain_data(session, self.now)
        self.anna: Collaborator = add_collaborator(
            session, name="Anna", mail="anna@office.example", role=Role.ADMIN, now=self.now
        )
        self.bram: Collaborator = add_collaborator(session, name="Bram", mail="bram@office.example", now=self.now)
        self.dupont: Relation = add_relation(session, by=self.anna, now=self.now, name="Dupont")

    def involve(self, who: Collaborator, key: str, since_on: date, commission: str | None = None) -> int:
        row = involve(
            self.session,
            by=self.anna,
            relation_id=self.dupont.id,
            collaborator_id=who.id,
            category_id=line_with_key(self.session, InvolvementCategory, key).id,
            since_on=since_on,
            now=self.now,
            commission=Decimal(commission) if commission else None,
        )
        return row.id

    def representative(self, on: date = TODAY) -> str | None:
        found = representative_of(self.session, self.dupont.id, on=on)
        return found.name if found else None


def test_the_latest_active_representative_represents(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.involve(desk.anna, "representative", LAST_YEAR)
        bram = desk.involve(desk.bram, "representative", TODAY)
        assert [desk.representative(on) for on in (LAST_YEAR - timedelta(days=1), LAST_YEAR, TODAY)] == [
            None,
            "Anna",
            "Bram",
        ]
        end_involvement(session, bram, by=desk.anna, on=TODAY, now=desk.now)
        assert (desk.representative(), desk.representative(TODAY + timedelta(days=1))) == ("Bram", "Anna")
        deactivate_collaborator(session, desk.bram.id, by=desk.anna)
        assert desk.representative() == "Anna"


def test_another_representative_takes_over_from_a_day_on(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.involve(desk.anna, "representative", LAST_YEAR)
        facts = {"by": desk.anna, "relation_id": desk.dupont.id, "now": book.now()}
        for _twice in range(2):
            set_representative(session, collaborator_id=desk.bram.id, on=TODAY, **facts)  # type: ignore[arg-type]
        assert (desk.representative(TODAY - timedelta(days=1)), desk.representative()) == ("Anna", "Bram")
        set_representative(session, collaborator_id=None, on=TODAY, **facts)  # type: ignore[arg-type]
        assert (desk.representative(), desk.representative(LAST_YEAR)) == (None, "Anna")
        assert len(involvements_of(session, desk.dupont.id, asked_by=desk.anna, on=None)) == 1


@pytest.mark.parametrize(
    ("key", "commission"),
    [("representative", c) for c in ("-0.01", "100.01", "3.333", "NaN", "Infinity")] + [("claims", "5")],
)
def test_a_wrong_commission_is_told_at_its_field(book: Book, key: str, commission: str) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        with pytest.raises(BookError) as told:
            desk.involve(desk.anna, key, TODAY, commission)
        assert told.value.field == "commission"


def test_a_part_is_held_once_and_only_by_who_is_there(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.involve(desk.bram, "representative", TODAY, "7.5")
        assert involvements_of(session, desk.dupont.id, asked_by=desk.anna, on=TODAY)[0].commission == Decimal("7.50")
        with pytest.raises(BookError, match="already"):
            desk.involve(desk.bram, "representative", TODAY)
        assert [file.relation.name for file in files_of(session, desk.bram.id, asked_by=desk.anna, on=TODAY)] == [
            "Dupont"
        ]
        delete_relation(session, desk.dupont.id, by=desk.anna, now=book.now())
        assert files_of(session, desk.bram.id, asked_by=desk.anna, on=TODAY) == []
