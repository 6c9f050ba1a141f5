"""Mailings through the job: everybody of the list once, at the pace, whoever works and whoever dies."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from dupont import new_person
from job_office import JobOffice
from mailbox_in_memory import Crash, MailboxInMemory

from integrations.mail.message import Folder, OutgoingMail
from jobs.deliver_mailings import deliver_mailings, wake_due
from jobs.holding import Hold
from store.collaborators import Collaborator
from store.handover import MailState
from store.mailings import (
    Delivery,
    Mailing,
    MailingMode,
    MailingState,
    cancel_mailing,
    pause_mailing,
    prepare_mailing,
    start_mailing,
)

TEXTS = {"fr": ("Nouvelles", "{{ salutation }},\n\nBonne nouvelle.")}
PEOPLE = 6


def starts(office: JobOffice, *, delay_s: int = 0, mode: MailingMode = MailingMode.DIRECT, people: int = PEOPLE) -> int:
    with office.office.book.writing() as session:
        anna = session.get_one(Collaborator, office.anna_id)
        ids = [new_person(session, f"Guest {n}", f"guest{n}@else.example").id for n in range(people)]
        mailing = prepare_mailing(
            session,
            by=anna,
            name="Nouvelles",
            topic_id=None,
            mailbox_id=anna_box(office),
            mode=mode,
            delay_s=delay_s,
            texts=TEXTS,
            person_ids=ids,
            now=office.clock(),
        )
        return start_mailing(session, by=anna, mailing_id=mailing.id, now=office.clock()).id


def anna_box(office: JobOffice) -> int:
    return office.mailbox_id(office.anna_id)


def works(office: JobOffice, rounds: int = 12, step: timedelta = timedelta(seconds=1)) -> None:
    for _round in range(rounds):
        deliver_mailings(office.office, anna_box(office))
        office.clock.advance(step)


def test_everybody_gets_it_once_and_the_end_is_told(office: JobOffice) -> None:
    mailing_id = starts(office)
    works(office)
    assert Counter(one.recipient for one in office.server.departures) == {
        f"guest{n}@else.example": 1 for n in range(PEOPLE)
    }
    assert office.rows(Mailing)[0].state is MailingState.FINISHED
    kinds = [one["notice"] for one in office.notices() if one["mailing_id"] == mailing_id]
    assert kinds.count("mailing_done") == 1
    assert kinds.count("mailing_progress") >= 1


def test_hand_overs_keep_their_distance(sqlite_office: JobOffice) -> None:
    office = sqlite_office
    starts(office, delay_s=5, people=3)
    times = []
    for _second in range(20):
        deliver_mailings(office.office, anna_box(office))
        times.append(len(office.server.departures))
        office.clock.advance(timedelta(seconds=1))
    assert [times[second] for second in (0, 4, 5, 9, 10)] == [1, 1, 2, 2, 3]


def test_a_mail_shows_and_carries_the_way_out(sqlite_office: JobOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    save = MailboxInMemory.save_draft
    monkeypatch.setattr(MailboxInMemory, "save_draft", lambda self, mail: (sent.append(mail.mime), save(self, mail))[1])
    starts(sqlite_office, people=1)
    works(sqlite_office, rounds=2)
    mail = message_from_bytes(sent[0], policy=policy.default)
    header = str(mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert header.startswith("<https://rapport.example/unsubscribe/")
    assert "mailto:" not in header, "nobody reads those mails but the sender"
    assert header.partition(">")[0].removeprefix("<") in mail.get_body(("plain",)).get_content()


def test_drafts_stay_for_the_person_and_leaving_is_noticed(sqlite_office: JobOffice) -> None:
    office = sqlite_office
    office.reads()
    starts(office, mode=MailingMode.DRAFTS, people=1)
    works(office, rounds=3)
    (delivery,) = office.rows(Delivery)
    assert delivery.state is MailState.DRAFTED
    assert office.server.departures == []
    mail = OutgoingMail(delivery.marker, delivery.message_id, b"")
    found = office.server.find("anna@office.example", mail)
    assert found.folder is Folder.DRAFTS
    office.server.send_draft("anna@office.example", found.item_id)
    office.reads()
    assert office.rows(Delivery)[0].state is MailState.SENT


@pytest.mark.parametrize("end", ["pause", "cancel"])
def test_stopping_it_lets_nobody_else_have_it(sqlite_office: JobOffice, end: str) -> None:
    office = sqlite_office
    mailing_id = starts(office, delay_s=5)
    works(office, rounds=6)
    before = len(office.server.departures)
    with office.office.book.writing() as session:
        anna = session.get_one(Collaborator, office.anna_id)
        if end == "pause":
            pause_mailing(session, by=anna, mailing_id=mailing_id)
        else:
            cancel_mailing(session, by=anna, mailing_id=mailing_id, now=office.clock())
    works(office, rounds=30)
    assert 0 < before == len(office.server.departures) < PEOPLE


@pytest.mark.parametrize("looks", range(8))
def test_a_turn_that_ends_at_any_moment_leaves_nothing_claimed(
    sqlite_office: JobOffice, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    office = sqlite_office
    starts(office)
    send = MailboxInMemory.send_draft

    def takes_a_second(box: MailboxInMemory, item_id: str) -> None:
        send(box, item_id)
        office.clock.advance(timedelta(seconds=1))

    monkeypatch.setattr(MailboxInMemory, "send_draft", takes_a_second)
    seen = itertools.count()
    monkeypatch.setattr(Hold, "is_over", property(lambda _hold: next(seen) >= looks))
    deliver_mailings(office.office, anna_box(office))
    assert {row.state for row in office.rows(Delivery)} <= {MailState.QUEUED, MailState.SENT}
    assert len(office.server.departures) == len([row for row in office.rows(Delivery) if row.state is MailState.SENT])


@pytest.mark.parametrize("pause", [timedelta(seconds=45), timedelta(minutes=6)], ids=["the lease", "a claim too"])
def test_two_workers_for_longer_than_the_lease_send_to_each_once(
    office: JobOffice, monkeypatch: pytest.MonkeyPatch, pause: timedelta
) -> None:
    starts(office)
    send, turns, working = MailboxInMemory.send_draft, list[int](), [1]

    def stands_still(box: MailboxInMemory, item_id: str) -> None:
        if len(working) == 1:  # the first worker: in the middle of its call the second finds the lease lapsed
            office.clock.advance(pause)
            working.append(2)
            before = len(office.server.departures)
            deliver_mailings(office.office, anna_box(office))
            turns.append(len(office.server.departures) - before)
            working.pop()
        send(box, item_id)

    monkeypatch.setattr(MailboxInMemory, "send_draft", stands_still)
    works(office, rounds=12, step=timedelta(minutes=6))
    assert Counter(one.recipient for one in office.server.departures) == {
        f"guest{n}@else.example": 1 for n in range(PEOPLE)
    }
    assert any(turns), "the second worker sent some of them"
    assert {row.state for row in office.rows(Delivery)} == {MailState.SENT}


@pytest.mark.parametrize("seed", range(12))
def test_through_any_row_of_deaths_everybody_gets_it_once(sqlite_office: JobOffice, seed: int) -> None:
    office, luck = sqlite_office, random.Random(seed)
    starts(office)
    for _life in range(4):
        ways = (
            office.server.crashes_before_the_next,
            office.server.crashes_after_the_next,
            office.server.loses_the_answer_of_the_next,
        )
        luck.choice(ways)(luck.choice(("save_draft", "send_draft")))
        try:
            works(office, rounds=3)
        except Crash:
            office.clock.advance(timedelta(minutes=6))
    office.server.forgets_faults()
    works(office, rounds=12, step=timedelta(minutes=6))
    assert Counter(one.recipient for one in office.server.departures) == {
        f"guest{n}@else.example": 1 for n in range(PEOPLE)
    }
    assert {row.state for row in office.rows(Delivery)} == {MailState.SENT}


def test_a_throttled_server_gets_nothing_twice(sqlite_office: JobOffice) -> None:
    office = sqlite_office
    starts(office)
    office.server.is_busy(timedelta(seconds=20), call="send_draft", times=2)
    works(office, rounds=20, step=timedelta(seconds=15))
    assert len(office.server.departures) == len({one.recipient for one in office.server.departures}) == PEOPLE


def test_a_mailing_that_died_at_its_very_end_is_finished(sqlite_office: JobOffice) -> None:
    office = sqlite_office
    starts(office, people=1)
    office.server.crashes_after_the_next("send_draft")
    with pytest.raises(Crash):
        works(office, rounds=1)
    woken: list[str] = []
    office.office.wakers.append(woken.append)
    wake_due(office.office, office.clock())
    assert woken == [f"mailing:{anna_box(office)}"]
    works(office, rounds=3, step=timedelta(minutes=6))
    assert office.rows(Mailing)[0].state is MailingState.FINISHED
