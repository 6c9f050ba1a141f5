"""Mailings: who gets one and who does not, the pace, and a ledger that no crash, worker or clock confuses."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from clock import Clock
from dupont import START, new_collaborator, new_contact, new_person, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from store import handover
from store.administration import deactivate_collaborator, unbind_mailbox
from store.base import BookError, ClaimLost, NotAllowed, NotFound
from store.collaborators import Collaborator, Role
from store.consent import ConsentSource, MailingTopic, SuppressionReason, suppress, withdraw_consent
from store.engine import Book
from store.handover import LOOK_AGAIN_IN, OPEN_STATES, Found, MailState, Step
from store.mailboxes import Mailbox
from store.mailing_text import render
from store.mailings import (
    Delivery,
    Mailing,
    MailingMode,
    MailingState,
    SkipReason,
    begin_hand_over,
    cancel_mailing,
    claim_begun_delivery,
    claim_next_delivery,
    deliveries_of_mailing,
    deliveries_of_person,
    fields_of,
    list_mailings,
    mailboxes_with_work,
    next_step,
    next_try_at,
    pause_mailing,
    prepare_mailing,
    progress,
    resume_mailing,
    start_mailing,
    text_for,
    unsubscribe,
)
from store.mailings.pacing import free_at, gap_of

TEXTS = {"fr": ("Nouvelles", "{{ salutation }},\n\nBonne nouvelle."), "nl": ("Nieuws", "{{ salutation }},\n\nNieuws.")}


@dataclass
class Office:
    anna_id: int
    mailbox_id: int
    topic_id: int


def _office(session: Session) -> Office:
    anna, mailbox = new_collaborator(session, "Anna")
    topic = MailingTopic(key="news", label_en="News", label_fr="Nouvelles", label_nl="Nieuws")
    session.add(topic)
    session.flush()
    return Office(anna.id, mailbox.id, topic.id)


@pytest.fixture
def office(book: Book) -> Office:
    with book.writing() as session:
        return _office(session)


def _anna(session: Session, office: Office) -> Collaborator:
    return session.get_one(Collaborator, office.anna_id)


def _prepare(session: Session, office: Office, **changed: Any) -> Mailing:
    told: dict[str, Any] = {
        "by": _anna(session, office),
        "name": "News",
        "topic_id": office.topic_id,
        "mailbox_id": office.mailbox_id,
        "mode": MailingMode.DIRECT,
        "delay_s": 10,
        "texts": TEXTS,
        "now": START,
    }
    return prepare_mailing(session, **{**told, **changed})


def _started(session: Session, office: Office, people: int, **changed: Any) -> int:
    ids = [new_person(session, f"P{n}", f"p{n}@dupont.example").id for n in range(people)]
    mailing = _prepare(session, office, person_ids=ids, **changed)
    start_mailing(session, by=_anna(session, office), mailing_id=mailing.id, now=changed.get("now", START))
    return mailing.id


def _reasons(session: Session, mailing: Mailing, office: Office) -> list[SkipReason | None]:
    rows = deliveries_of_mailing(session, mailing.id, asked_by=_anna(session, office))
    return [row.skipped_because for row in rows]


def test_everybody_on_the_list_gets_a_delivery_or_a_reason(book: Book, office: Office) -> None:
    with book.writing() as session:
        dupont = new_relation(session, "Dupont", language="nl")
        ended = START.date() - timedelta(days=1)
        contacts = [
            new_contact(session, new_person(session, "Els", "els@dupont.example"), dupont),
            new_contact(session, new_person(session, "Same", "ELS@dupont.example"), dupont),
            new_contact(session, new_person(session, "None"), dupont),
            new_contact(session, new_person(session, "Left", "left@dupont.example"), dupont, until_on=ended),
            new_contact(session, (no := new_person(session, "No", "no@dupont.example")), dupont),
            new_contact(session, (never := new_person(session, "Never", "never@dupont.example")), dupont),
        ]
        suppressed = new_person(session, "Bounced", "bounced@dupont.example")
        suppress(session, "bounced@dupont.example", reason=SuppressionReason.BOUNCED, now=START)
        no_more = {"source": ConsentSource.PERSON, "now": START}
        withdraw_consent(session, person_id=no.id, topic_id=office.topic_id, **no_more)
        withdraw_consent(session, person_id=never.id, topic_id=None, **no_more)
        mailing = _prepare(session, office, contact_ids=[c.id for c in contacts], person_ids=[suppressed.id])
        assert _reasons(session, mailing, office) == [
            None,
            SkipReason.SAME_ADDRESS,
            SkipReason.NO_ADDRESS,
            SkipReason.LEFT,
            SkipReason.REFUSED_TOPIC,
            SkipReason.REFUSED_ALL,
            SkipReason.SUPPRESSED,
        ]
        assert progress(session, mailing.id) == {MailState.QUEUED: 1, MailState.SKIPPED: 6}


def test_the_address_of_the_place_comes_before_the_persons_own(book: Book, office: Office) -> None:
    with book.writing() as session:
        els = new_person(session, "Els", "els@home.example")
        here = new_contact(session, els, new_relation(session, "One"), mail="els@one.example")
        there = new_contact(session, els, new_relation(session, "Two"))
        mailing = _prepare(session, office, contact_ids=[here.id, there.id])
        rows = deliveries_of_mailing(session, mailing.id, asked_by=_anna(session, office))
        assert [row.mail for row in rows] == ["els@one.example", "els@home.example"]


def test_recipients_get_their_own_language_or_the_first_text(book: Book, office: Office) -> None:
    with book.writing() as session:
        dupont = new_relation(session, "Dupont", language="nl")
        ids = [
            new_contact(session, new_person(session, "Els Peeters", "els@d.example"), dupont).id,
            new_contact(session, new_person(session, "Fr", "fr@d.example", language="fr"), dupont).id,
            new_contact(session, new_person(session, "En", "en@d.example", language="en"), dupont).id,
        ]
        mailing = _prepare(session, office, contact_ids=ids)
        rows = deliveries_of_mailing(session, mailing.id, asked_by=_anna(session, office))
        assert [row.language for row in rows] == ["nl", "fr", "fr"]
        made = render(text_for(rows[0]), fields_of(rows[0], unsubscribe_url="https://x.be", on=START.date()))
        assert (made.subject, made.text) == ("Nieuws", "Beste Els Peeters,\n\nNieuws.")


def test_a_collaborator_known_from_another_session_prepares_a_mailing(book: Book, office: Office) -> None:
    with book.reading() as session:
        anna = _anna(session, office)
    with book.writing() as session:
        _anna(session, office)
        assert _prepare(session, office, by=anna, contact_ids=[], person_ids=[_els(session)]).created_by.name == "Anna"


def _els(session: Session) -> int:
    return new_person(session, "Els", "els@dupont.example").id


def test_who_lacks_a_field_of_the_text_is_skipped_and_told(book: Book, office: Office) -> None:
    with book.writing() as session:
        els = new_contact(session, new_person(session, "Els", "els@d.example"), new_relation(session, "Dupont"))
        mailing = _prepare(session, office, contact_ids=[els.id], texts={"fr": ("x", "{{ function }} {{ last_name }}")})
        (row,) = deliveries_of_mailing(session, mailing.id, asked_by=_anna(session, office))
        assert (row.skipped_because, row.failure) == (SkipReason.MISSING_FIELD, "missing_field: last_name, function")
        with pytest.raises(BookError):
            start_mailing(session, by=_anna(session, office), mailing_id=mailing.id, now=START)


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"name": " "}, "name"),
        ({"delay_s": -1}, "delay_s"),
        ({"delay_s": 86_401}, "delay_s"),
        ({"texts": {}}, "texts"),
        ({"texts": {"fr": ("", "x")}}, "subject"),
        ({"texts": {"fr": ("x", "{{ nom }}")}}, "body"),
        ({"person_ids": []}, "recipients"),
        ({"person_ids": range(10_001)}, "recipients"),
        ({"person_ids": [999]}, "recipients"),
        ({"contact_ids": [999]}, "recipients"),
        ({"topic_id": 999}, "topic_id"),
        ({"mailbox_id": 999}, "mailbox_id"),
    ],
)
def test_a_wrong_mailing_is_refused_at_its_field(book: Book, office: Office, changed: dict[str, Any], at: str) -> None:
    with book.writing() as session:
        els = new_person(session, "Els", "els@d.example").id
        with pytest.raises(BookError) as told:
            _prepare(session, office, **{"person_ids": [els], **changed})
    assert told.value.field == at


def test_charlie_cannot_send_from_annas_mailbox_nor_stop_her_mailing(book: Book, office: Office) -> None:
    with book.writing() as session:
        charlie, _mailbox = new_collaborator(session, "Charlie")
        els = new_person(session, "Els", "els@d.example").id
        with pytest.raises(NotAllowed):
            _prepare(session, office, by=charlie, person_ids=[els])
        mailing = _prepare(session, office, person_ids=[els])
        with pytest.raises(NotAllowed):
            start_mailing(session, by=charlie, mailing_id=mailing.id, now=START)
        with pytest.raises(NotAllowed):
            cancel_mailing(session, by=charlie, mailing_id=mailing.id, now=START)
        charlie.role = Role.ADMIN
        start_mailing(session, by=charlie, mailing_id=mailing.id, now=START)
        assert [row.id for row in list_mailings(session, asked_by=charlie)] == [mailing.id]


def test_only_sensible_transitions_are_possible(book: Book, office: Office) -> None:
    with book.writing() as session:
        anna = _anna(session, office)
        mailing_id = _started(session, office, 2)
        told = {"by": anna, "mailing_id": mailing_id}
        for wrong in (lambda: start_mailing(session, **told, now=START), lambda: resume_mailing(session, **told)):
            with pytest.raises(BookError):
                wrong()
        assert pause_mailing(session, **told).state is MailingState.PAUSED
        with pytest.raises(BookError):
            pause_mailing(session, **told)
        assert claim_next_delivery(session, office.mailbox_id, now=START) is None
        assert resume_mailing(session, **told).state is MailingState.RUNNING
        assert cancel_mailing(session, **told, now=START).state is MailingState.CANCELLED
        assert progress(session, mailing_id) == {MailState.SKIPPED: 2}
        for wrong in (lambda: cancel_mailing(session, **told, now=START), lambda: resume_mailing(session, **told)):
            with pytest.raises(BookError):
                wrong()
        with pytest.raises(NotFound):
            pause_mailing(session, by=anna, mailing_id=999)


def test_who_unsubscribes_after_the_start_gets_nothing(book: Book, office: Office) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 3)
        first, second, third = deliveries_of_mailing(session, mailing_id, asked_by=_anna(session, office))
        unsubscribe(session, first.id, from_all=False, now=START)
        unsubscribe(session, second.id, from_all=True, now=START)
        unsubscribe(session, second.id, from_all=True, now=START)
        claimed = claim_next_delivery(session, office.mailbox_id, now=START)
        assert claimed is not None
        assert claimed.id == third.id
        handover.note_draft(session, claimed, "item", now=START)
        unsubscribe(session, third.id, from_all=False, now=START)
        assert not begin_hand_over(session, claimed, now=START)
    with book.writing() as session:
        assert claim_next_delivery(session, office.mailbox_id, now=START) is None
        rows = deliveries_of_mailing(session, mailing_id, asked_by=_anna(session, office))
        reasons = [SkipReason.REFUSED_TOPIC, SkipReason.SUPPRESSED, SkipReason.REFUSED_TOPIC]
        assert [row.skipped_because for row in rows] == reasons
        assert session.get_one(Mailing, mailing_id).state is MailingState.FINISHED
        (sending,) = deliveries_of_person(session, rows[0].person_id, asked_by=_anna(session, office))
        assert sending.mailing.name == "News"


def test_the_longer_gap_of_two_mailings_of_one_mailbox_holds(book: Book, office: Office, clock: Clock) -> None:
    with book.writing() as session:
        _started(session, office, 2, delay_s=60)
        _started(session, office, 2, delay_s=5, now=START + timedelta(seconds=1), topic_id=None)
    left = _run_alone(book, office, clock, FakeMailbox())
    assert [(after - before).total_seconds() for before, after in itertools.pairwise(left)] == [60, 60, 5]


def test_a_mailbox_sends_at_most_thirty_a_minute_whatever_the_delay() -> None:
    assert gap_of(0, per_minute=30) == timedelta(seconds=2)
    assert gap_of(10, per_minute=30) == timedelta(seconds=10)


@given(
    st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)), st.timedeltas(timedelta(), timedelta(days=1))
)
def test_a_clock_that_jumps_never_shortens_a_gap_nor_stops_a_mailing(since: timedelta | None, gap: timedelta) -> None:
    last_at = None if since is None else START - since
    free = free_at(last_at, gap, now=START)
    assert START <= free <= START + gap
    if last_at is not None and last_at <= START:
        assert free >= last_at + gap


def test_drafts_do_not_wait_for_each_other(book: Book, office: Office) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 3, mode=MailingMode.DRAFTS, delay_s=3600)
        for number in range(3):
            row = claim_next_delivery(session, office.mailbox_id, now=START)
            assert row is not None
            handover.note_drafted(session, row, f"item-{number}", now=START)
        assert claim_next_delivery(session, office.mailbox_id, now=START) is None
        assert progress(session, mailing_id) == {MailState.DRAFTED: 3}
        assert mailboxes_with_work(session) == []


class Refused(Exception):
    """The mail server said no, for now."""


class NoAnswer(Exception):
    """The call may or may not have been done."""


@dataclass
class FakeMailbox:
    """Keeps every draft and every copy that left; `faults` are used up, one per call."""

    faults: list[str] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    saved: int = 0

    def save_draft(self, marker: str) -> str:
        fault = self._fault()
        self.saved += 1
        self.drafts[item := f"item-{self.saved}"] = marker
        self._lose(fault)
        return item

    def send_draft(self, item: str) -> None:
        fault = self._fault()
        marker = self.drafts.pop(item, None)
        if marker is not None:
            self.sent[marker] += 1
        self._lose(fault)

    def find(self, marker: str) -> tuple[Found, str] | None:
        if self.sent[marker]:
            return "sent", ""
        return next((("drafts", item) for item, drafted in self.drafts.items() if drafted == marker), None)

    def _fault(self) -> str:
        fault = self.faults.pop() if self.faults else ""
        if fault == "busy":
            raise Refused
        if fault == "cut off":
            raise NoAnswer
        return fault

    @staticmethod
    def _lose(fault: str) -> None:
        if fault == "answer lost":
            raise NoAnswer


def _work(book: Book, office: Office, clock: Clock, mailbox: FakeMailbox, left_at: list[datetime]) -> Iterator[bool]:
    """One worker, stopping after each transaction and each call; yields False when it found nothing to do."""
    while True:
        with book.writing() as session:
            row = claim_begun_delivery(session, office.mailbox_id, now=clock())
        step = Step.DRAFT
        if row is not None:
            yield True
            found = mailbox.find(row.marker)
            step = next_step(row, found[0] if found else None, now=clock())
        else:
            with book.writing() as session:
                row = claim_next_delivery(session, office.mailbox_id, now=clock())
            found = None
        yield row is not None
        if row is None:
            continue
        try:
            yield from _go_on(book, clock, mailbox, row, step, found, left_at)
        except ClaimLost:
            continue
        except (Refused, NoAnswer) as error:
            yield True
            try:
                with book.writing() as session:
                    if isinstance(error, Refused):
                        handover.note_failed(session, row, "busy", is_permanent=False, now=clock())
                    else:
                        handover.set_aside(session, row, "no answer", until=clock() + LOOK_AGAIN_IN)
            except ClaimLost:
                continue
        yield True


def _go_on(
    book: Book,
    clock: Clock,
    mailbox: FakeMailbox,
    row: Delivery,
    step: Step,
    found: tuple[Found, str] | None,
    left_at: list[datetime],
) -> Iterator[bool]:
    if step is Step.DRAFT:
        with book.writing() as session:
            handover.begin_drafting(session, row, now=clock())
        yield True
        item = mailbox.save_draft(row.marker)
        yield True
        with book.writing() as session:
            handover.note_draft(session, row, item, now=clock())
        yield True
        step = Step.HAND_OVER
    elif step is Step.HAND_OVER and row.state is MailState.DRAFTING and found:
        with book.writing() as session:
            handover.note_draft(session, row, found[1], now=clock())
    with book.writing() as session:
        if step is Step.WAIT:
            handover.set_aside(session, row, until=clock() + LOOK_AGAIN_IN)
        elif step is Step.NOTE_SENT:
            handover.note_sent(session, row, now=clock())
        elif step is Step.NOTE_UNKNOWN:
            handover.note_unknown(session, row, now=clock())
        may_leave = step is Step.HAND_OVER and begin_hand_over(session, row, now=clock())
        if may_leave:
            left_at.append(clock())
    yield True
    if may_leave:
        mailbox.send_draft(row.draft_id)
        yield True
        with book.writing() as session:
            handover.note_sent(session, row, now=clock())


def _run_alone(book: Book, office: Office, clock: Clock, mailbox: FakeMailbox) -> list[datetime]:
    """One worker that nothing disturbs, until nothing waits. Returns when each mail was handed over."""
    left_at: list[datetime] = []
    for is_busy in _work(book, office, clock, mailbox, left_at):
        if is_busy:
            continue
        with book.writing() as session:
            next_at = next_try_at(session, office.mailbox_id, now=clock())
        if next_at is None:
            return left_at
        clock.advance(max(next_at - clock(), timedelta(seconds=1)))
    return left_at


def _check_gaps(left_at: Sequence[datetime], delay_s: int) -> None:
    for before, after in itertools.pairwise(left_at):
        assert after - before >= timedelta(seconds=delay_s)


def test_a_mailing_reaches_everybody_once_at_its_pace(book: Book, office: Office, clock: Clock) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 5)
    mailbox = FakeMailbox()
    left_at = _run_alone(book, office, clock, mailbox)
    assert [(at - START).total_seconds() for at in left_at] == [0, 10, 20, 30, 40]
    with book.reading() as session:
        assert progress(session, mailing_id) == {MailState.SENT: 5}
        assert session.get_one(Mailing, mailing_id).state is MailingState.FINISHED
    assert (len(mailbox.sent), set(mailbox.sent.values()), mailbox.drafts) == (5, {1}, {})


def test_a_throttled_server_in_the_middle_repeats_nothing(book: Book, office: Office, clock: Clock) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 3, delay_s=0)
    mailbox = FakeMailbox(faults=["busy", "", "busy", "busy", ""])
    _run_alone(book, office, clock, mailbox)
    with book.reading() as session:
        assert progress(session, mailing_id) == {MailState.SENT: 3}
    assert (set(mailbox.sent.values()), mailbox.drafts) == ({1}, {})


def test_a_mail_that_the_server_lost_ends_unknown_and_is_not_repeated(book: Book, office: Office, clock: Clock) -> None:
    class Losing(FakeMailbox):
        def send_draft(self, item: str) -> None:
            del self.drafts[item]
            raise NoAnswer

    with book.writing() as session:
        mailing_id = _started(session, office, 1)
    mailbox = Losing()
    _run_alone(book, office, clock, mailbox)
    with book.reading() as session:
        assert progress(session, mailing_id) == {MailState.UNKNOWN: 1}
    assert mailbox.saved == 1


def test_what_was_drafted_when_a_mailing_was_cancelled_is_discarded(book: Book, office: Office, clock: Clock) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 1)
    mailbox = FakeMailbox()
    worker = _work(book, office, clock, mailbox, [])
    while not mailbox.drafts:
        next(worker)
    with book.writing() as session:
        cancel_mailing(session, by=_anna(session, office), mailing_id=mailing_id, now=clock())
    clock.advance(handover.CLAIM_LENGTH)
    with book.writing() as session:
        row = claim_begun_delivery(session, office.mailbox_id, now=clock())
    assert row is not None
    assert next_step(row, "drafts", now=clock()) is Step.DISCARD


def test_a_paused_mailing_keeps_its_drafts_for_later(book: Book, office: Office, clock: Clock) -> None:
    with book.writing() as session:
        mailing_id = _started(session, office, 2, delay_s=0)
    mailbox = FakeMailbox()
    worker = _work(book, office, clock, mailbox, [])
    while not mailbox.drafts:
        next(worker)
    with book.writing() as session:
        pause_mailing(session, by=_anna(session, office), mailing_id=mailing_id)
    while next(worker):
        pass
    assert not mailbox.sent
    with book.writing() as session:
        resume_mailing(session, by=_anna(session, office), mailing_id=mailing_id)
    _run_alone(book, office, clock, mailbox)
    assert (len(mailbox.sent), set(mailbox.sent.values()), mailbox.drafts) == (2, {1}, {})


_numbers = itertools.count()
_events = st.one_of(
    st.tuples(st.just("go"), st.integers(0, 4)),
    st.tuples(st.just("go"), st.integers(0, 4)),
    st.tuples(st.just("go"), st.integers(0, 4)),
    st.tuples(st.just("die"), st.integers(0, 4)),
    st.tuples(st.just("pass"), st.sampled_from([1, 9, 11, 400, 1000])),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    events=st.lists(_events, max_size=40),
    faults=st.lists(st.sampled_from(["", "", "busy", "cut off", "answer lost"]), max_size=8),
)
def test_whatever_dies_nobody_gets_two_and_nobody_is_lost(
    book: Book, clock: Clock, events: list[tuple[str, int]], faults: list[str]
) -> None:
    clock.time = START
    with book.writing() as session:
        anna, mailbox_row = new_collaborator(session, f"Anna{next(_numbers)}")
        office = Office(anna.id, mailbox_row.id, 0)
        mailing_id = _started(session, office, 3, topic_id=None)
    mailbox, left_at = FakeMailbox(faults), list[datetime]()
    workers = [_work(book, office, clock, mailbox, left_at) for _worker in range(5)]
    for event, value in events:
        if event == "go":
            next(workers[value])
        elif event == "die":
            workers[value] = _work(book, office, clock, mailbox, left_at)
        else:
            clock.advance(timedelta(seconds=value))
    left_at += _run_alone(book, office, clock, mailbox)
    # Who was only slow, not dead, goes on after all is done.
    for worker in workers:
        for _step in range(4):
            next(worker)
    with book.reading() as session:
        rows = deliveries_of_mailing(session, mailing_id, asked_by=_anna(session, office))
        assert [row.state for row in rows] == [MailState.SENT] * 3
        assert not {row.state for row in rows} & set(OPEN_STATES)
    assert mailbox.sent == Counter({row.marker: 1 for row in rows})
    _check_gaps(left_at, 10)


@pytest.mark.parametrize("way", ["leaves", "unbound"])
def test_a_mailing_rests_while_its_mailbox_is_closed(book: Book, office: Office, way: str) -> None:
    with book.writing() as session:
        boss, _box = new_collaborator(session, "Boss", is_admin=True)
        els = new_person(session, "Els", "els@dupont.example")
        running, prepared = (_prepare(session, office, person_ids=[els.id]) for _time in range(2))
        start_mailing(session, by=boss, mailing_id=running.id, now=START)
        if way == "leaves":
            deactivate_collaborator(session, office.anna_id, by=boss)
        else:
            unbind_mailbox(session, by=boss, mailbox_id=office.mailbox_id)
        assert running.state is MailingState.PAUSED
        with pytest.raises(BookError, match="not bound any more"):
            resume_mailing(session, by=boss, mailing_id=running.id)
        with pytest.raises(BookError, match="not bound any more"):
            start_mailing(session, by=boss, mailing_id=prepared.id, now=START)
        session.get_one(Mailbox, office.mailbox_id).is_active = True
        assert resume_mailing(session, by=boss, mailing_id=running.id).state is MailingState.RUNNING
