"""Reading mailboxes: what is filed and recorded, what never enters the book, and what a bad mail or server costs."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from job_office import JobOffice
from mailbox_in_memory import Crash
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from integrations.mail.errors import MailProblem, MailServerUnreachable
from integrations.mail.message import Folder
from jobs import read_mailboxes
from jobs.put_off import MOST_TRIES
from jobs.read_mailboxes import TOLD_AFTER
from store.actions import Action
from store.base import BookBusy
from store.filing import Filing
from store.invitations import Answer, Invitation
from store.mailboxes import Mailbox

ANNA, BRAM, ELS = "anna@office.example", "bram@office.example", "els@dupont.example"
LATER = timedelta(minutes=6)


def written(
    subject: str = "Offre", *, to: str = ELS, document: str = "offre.pdf", sensitivity: str = "", body: str = "Bonjour"
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ANNA, to, subject
    mail["Message-ID"], mail["Date"] = (
        f"<{subject.replace(' ', '-')}@office.example>",
        "Sat, 21 Nov 2026 08:59:00 +0000",
    )
    if sensitivity:
        mail["Sensitivity"] = sensitivity
    mail.set_content(body)
    if document:
        mail.add_attachment(b"%PDF-1.7 " + subject.encode(), maintype="application", subtype="pdf", filename=document)
    return mail.as_bytes()


def reply(
    uid: str, *, method: str = "REPLY", status: str = "ACCEPTED", sender: str = ELS, stamp: str = "101500"
) -> bytes:
    lines = (
        "BEGIN:VCALENDAR", "PRODID:-//x//y//EN", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}",
        f"DTSTAMP:20261121T{stamp}Z", "SEQUENCE:0", "DTSTART:20261126T130000Z", "DTEND:20261126T140000Z",
        f"ORGANIZER:mailto:{ANNA}", f"ATTENDEE;PARTSTAT={status}:mailto:{ELS}", "COMMENT:Plutôt 16 h",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ANNA, "Re: Visite"
    mail.set_content("Voilà")
    calendar = "\r\n".join(lines).encode()
    mail.add_attachment(calendar, maintype="text", subtype="calendar", params={"method": method}, filename="r.ics")
    return mail.as_bytes()


@pytest.fixture
def office(sqlite_office: JobOffice) -> JobOffice:
    """Both mailboxes were read once: that set their starting point."""
    for reads in (sqlite_office.anna_id, sqlite_office.bram_id):
        sqlite_office.reads(reads)
    sqlite_office.clock.advance(LATER)
    return sqlite_office


def sends(office: JobOffice, mime: bytes, by: str = ANNA) -> None:
    office.server.delivers(mime, to=by, folder=Folder.SENT)


def test_a_first_reading_files_nothing_older(sqlite_office: JobOffice) -> None:
    sends(sqlite_office, written())
    sqlite_office.reads()
    sqlite_office.reads()
    assert sqlite_office.rows(Filing) == []


@pytest.mark.parametrize("order", [(ANNA, BRAM), (BRAM, ANNA)])
def test_a_mail_that_two_mailboxes_saw_is_filed_once(office: JobOffice, order: tuple[str, str]) -> None:
    for address in order:
        sends(office, written(), by=address)
        office.reads(office.anna_id if address == ANNA else office.bram_id)
    assert len(office.rows(Filing)) == len(office.rows(Action)) == 1
    assert {one["collaborator_id"] for one in office.notices()} == {office.anna_id, office.bram_id}


def test_nothing_of_an_unfiled_mail_enters_the_book_or_the_log(
    office: JobOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sends(office, written("secretsubject1", to="secretperson@elsewhere.example", body="secretbody1"))
    sends(office, written("secretsubject2", sensitivity="Private", body="secretbody2"))
    sends(office, written("secretsubject3", document="", body="secretbody3"))
    sends(office, written("secretsubject4", to=BRAM, body="secretbody4"))
    office.server.delivers(written("secretsubject5", body="secretbody5"), to=ANNA)
    office.reads()
    assert office.rows(Filing) == []
    assert "secret" not in caplog.text
    files = list(office.office.shelf.folder.parent.glob("book*.db*"))
    assert files
    assert not any(b"secret" in file.read_bytes() for file in files)


def test_one_bad_mail_stops_nothing_and_is_given_up_after_two_hours_of_tries(
    office: JobOffice, caplog: pytest.LogCaptureFixture
) -> None:
    for subject in ("One", "Two", "Three"):
        sends(office, written(subject))
    for _try in range(MOST_TRIES):
        office.server.fails_the_next("read", MailProblem("ErrorItemCorrupt"))
        office.reads()
        assert len(office.rows(Filing)) == 2
        office.server.forgets_faults()
        office.reads()
        assert len(office.rows(Filing)) == 2, "it is not tried again at once"
        office.clock.advance(timedelta(hours=1))
    office.reads()
    assert len(office.rows(Filing)) == 2
    assert sum("mail given up" in record.message for record in caplog.records) == 1


def test_bad_luck_of_an_hour_costs_no_mail(office: JobOffice) -> None:
    sends(office, written("One"))
    for _minute in range(60):
        office.server.fails_the_next("read", MailProblem("ErrorItemCorrupt"))
        office.reads()
        office.clock.advance(timedelta(minutes=1))
    office.server.forgets_faults()
    office.clock.advance(timedelta(hours=1))
    office.reads()
    assert len(office.rows(Filing)) == 1


def test_a_book_that_is_full_or_locked_costs_no_mail_a_try(office: JobOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    sends(office, written("One"))

    def meets_a_full_disk(*_facts: object) -> None:
        raise OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        bad = tuple(replace(reader, use=meets_a_full_disk) for reader in read_mailboxes.READERS)
        patch.setattr(read_mailboxes, "READERS", bad)
        for _round in range(MOST_TRIES):
            with pytest.raises(BookBusy):
                office.reads()
    office.reads()
    assert len(office.rows(Filing)) == 1


def test_a_bad_mail_that_reads_the_next_time_is_filed(office: JobOffice) -> None:
    sends(office, written("One"))
    office.server.fails_the_next("read", MailProblem("ErrorItemCorrupt"))
    office.reads()
    assert office.rows(Filing) == []
    office.clock.advance(LATER)
    office.reads()
    assert len(office.rows(Filing)) == 1


def test_a_lost_sync_state_loses_no_mail(office: JobOffice) -> None:
    sends(office, written("One"))
    office.reads()
    office.clock.advance(LATER)
    sends(office, written("Two"))
    office.server.forgets_sync_states()
    office.reads()
    assert len(office.rows(Filing)) == 2


@pytest.mark.parametrize("call", ["changes", "read"])
def test_a_death_while_reading_neither_loses_nor_doubles(office: JobOffice, call: str) -> None:
    sends(office, written("One"))
    office.server.crashes_after_the_next(call)
    with pytest.raises(Crash):
        office.reads()
    office.clock.advance(LATER)
    office.reads()
    office.reads()
    assert len(office.rows(Filing)) == 1


def test_a_mailbox_that_fails_is_told_once_and_then_rests(office: JobOffice) -> None:
    office.server.goes_down()
    for _round in range(6):
        office.clock.advance(LATER)
        office.reads()
    (notice,) = office.notices()
    assert (notice["notice"], notice["collaborator_id"]) == ("mailbox_failing", office.anna_id)
    assert 6 * LATER > TOLD_AFTER
    office.server.comes_back()
    office.reads()
    assert office.rows(Mailbox)[0].failing_since is not None
    office.clock.advance(LATER)
    office.reads()
    assert office.rows(Mailbox)[0].failing_since is None


def test_a_server_that_is_down_costs_no_mail_a_try(office: JobOffice) -> None:
    sends(office, written("One"))
    for _round in range(MOST_TRIES + 1):
        office.server.fails_the_next("read", MailServerUnreachable("timeout"))
        office.server.fails_the_next("check", MailServerUnreachable("timeout"))
        office.reads()
        office.clock.advance(LATER)
    office.reads()
    assert len(office.rows(Filing)) == 1


def _answered(office: JobOffice, change: Callable[[str], bytes]) -> Invitation:
    action_id = office.plans(office.els_id)
    office.drains()
    (action,) = office.rows(Action)
    office.server.delivers(change(action.uid), to=ANNA)
    office.reads()
    return office.invitation(action_id)


def test_an_acceptance_is_recorded_and_told(office: JobOffice) -> None:
    invitation = _answered(office, reply)
    assert invitation.answer is Answer.ACCEPTED
    assert [one["notice"] for one in office.notices()] == ["answer"]


def test_a_proposal_of_another_time_is_noted_as_tentative_and_told(office: JobOffice) -> None:
    invitation = _answered(office, lambda uid: reply(uid, method="COUNTER"))
    assert (invitation.answer, invitation.comment) == (Answer.TENTATIVE, "Plutôt 16 h")
    [told] = office.notices()
    assert told["proposed"] == ["2026-11-26T13:00:00+00:00", "2026-11-26T14:00:00+00:00"]


def test_somebody_elses_word_about_a_guest_counts_for_nothing(office: JobOffice) -> None:
    invitation = _answered(office, lambda uid: reply(uid, sender="mallory@elsewhere.example"))
    assert invitation.answer is Answer.NEEDS_ACTION


def test_an_older_answer_that_comes_late_changes_nothing(office: JobOffice) -> None:
    _answered(office, lambda uid: reply(uid, stamp="101500"))
    (action,) = office.rows(Action)
    office.server.delivers(reply(action.uid, status="DECLINED", stamp="101000"), to=ANNA)
    office.reads()
    assert office.invitation(action.id).answer is Answer.ACCEPTED


def test_an_unbound_mailbox_is_not_read(office: JobOffice) -> None:
    sends(office, written())
    with office.office.book.writing() as session:
        session.execute(update(Mailbox).values(is_active=False))
    office.reads()
    assert office.rows(Filing) == []
