"""Invitation mails whose mailbox the settings no longer know: tried with patience, told when it ends, alone in it."""

from __future__ import annotations

from datetime import timedelta

from job_office import JobOffice
from sqlalchemy import update

from jobs import deliver_invitations
from store.handover import MailState
from store.invitations import InvitationMail
from store.mailboxes import Mailbox


def _loses_its_server(office: JobOffice, **changes: object) -> None:
    with office.office.book.writing() as session:
        mailbox_id = office.mailbox_id(office.anna_id)
        session.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(server="gone", **changes))


def _is_patient(office: JobOffice) -> None:
    for _half_hour in range(120):
        office.clock.advance(timedelta(minutes=31))
        office.runs_everything_due()
        deliver_invitations.look_again(office.office, office.clock())


def test_a_mail_without_a_mailbox_is_tried_until_the_representative_is_told(office: JobOffice) -> None:
    office.plans(office.els_id)
    _loses_its_server(office)
    office.drains()
    (mail,) = office.rows(InvitationMail)
    assert mail.attempts == 1
    assert mail.failure.startswith("MailboxRefused")
    _is_patient(office)
    (mail,) = office.rows(InvitationMail)
    assert mail.state is MailState.FAILED
    assert [one["notice"] for one in office.notices()] == ["mail_failed"]


def test_a_server_that_comes_back_into_the_settings_costs_no_mail(office: JobOffice) -> None:
    office.plans(office.els_id)
    _loses_its_server(office)
    office.drains()
    with office.office.book.writing() as session:
        session.execute(update(Mailbox).values(server="exchange"))
    for _try in range(3):
        office.clock.advance(timedelta(minutes=6))
        office.runs_everything_due()
    assert [one.recipient for one in office.server.departures] == ["els@dupont.example"]


def test_an_unbound_mailbox_without_a_server_is_told_at_once(office: JobOffice) -> None:
    office.plans(office.els_id)
    _loses_its_server(office, is_active=False)
    office.drains()
    (mail,) = office.rows(InvitationMail)
    assert mail.state is MailState.FAILED
    assert [one["notice"] for one in office.notices()] == ["mail_failed"]


def test_a_mail_in_doubt_without_a_mailbox_keeps_no_other_from_being_looked_for(office: JobOffice) -> None:
    for guest, subject in ((office.els_id, "Visite"), (office.jan_id, "Appel")):
        office.plans(guest, subject=subject)
        office.server.loses_the_answer_of_the_next("send_draft")
        office.drains()
    with office.office.book.writing() as session:
        others = update(InvitationMail).where(InvitationMail.id == office.rows(InvitationMail)[1].id)
        session.execute(others.values(mailbox_id=office.mailbox_id(office.bram_id)))
    _loses_its_server(office)
    office.clock.advance(timedelta(minutes=1))
    deliver_invitations.look_again(office.office, office.clock())
    assert [mail.attempts for mail in office.rows(InvitationMail)] == [2, 2]
    _is_patient(office)
    assert {mail.state for mail in office.rows(InvitationMail)} == {MailState.UNKNOWN}
    assert [one["notice"] for one in office.notices()] == ["mail_unknown"] * 2
