"""Who is told what about an action: a calendar fed with the mails ends where the book stands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from dupont import new_contact, new_person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import DAY, Visits, colleague, guest, hours, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.addresses import MailAddress, folded_mail
from store.endings import complete_action, delete_action, restore_action, set_meaning
from store.engine import Book
from store.guests import guests_of
from store.handover import MailState
from store.invitations import Answer, InvitationMail, Method
from store.inviting import MailNews, News, invitations_of, invite, mails_for, who_gets_what
from store.mailboxes import Mailbox
from store.outbox import Outgoing
from store.planning import edit_action, meaning_of
from store.snapshots import fingerprint_of, is_told_private, participants_told, snapshot_of


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


@dataclass
class Calendars:
    """What each guest's program shows, from the mails alone, as RFC 5546 has it read them."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def receive(self, mail: InvitationMail) -> None:
        to = mail.invitation.mail
        assert mail.sequence >= self.sequences.get(to, 0), "SEQUENCE never falls"
        self.sequences[to] = mail.sequence
        if mail.method is Method.CANCEL:
            assert to in self.entries, "a cancellation reaches only who has the entry"
            del self.entries[to]
        else:
            is_new = to not in self.entries
            assert mail.content["news"] == ("invitation" if is_new else "update")
            self.entries[to] = mail.content

    def takes_over(self, mail: str) -> None:
        """Whom the action was handed to has it in their own calendar from then on, without a mail."""
        self.entries.pop(mail, None)


def _shown(content: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(content[key] for key in ("subject", "place", "points", "starts_on", "starts_time", "organizer_id"))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["move", "place", "points", "add", "remove", "cancel", "uncancel", "delete", "restore", "owner"]
        ),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_calendar_fed_with_the_mails_ends_where_the_book_stands(
    new_sqlite_url: Any, clock: Any, steps: list[tuple[str, int, bool]]
) -> None:
    book = Book(new_sqlite_url(), now=clock, connections=2)
    visits, calendars, read = make_visits(book), Calendars(), 0
    people = [guest(visits.els), guest(visits.jan), colleague(visits.bram), colleague(visits.anna)]
    with book.writing() as session:
        action_id = visits.plan(session, participants=(people[0],)).id
        invite(session, session.get_one(Action, action_id), now=book.now())
    for what, number, is_told in [*steps, ("points", 0, True)]:
        with book.writing() as session:
            action = session.get_one(Action, action_id)
            _do(session, visits, action, what, number, people)
            if is_told:
                facts, meaning = facts_of(action), meaning_of(session, action.id)
                shown = mails_for(session, facts, action_id=action.id, meaning=meaning, now=book.now())
                assert invite(session, action, now=book.now()) == shown, "the preview is what is sent"
                calendars.takes_over(folded_mail(action.owner.mail))
        with book.reading() as session:
            mails = session.scalars(select(InvitationMail).where(InvitationMail.id > read).order_by(InvitationMail.id))
            for mail in mails:
                calendars.receive(mail)
                read = mail.id
    with book.reading() as session:
        action = session.get_one(Action, action_id)
        is_on = meaning_of(session, action_id) is Meaning.PLANNED
        guests = {one.mail for one in guests_of(session, facts_of(action))} if is_on else set()
        assert set(calendars.entries) == guests
        assert "anna@office.example" not in guests or action.owner_id != visits.anna.id
        expected = _shown({**_content(action)})
        assert {_shown(content) for content in calendars.entries.values()} <= {expected}
    book.close()


def _content(action: Action) -> dict[str, Any]:
    when = action.when
    return {
        "subject": action.subject,
        "place": action.place,
        "points": action.points,
        "starts_on": when.starts_on.isoformat(),
        "starts_time": when.starts_time.isoformat() if when.starts_time else None,
        "organizer_id": action.owner_id,
    }


def _do(session: Session, visits: Visits, action: Action, what: str, number: int, people: list[Any]) -> None:
    now, by = visits.book.now(), visits.anna
    common: dict[str, Any] = {"by": by, "action_id": action.id, "now": now}
    if what in ("delete", "restore"):
        (delete_action if what == "delete" else restore_action)(session, **common)
        return
    if action.deleted_at is not None:
        return
    if what in ("cancel", "uncancel"):
        meaning = Meaning.CANCELLED if what == "cancel" else Meaning.PLANNED
        set_meaning(session, meaning=meaning, **common)
        return
    facts = facts_of(action)
    others = tuple(p for p in facts.participants if p != people[number])
    changes: dict[str, dict[str, Any]] = {
        "move": {"when": hours(DAY + timedelta(days=number))},
        "place": {"place": f"Room {number}"},
        "points": {"points": f"Point {number}"},
        "add": {"participants": (*others, people[number])},
        "remove": {"participants": others},
        "owner": {"representative_id": (visits.anna, visits.bram)[number % 2].id},
    }
    edit_action(session, version=None, facts=replace(facts, **changes[what]), **common)


