"""Somebody to whom a colleague keeps sending documents and whom no file knows: asked about once, and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dupont import new_collaborator, new_person
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import NotFound
from store.collaborators import Collaborator
from store.consent import SuppressionReason, suppress, suppress_erased
from store.engine import Book
from store.filing import SentMail
from store.outbox import Outgoing
from store.privacy import erase_person
from store.stranger_rows import Stranger
from store.strangers import (
    ask_again,
    forget_strangers,
    leave_alone,
    note_strangers,
    stranger_seen_by,
    times_written,
)

NOW = datetime(2026, 11, 20, 13, 5, 30, tzinfo=UTC)
MAIL = SentMail(
    message_id="", sender="anna@office.example", to=("els@dupont.example",), cc=("cc@dupont.example",), bcc=(),
    subject="Offer for the tumour clinic", sent_at=NOW, sensitivity="normal", is_automatic=False, is_ours=False,
    attachments=(),
)  # fmt: skip


def _sends(session: Session, by: Collaborator, *numbers: int, days: int = 30, **changed: object) -> None:
    for number in numbers:
        mail = replace(MAIL, message_id=f"<{number}@office.example>", **changed)
        note_strangers(session, mail, collaborator=by, days=days, now=NOW)


def _notices(session: Session) -> list[Outgoing]:
    rows = session.scalars(select(Outgoing).order_by(Outgoing.id))
    return [row for row in rows if "stranger_id" in row.content]


def _asked(session: Session) -> list[Stranger]:
    """Of each notice the row that it asks about, but for those that are forgotten."""
    found = [session.get(Stranger, row.content["stranger_id"]) for row in _notices(session)]
    return [row for row in found if row is not None]


def test_the_third_mail_asks_its_sender_alone_and_nothing_of_the_mails_is_kept(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        charlie, _other = new_collaborator(session, "Charlie")
        _sends(session, anna, 1, 1, 2, 2)
        _sends(session, charlie, 3, 4, sender="charlie@office.example")
        _sends(session, charlie, 5)  # Anna's mail, seen in a mailbox that is not hers
        assert _asked(session) == []
        _sends(session, anna, 6, 7)
        (row,) = _asked(session)
        assert (row.collaborator_id, row.address, times_written(session, row)) == (anna.id, "els@dupont.example", 4)
        assert stranger_seen_by(session, row.id, asked_by=anna) is row
        assert stranger_seen_by(session, row.id, asked_by=charlie) is None
        with pytest.raises(NotFound):
            leave_alone(session, row.id, by=charlie)
        kept = [str(value) for one in session.scalars(select(Stranger)) for value in vars(one).values()]
        assert not any("tumour" in text or "cc@" in text or "@office" in text for text in kept)


@pytest.mark.parametrize(
    "changed",
    [
        {"days": 0},
        {"sent_at": NOW - timedelta(days=31)},
        {"sender": "bram@office.example"},
        {"to": ("anna@office.example",)},
        {"to": tuple(f"{number}@many.example" for number in range(6))},
        {"bcc": tuple(f"{number}@many.example" for number in range(5))},
        {"to": ("jan@known.example",)},
        {"to": ("gone@erased.example",)},
    ],
    ids=["not wanted", "old", "in another's name", "to the office", "to many", "to many unseen", "in a file", "erased"],
)
def test_nothing_is_kept_of_a_mail_that_says_little_or_of_whom_must_not_be(
    book: Book, changed: dict[str, object]
) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        new_person(session, "Jan", "jan@known.example")
        suppress_erased(session, "gone@erased.example", now=NOW)
        _sends(session, anna, 1, 2, 3, **changed)  # type: ignore[arg-type]
        assert session.scalars(select(Stranger)).all() == []


def test_who_is_to_be_left_alone_is_forgotten_and_not_asked_about_until_that_is_taken_back(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        _sends(session, anna, 1, 2, 3)
        left = leave_alone(session, _asked(session)[0].id, by=anna)
        assert "dupont" not in left.address_hash
        _sends(session, anna, 4, 5, 6)
        assert session.scalars(select(Stranger)).all() == []
        ask_again(session, left.id, by=anna)
        _sends(session, anna, 7, 8, 9)
        assert len(_notices(session)) == 2, "asked once more"
        again = leave_alone(session, _asked(session)[-1].id, by=anna)
        _sends(session, anna, 10)
        assert session.scalars(select(Stranger)).all() == []
        ask_again(session, again.id, by=anna)
        _sends(session, anna, 11, 12, 13, 14)
        assert len(_notices(session)) == 3


def test_a_colleague_is_asked_once_however_often_the_term_forgets_the_older_mails(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        for number in range(8):
            now = NOW + timedelta(days=31 * number)
            forget_strangers(session, days=90, now=now)
            mail = replace(MAIL, message_id=f"<{number}@office.example>", sent_at=now)
            note_strangers(session, mail, collaborator=anna, days=90, now=now)
        assert len(notices := _notices(session)) == 1
        assert "dupont" not in notices[0].key


def test_who_is_suppressed_is_forgotten_at_once_and_nobody_is_asked_any_more(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        _sends(session, anna, 1, 2, 3)
        (row,) = _asked(session)
        stays = Stranger(collaborator_id=anna.id, address="gone@erased.example", mail_key="1", sent_at=NOW)
        suppress_erased(session, "gone@erased.example", now=NOW)
        session.add(stays)  # of a mail that was being looked at in that moment
        session.flush()
        assert stranger_seen_by(session, stays.id, asked_by=anna) is None
        suppress(session, " Els@Dupont.example ", reason=SuppressionReason.OFFICE, now=NOW)
        assert stranger_seen_by(session, row.id, asked_by=anna) is None
        assert session.scalars(select(Stranger.address)).all() == ["gone@erased.example"]


def test_what_has_had_its_term_or_is_in_the_book_by_now_is_forgotten(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        _sends(session, anna, 1, to=("els@dupont.example", "jan@known.example"))
        assert forget_strangers(session, days=30, now=NOW + timedelta(days=29)) == 0
        new_person(session, "Jan", "jan@known.example")
        assert forget_strangers(session, days=30, now=NOW + timedelta(days=29)) == 1
        assert forget_strangers(session, days=30, now=NOW + timedelta(days=30)) == 1
        _sends(session, anna, 2)
        assert forget_strangers(session, days=0, now=NOW) == 1, "the office does not want it any more"


def test_who_is_added_and_erased_before_the_term_leaves_only_a_hash(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        _sends(session, anna, 1, 2, 3)
        els = new_person(session, "Els", "els@dupont.example")
        erase_person(session, els.id, by=anna, reason="by letter", now=NOW)
        assert session.scalars(select(Stranger)).all() == []
        _sends(session, anna, 4, 5, 6)
        assert session.scalars(select(Stranger)).all() == []
        assert len(_notices(session)) == 1
