"""An export holds what its collaborator may see, and nothing else."""

from __future__ import annotations

import pytest
from imports import CONTACTS, DUPONT, ELS, JAN, NOW, RELATIONS, emma, imported
from sqlalchemy import select

from store.audit import AuditEntry
from store.base import NotAllowed
from store.collaborators import Collaborator, Scope, add_collaborator
from store.consent import SuppressionReason, suppress
from store.contacts import Birthday, BirthdayShown
from store.engine import Book
from store.exporting import Exported, exported_records, note_export


@pytest.fixture
def by(book: Book) -> Collaborator:
    return emma(book)


def _exported(
    book: Book,
    what: Exported,
    by: Collaborator,
    *,
    is_own_only: bool = False,
    birthdays: BirthdayShown = BirthdayShown.DAY_AND_MONTH,
) -> list[dict[str, str]]:
    with book.reading() as session:
        records = exported_records(
            session, what, asked_by=by, is_own_only=is_own_only, on=NOW.date(), birthdays=birthdays
        )
        return [{key: text for key, text in record.items() if text} for record in records]


def test_a_relation_and_a_contact_are_exported_as_they_were_imported(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, DUPONT)
    imported(book, by, CONTACTS, (DUPONT[0], *ELS[1:]))
    (dupont,) = _exported(book, Exported.RELATIONS, by)
    assert (dupont["name"], dupont["vat"], dupont["mail"]) == (DUPONT[0], "BE 0403.170.701", DUPONT[2])
    assert (dupont["street"], dupont["country"], dupont["language"]) == (DUPONT[4], "BE", "fr")
    (els,) = _exported(book, Exported.CONTACTS, by)
    assert (els["name"], els["relation"], els["function"]) == ("Els Peeters", DUPONT[0], "Achats")
    assert (els["mail"], els["phone"], els["contact_kinds"]) == (ELS[2], ELS[3], "Purchases")
    assert els["street"] == DUPONT[4], "the relation's, for she has none of her own"


def test_who_sees_only_their_own_files_exports_no_others(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS)
    with book.writing() as session:
        charlie = add_collaborator(session, name="Charlie", mail="charlie@office.example", now=NOW)
        charlie.scope = Scope.OWN
    for what in (Exported.RELATIONS, Exported.CONTACTS, Exported.ACTIONS):
        assert _exported(book, what, charlie) == []
    assert _exported(book, Exported.RELATIONS, by, is_own_only=True) != [], "she entered them"
    with pytest.raises(NotAllowed):
        _exported(book, Exported.SUPPRESSIONS, charlie)


def test_somebody_who_left_exports_nothing(book: Book, by: Collaborator) -> None:
    by.is_active = False
    with pytest.raises(NotAllowed):
        _exported(book, Exported.RELATIONS, by)


def test_a_refusal_is_exported_with_the_contact(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS)
    with book.writing() as session:
        suppress(session, ELS[2], reason=SuppressionReason.UNSUBSCRIBED, now=NOW)
    assert _exported(book, Exported.CONTACTS, by)[0]["mailings"] == "no"
    assert _exported(book, Exported.SUPPRESSIONS, by) == [
        {"mail": ELS[2], "reason": "unsubscribed", "since": NOW.date().isoformat()}
    ]


def test_each_export_stands_in_the_trail(book: Book, by: Collaborator) -> None:
    with book.writing(actor_id=by.id, door="slack") as session:
        note_export(session, by=by, now=NOW, what=Exported.CONTACTS, file_format="csv", is_own_only=True)
    with book.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "export")).one()
        assert (entry.actor_id, entry.after["what"], entry.after["is_own_only"]) == (by.id, "contacts", True)


def test_of_a_birthday_is_exported_what_may_be_shown_of_it(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, JAN)

    def exported(office: BirthdayShown) -> str:
        return _exported(book, Exported.CONTACTS, by, birthdays=office)[0].get("birthday", "")

    assert exported(BirthdayShown.FULL) == "1985-03-12"
    assert exported(BirthdayShown.DAY_AND_MONTH) == "--03-12"
    assert exported(BirthdayShown.HIDDEN) == ""
    with book.writing() as session:
        session.scalars(select(Birthday)).one().shown = BirthdayShown.HIDDEN
    assert exported(BirthdayShown.FULL) == "", "the person's wish goes before the office's"
