"""What people outside see of an invitation: the mail in their language, and a calendar that never changes its word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar
from job_office import JobOffice
from mailbox_in_memory import MailboxInMemory

from bot.mails import InvitationFacts, has_same_clock, invitation_mail, locale_of_guest, when_in_words
from bot.texts import Texts
from integrations.mail.message import OutgoingMail
from store.action_facts import facts_of
from store.actions import Action, Meaning, When
from store.collaborators import Collaborator
from store.endings import set_meaning
from store.handover import MailState
from store.invitations import InvitationMail
from store.inviting import News, invite
from store.planning import edit_action
from store.recurring import change_following, occurrence_on
from store.series import Every, Recurrence

DAY = date(2026, 11, 26)
ZONE = "Europe/Brussels"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("fr-BE", "jeudi 26 novembre 2026, de 14\u00a0h à 15\u00a0h\u00a030 (heure d’Europe centrale)"),
        ("nl-BE", "donderdag 26 november 2026, van 14.00 tot 15.30\u00a0uur (Midden-Europese tijd)"),
        ("en-GB", "Thursday 26 November 2026, from 14:00 to 15:30 (Central European Time)"),
        ("en-US", "Thursday, November 26, 2026, from 2:00 PM to 3:30 PM (Central European Time)"),
    ],
)
def test_a_time_is_said_in_words_of_the_language(locale: str, words: str) -> None:
    said = when_in_words(When(DAY, time(14), DAY, time(15, 30), ZONE), Texts(locale))
    assert said.replace("\u202f", " ") == words


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("fr-BE", "du mardi 1er décembre 2026 au mercredi 2 décembre 2026, toute la journée"),
        ("nl-BE", "van dinsdag 1 december 2026 tot en met woensdag 2 december 2026, de hele dag"),
        ("en-GB", "from Tuesday 1 December 2026 to Wednesday 2 December 2026, all day"),
    ],
)
def test_whole_days_are_said_with_the_last_one_included(locale: str, words: str) -> None:
    when = When(date(2026, 12, 1), None, date(2026, 12, 2), None, ZONE)
    assert when_in_words(when, Texts(locale)) == words


def test_a_guest_gets_the_forms_of_the_offices_region() -> None:
    assert locale_of_guest("", "fr-BE") == "fr-BE"
    assert locale_of_guest("nl", "fr-BE") == "nl-BE"
    assert locale_of_guest("en", "fr-BE") == "en-GB"
    assert locale_of_guest("en", "fr-CA") == "en-CA"


@pytest.mark.parametrize("locale", ["en-GB", "fr-BE", "nl-BE"])
def test_invitation_update_and_cancellation_say_different_things(locale: str) -> None:
    written = {news: _written(locale, news) for news in ("invitation", "update", "cancellation")}
    assert len({mail.subject for mail in written.values()}) == 3
    assert len({mail.text.splitlines()[2] for mail in written.values()}) == 3
    for mail in written.values():
        assert "Anna Peeters" in mail.text
        assert "\n\n\n" not in mail.text
        assert "img" not in mail.html


@pytest.mark.parametrize("locale", ["en-GB", "fr-BE", "nl-BE"])
def test_the_subject_names_the_zone_only_to_guests_whose_clock_may_show_another_hour(locale: str) -> None:
    zone = {"en-GB": "(Central European Time)", "fr-BE": "(heure d’Europe centrale)", "nl-BE": "(Midden-Europese tijd)"}
    here, elsewhere = _written(locale, "invitation", is_same_clock=True), _written(locale, "invitation")
    assert zone[locale] not in here.subject
    assert elsewhere.subject == f"{here.subject} {zone[locale]}"
    assert zone[locale] in here.text, "the mail itself leaves nothing open"


@pytest.mark.parametrize(
    ("zone", "country", "is_same"),
    [
        ("Europe/Brussels", None, True),  # a colleague
        ("Europe/Paris", None, True),
        ("America/Toronto", None, False),
        (None, None, False),  # a contact of whom no address is known
        (None, "", True),  # an address that names no country is in the office's
        (None, "DE", True),
        (None, "GB", False),
        (None, "CA", False),
        (None, "TN", False),  # the same hour in winter alone
    ],
)
def test_whose_clock_shows_the_same_hour(zone: str | None, country: str | None, is_same: bool) -> None:
    when = When(DAY, time(14), DAY, time(15), ZONE)
    assert has_same_clock(when, zone, country, own_country="BE") is is_same


def test_what_people_typed_is_shown_and_never_interpreted() -> None:
    mail = _written("fr-BE", "invitation", title="<b>Prix</b> & {{ 1 + 1 }}")
    assert "<b>Prix</b> & {{ 1 + 1 }}" in mail.text
    assert "&lt;b&gt;Prix&lt;/b&gt; &amp; {{ 1 + 1 }}" in mail.html


def _written(locale: str, news: str, title: str = "Visite", **series: Any):
    facts = InvitationFacts(
        news=news,
        title=title,
        when=When(DAY, time(14), DAY, time(15), ZONE),
        place="Rue du Moulin 12",
        points="Prix 2027",
        guest="Els Dupont",
        others=("Jan Maes",),
        organizer="Anna Peeters",
        signature="Bureau Dubois",
        **series,
    )
    return invitation_mail(facts, Texts(locale))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", "Toutes les 2 semaines (jeu.), jusqu’au jeudi 31 décembre 2026"),
        ("nl-BE", "Om de 2 weken (do), tot en met donderdag 31 december 2026"),
        ("en-GB", "Every 2 weeks (Thu), until Thursday 31 December 2026"),
    ],
)
def test_a_series_says_in_the_mail_how_often_it_comes_back(locale: str, said: str) -> None:
    rule = Recurrence(Every.WEEK, interval=2, weekdays=frozenset({3}))
    mail = _written(locale, "invitation", rule=rule, last_on=date(2026, 12, 31))
    assert said in mail.text.replace(",\n", ", ")
    assert said in mail.html


def test_each_guest_reads_their_own_language(office: JobOffice) -> None:
    office.plans(office.els_id, office.jan_id)
    office.drains()
    subjects = {one.recipient: one.mail.subject for one in office.server.departures}
    assert subjects["els@dupont.example"].startswith("Uitnodiging: Visite, donderdag 26 november 2026, van 14.00")
    assert subjects["jan@dupont.example"].startswith("Invitation : Visite, jeudi 26 novembre 2026, de 14 h à 15 h")


def test_a_second_try_writes_the_same_calendar(office: JobOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    calendars: list[bytes] = []
    save = MailboxInMemory.save_draft

    def seen(self: MailboxInMemory, mail: OutgoingMail) -> str:
        parts = message_from_bytes(mail.mime, policy=policy.default).walk()
        calendars.extend(part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar")
        return save(self, mail)

    monkeypatch.setattr(MailboxInMemory, "save_draft", seen)
    office.plans(office.els_id, office.jan_id)
    office.server.is_busy(call="save_draft")
    office.drains()
    office.clock.advance(timedelta(minutes=10))
    office.runs_everything_due()
    assert len(calendars) == 3
    assert calendars[0] == calendars[1]
    assert re.search(rb"METHOD:REQUEST", calendars[0])
    assert calendars[0].count(b"\nATTENDEE") == 2


def test_a_guests_program_shows_a_series_with_the_moved_time(office: JobOffice) -> None:
    action_id = office.plans(office.els_id, recurrence=Recurrence(Every.WEEK, count=3))
    office.drains()
    with office.office.book.writing() as session:
        anna = session.get_one(Collaborator, office.anna_id)
        row = occurrence_on(session, action_id, DAY + timedelta(days=7), by=anna, now=office.clock())
        later = When.hours(DAY + timedelta(days=8), time(16), time(17), zone=ZONE, lasts=timedelta(hours=1))
        facts = replace(facts_of(row), when=later)
        edit_action(session, by=anna, action_id=row.id, version=None, facts=facts, now=office.clock())
        invite(session, row, now=office.clock())
    office.drains()
    assert office.server.departures[1].mail.subject.startswith("Gewijzigd: "), "the guest knows of the series"
    whole, moved = (_events(one.mail.calendars[0]) for one in office.server.departures)
    assert whole[0]["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=3;BYDAY=TH"
    assert moved[0]["UID"] == whole[0]["UID"]
    assert moved[0]["SEQUENCE"] > whole[0]["SEQUENCE"]
    assert moved[0]["RECURRENCE-ID"].dt.date() == DAY + timedelta(days=7)
    shown = Calendar()
    for event in (*whole, *moved):
        shown.add_component(event)
    found = recurring_ical_events.of(shown).between(DAY, DAY + timedelta(days=60))
    assert sorted(one["DTSTART"].dt.date() for one in found) == [DAY + timedelta(days=days) for days in (0, 8, 14)]


def test_a_guest_of_a_series_hears_that_one_time_of_it_is_cancelled(office: JobOffice) -> None:
    action_id = office.plans(office.els_id, recurrence=Recurrence(Every.WEEK, count=3))
    office.drains()
    with office.office.book.writing() as session:
        anna, gone_on = session.get_one(Collaborator, office.anna_id), DAY + timedelta(days=7)
        row = occurrence_on(session, action_id, gone_on, by=anna, now=office.clock())
        set_meaning(session, by=anna, action_id=row.id, meaning=Meaning.CANCELLED, now=office.clock())
        assert [mail.news for mail in invite(session, row, now=office.clock())] == [News.CANCELLATION]
    office.drains()
    assert [one.mail.subject.partition(":")[0] for one in office.server.departures] == ["Uitnodiging", "Geannuleerd"]
    (gone,) = _events(office.server.departures[1].mail.calendars[0])
    assert (gone["STATUS"], gone["RECURRENCE-ID"].dt.date()) == ("CANCELLED", gone_on)
    with office.office.book.writing() as session:
        whole = session.get_one(Action, action_id)
        facts = replace(facts_of(whole), place="Cave Dubois, Namur", recurrence=Recurrence(Every.WEEK, count=3))
        edit_action(session, by=anna, action_id=action_id, version=None, facts=facts, now=office.clock())
        invite(session, whole, now=office.clock())
    office.drains()
    (again,) = _events(office.server.departures[2].mail.calendars[0])
    assert [one.dt.date() for one in again["EXDATE"].dts] == [gone_on], "a program may forget single times then"


def test_what_is_on_its_way_about_one_time_stays_of_the_series_it_was_decided_for(office: JobOffice) -> None:
    action_id = office.plans(office.els_id, recurrence=Recurrence(Every.WEEK, count=3))
    office.drains()
    with office.office.book.writing() as session:
        anna, now = session.get_one(Collaborator, office.anna_id), office.clock()
        row = occurrence_on(session, action_id, DAY + timedelta(days=7), by=anna, now=now)
        facts = replace(facts_of(row), place="Cave Dubois, Namur")
        edit_action(session, by=anna, action_id=row.id, version=None, facts=facts, now=now)
        invite(session, row, now=now)
        facts = replace(facts, recurrence=Recurrence(Every.WEEK, count=3))
        changed = change_following(session, by=anna, action_id=row.id, version=None, facts=facts, now=now)
        for one in changed.concerned:
            invite(session, one, now=now)
        uids = [session.get_one(Action, action_id).uid, changed.action.uid]
    office.drains()
    told = [_events(one.mail.calendars[0])[0] for one in office.server.departures]
    assert [(one["UID"], "RECURRENCE-ID" in one) for one in told] == [
        (uids[0], False),
        (uids[0], True),
        (uids[0], False),
        (uids[1], False),
    ]


def _events(calendar: bytes) -> list[Any]:
    return list(Calendar.from_ical(calendar).walk("VEVENT"))


def test_a_mail_that_a_newer_one_outdates_before_it_left_is_skipped(office: JobOffice) -> None:
    action_id = office.plans(office.els_id)
    office.changes(action_id, office.els_id, on=date(2026, 11, 27))
    office.drains()
    (departure,) = office.server.departures
    assert [row.state for row in office.rows(InvitationMail)] == [MailState.SKIPPED, MailState.SENT]
    assert departure.mail.subject.startswith("Uitnodiging: ")
    assert "27 november" in departure.mail.subject


def test_who_never_heard_of_it_hears_of_no_cancellation(office: JobOffice) -> None:
    action_id = office.plans(office.els_id)
    office.changes(action_id)
    office.drains()
    assert office.server.departures == []


def test_a_cancellation_outranks_what_its_reader_has(office: JobOffice) -> None:
    action_id = office.plans(office.els_id)
    office.drains()
    office.changes(action_id)
    office.drains()
    request, cancel = (one.mail.calendars[0] for one in office.server.departures)
    assert b"METHOD:CANCEL" in cancel
    assert _sequence(cancel) > _sequence(request)
    assert re.findall(rb"UID:.*", cancel) == re.findall(rb"UID:.*", request)


def test_a_private_action_is_private_in_the_mail_and_in_the_guests_calendar(
    office: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[bytes] = []
    save = MailboxInMemory.save_draft

    def seen(self: MailboxInMemory, mail: OutgoingMail) -> str:
        drafts.append(mail.mime)
        return save(self, mail)

    monkeypatch.setattr(MailboxInMemory, "save_draft", seen)
    office.plans(office.els_id)
    office.plans(office.els_id, is_private=True)
    office.drains()
    assert [message_from_bytes(draft)["Sensitivity"] for draft in drafts] == [None, "Private"]
    calendars = [one.mail.calendars[0] for one in office.server.departures]
    assert [re.findall(rb"CLASS:(\w+)", calendar) for calendar in calendars] == [[b"PUBLIC"], [b"PRIVATE"]]


def _sequence(calendar: bytes) -> int:
    found = re.search(rb"SEQUENCE:(\d+)", calendar)
    assert found is not None
    return int(found[1])
