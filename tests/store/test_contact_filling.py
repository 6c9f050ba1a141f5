"""Who fills a form: rank 1 of the kind, unless they left or their mails come back; and what is then said."""

from __future__ import annotations

from datetime import timedelta

from contact_desk import TODAY, Desk

from store.collaborators import Role
from store.consent import SuppressionReason, suppress
from store.contacts import FilledIn, Reason, edit_contact, end_contact, who_fills
from store.engine import Book
from store.suppressions import lift_suppression

TOMORROW = TODAY + timedelta(days=1)


def _filled(desk: Desk) -> FilledIn:
    found = who_fills(desk.session, desk.dupont.id, desk.purchases, asked_by=desk.anna, on=TOMORROW)
    assert found is not None
    return found


def test_rank_2_steps_in_for_who_left_and_for_whom_mails_come_back(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", kind_ids=[desk.purchases])
        bram = desk.contact("Bram", mail="bram@dupont.example", kind_ids=[desk.purchases])
        jan = desk.contact("Jan", mail="jan@dupont.example", kind_ids=[desk.purchases])
        assert (_filled(desk).contact, _filled(desk).rank, _filled(desk).passed_over) == (els, 1, ())
        end_contact(session, els.id, by=desk.anna, on=TODAY, now=book.now())
        filled = _filled(desk)
        assert (filled.contact, filled.rank) == (bram, 2)
        assert [(one.contact, one.reason) for one in filled.passed_over] == [(els, Reason.LEFT)]
        suppress(session, "BRAM@dupont.example", reason=SuppressionReason.BOUNCED, now=book.now())
        filled = _filled(desk)
        assert (filled.contact, filled.rank, filled.bounces) == (jan, 3, False)
        assert [one.reason for one in filled.passed_over] == [Reason.LEFT, Reason.BOUNCED]
        edit_contact(session, bram.id, by=desk.anna, now=book.now(), mail="b.claes@dupont.example")
        assert _filled(desk).contact is bram, "his mails arrive again"


def test_who_merely_left_the_mailings_still_fills_forms(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail="els@dupont.example", kind_ids=[desk.purchases])
        suppress(session, "els@dupont.example", reason=SuppressionReason.UNSUBSCRIBED, now=book.now())
        assert (_filled(desk).contact, _filled(desk).bounces) == (els, False)


def test_the_only_one_of_the_kind_is_filled_in_though_mails_come_back_and_it_is_known(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.contact("Bram", mail="bram@dupont.example", kind_ids=[desk.payable])
        els = desk.contact("Els", mail="els@dupont.example", kind_ids=[desk.purchases])
        suppressed = suppress(session, "els@dupont.example", reason=SuppressionReason.BOUNCED, now=book.now())
        assert (_filled(desk).contact, _filled(desk).bounces) == (els, True)
        desk.anna.role = Role.ADMIN
        lift_suppression(session, suppressed.id, by=desk.anna)
        assert _filled(desk).bounces is False


def test_nobody_of_the_kind_left_says_who_was_first(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", kind_ids=[desk.purchases])
        bram = desk.contact("Bram")
        end_contact(session, els.id, by=desk.anna, on=TODAY, now=book.now())
        filled = _filled(desk)
        assert (filled.contact, filled.rank) == (bram, None)
        assert [one.contact for one in filled.passed_over] == [els]
        assert who_fills(session, desk.company("Empty").id, None, asked_by=desk.anna, on=TODAY) is None