def _moved(visits: Visits, action_id: int, **changes: Any) -> tuple[MailNews, ...]:
    with visits.book.writing() as session:
        action = session.get_one(Action, action_id)
        facts, now = replace(facts_of(action), **changes), visits.book.now()
        previewed = mails_for(session, facts, action_id=action_id, meaning=meaning_of(session, action_id), now=now)
        edit_action(session, by=visits.anna, action_id=action_id, version=None, facts=facts, now=now)
        assert invite(session, action, now=now) == previewed
        return previewed


def _invited(visits: Visits, *participants: Any, **changes: Any) -> int:
    with visits.book.writing() as session:
        action = visits.plan(session, participants=participants, **changes)
        invite(session, action, now=visits.book.now())
        return action.id


def test_a_move_updates_who_stays_cancels_who_is_removed_and_invites_who_is_new(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els), guest(visits.jan))
    now_there = (guest(visits.els), colleague(visits.bram))
    news = {
        m.name: m.news
        for m in _moved(visits, action_id, when=hours(starts=time(16), ends=None), participants=now_there)
    }
    assert news == {"Els": News.UPDATE, "Bram": News.INVITATION, "Jan": News.CANCELLATION}
    assert _moved(visits, action_id) == ()


def test_each_mail_stands_once_in_the_lane_of_the_representatives_mailbox(visits: Visits) -> None:
    _invited(visits, guest(visits.els), colleague(visits.bram))
    with visits.book.reading() as session:
        rows = session.scalars(select(Outgoing)).all()
        mailbox = session.scalars(select(Mailbox).where(Mailbox.collaborator_id == visits.anna.id)).one()
        assert [(row.kind, row.lane) for row in rows] == [("invitation", mailbox.lane)] * 2


def test_nobody_is_invited_without_a_mailbox_of_the_representative(visits: Visits) -> None:
    with visits.book.writing() as session:
        mailbox = session.scalars(select(Mailbox).where(Mailbox.collaborator_id == visits.anna.id)).one()
        mailbox.is_active = False
    action_id = _invited(visits, guest(visits.els))
    with visits.book.reading() as session:
        assert invitations_of(session, action_id) == []


def test_an_address_that_two_participants_share_gets_one_mail_and_the_representatives_own_none(visits: Visits) -> None:
    with visits.book.writing() as session:
        twin = new_contact(session, new_person(session, "Twin"), visits.dupont, mail="ELS@Dupont.example")
        self = new_contact(session, new_person(session, "Anna at home"), visits.dupont, mail="Anna@office.example")
    action_id = _invited(visits, guest(visits.els), guest(twin), guest(self))
    with visits.book.reading() as session:
        assert [one.mail for one in invitations_of(session, action_id)] == ["els@dupont.example"]


def test_a_new_address_of_a_guest_is_invited_and_the_old_one_released(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    with visits.book.writing() as session:
        row = session.scalars(select(MailAddress).where(MailAddress.contact_id == visits.els.id)).one()
        row.mail, row.folded = "els@new.example", folded_mail("els@new.example")
    assert [(m.mail, m.news) for m in _moved(visits, action_id)] == [
        ("els@new.example", News.INVITATION),
        ("els@dupont.example", News.CANCELLATION),
    ]


def test_correcting_what_is_over_or_done_sends_nothing(visits: Visits, clock: Any) -> None:
    action_id = _invited(visits, guest(visits.els))
    clock.advance(timedelta(days=30))
    assert _moved(visits, action_id, points="What was said") == ()
    assert _moved(visits, action_id, participants=()) == ()
    early = _invited(visits, guest(visits.els), when=hours(DAY + timedelta(days=60)))
    with visits.book.writing() as session:
        complete_action(
            session, by=visits.anna, action_id=early, version=None, headline="Held early", now=visits.book.now()
        )
    assert _moved(visits, early, points="x") == ()


def test_who_expects_a_visit_hears_that_it_was_moved_into_the_past(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    yesterday = hours(visits.book.now().date() - timedelta(days=1))
    assert [m.news for m in _moved(visits, action_id, when=yesterday)] == [News.UPDATE]


def test_a_move_asks_for_the_answer_again_and_a_new_point_does_not(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    with visits.book.writing() as session:
        invitations_of(session, action_id)[0].answer = Answer.ACCEPTED
    _moved(visits, action_id, points="Bring samples")
    with visits.book.reading() as session:
        assert invitations_of(session, action_id)[0].answer is Answer.ACCEPTED
    _moved(visits, action_id, when=hours(starts=time(16), ends=None))
    with visits.book.reading() as session:
        assert invitations_of(session, action_id)[0].answer is Answer.NEEDS_ACTION


def test_the_points_of_a_private_action_are_not_told(visits: Visits) -> None:
    _invited(visits, guest(visits.els), points="Secret", is_private=True)
    with visits.book.reading() as session:
        assert session.scalars(select(InvitationMail)).one().content["points"] == ""


def _ends(visits: Visits, *states: MailState) -> None:
    """The mails so far, in their order, end like this."""
    with visits.book.writing() as session:
        mails = session.scalars(select(InvitationMail).order_by(InvitationMail.id)).all()
        for mail, state in zip(mails, states, strict=True):
            mail.state = state


def test_an_invitation_that_failed_is_sent_again_by_the_next_save(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    _ends(visits, MailState.FAILED)
    assert [m.news for m in _moved(visits, action_id)] == [News.INVITATION]
    assert _moved(visits, action_id) == ()


def test_an_update_or_cancellation_that_failed_is_sent_again_as_what_it_was(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    _moved(visits, action_id, points="Prices")
    _ends(visits, MailState.SENT, MailState.FAILED)
    assert [m.news for m in _moved(visits, action_id)] == [News.UPDATE]
    _moved(visits, action_id, participants=())
    _ends(visits, MailState.SENT, MailState.FAILED, MailState.SENT, MailState.FAILED)
    assert [m.news for m in _moved(visits, action_id)] == [News.CANCELLATION]
    assert _moved(visits, action_id) == ()


def test_who_was_never_reached_is_not_told_of_a_cancellation(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    _ends(visits, MailState.FAILED)
    assert _moved(visits, action_id, participants=()) == ()


def test_whom_an_action_is_handed_to_gets_no_mail_and_who_gave_it_is_invited(visits: Visits) -> None:
    action_id = _invited(visits, colleague(visits.bram), guest(visits.els))
    there = (colleague(visits.anna), guest(visits.els))
    handed = _moved(visits, action_id, representative_id=visits.bram.id, participants=there)
    assert {m.name: m.news for m in handed} == {"Anna": News.INVITATION, "Els": News.UPDATE}
    with visits.book.reading() as session:
        assert {one.name: one.is_cancelled for one in invitations_of(session, action_id)} == {
            "Bram": True,
            "Els": False,
            "Anna": False,
        }
    there = (colleague(visits.bram), guest(visits.els))
    back = _moved(visits, action_id, representative_id=visits.anna.id, participants=there)
    assert {m.name: m.news for m in back} == {"Bram": News.INVITATION, "Els": News.UPDATE}


def test_guests_are_told_that_an_action_became_private(visits: Visits) -> None:
    action_id = _invited(visits, guest(visits.els))
    assert [m.news for m in _moved(visits, action_id, is_private=True)] == [News.UPDATE]
    with visits.book.reading() as session:
        mails = session.scalars(select(InvitationMail).order_by(InvitationMail.id)).all()
        assert [is_told_private(mail.content) for mail in mails] == [False, True]


OLD_SNAPSHOT = {
    "subject": "Visit",
    "place": "",
    "points": "",
    "starts_on": "2026-11-26",
    "starts_time": "14:00:00",
    "ends_on": "2026-11-26",
    "ends_time": "15:00:00",
    "zone": "Europe/Brussels",
    "organizer_id": 1,
}
"""What mails kept when the fingerprint was first taken."""


def test_an_invitation_from_before_a_key_was_added_is_still_up_to_date(visits: Visits) -> None:
    old = OLD_SNAPSHOT | {"organizer_id": visits.anna.id}
    action_id = _invited(visits, guest(visits.els))
    with visits.book.writing() as session:
        (invitation,) = invitations_of(session, action_id)
        mail = session.scalars(select(InvitationMail)).one()
        mail.content = {**old, "news": "invitation", "attendees": [{"mail": "els@dupont.example", "name": "Els"}]}
        invitation.told = hashlib.sha256(json.dumps(old, sort_keys=True).encode()).hexdigest()[:32]
        assert [one["name"] for one in participants_told(mail.content)] == ["Els"]
        assert not is_told_private(mail.content)
    assert _moved(visits, action_id) == ()


def test_what_a_snapshot_holds_beside_what_guests_are_told_changes_no_fingerprint(visits: Visits) -> None:
    snapshot = snapshot_of(visits.facts)
    assert fingerprint_of({**snapshot, "weather": "rain"}) == fingerprint_of(snapshot)
    for key in OLD_SNAPSHOT:
        assert fingerprint_of({**snapshot, key: "something else"}) != fingerprint_of(snapshot)


def test_nobody_is_told_about_nothing() -> None:
    assert who_gets_what(fingerprint="x", guests=[], told=[], is_on=True, is_ahead=True) == ()


def test_a_mail_is_stamped_with_the_moment_it_was_decided(visits: Visits) -> None:
    _invited(visits, guest(visits.els))
    with visits.book.reading() as session:
        stamped: datetime = session.scalars(select(InvitationMail)).one().stamped_at
    assert stamped == visits.book.now()
