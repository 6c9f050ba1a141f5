"""The job that reminds: two workers, a Slack that refuses, a row that cannot be read."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from job_office import JobOffice
from refusing_slack import RefusingSlack
from sqlalchemy import select, update

from jobs.lanes import run_lane
from jobs.remind import remind_all
from jobs.schedule import SCHEDULE
from store.collaborators import Collaborator
from store.notes import NoteFacts, Remind, Reminder, write_note
from store.outbox import Outgoing, slack_lane

TUESDAY = date(2026, 11, 24)


def _reminds(office: JobOffice, *people: int) -> None:
    """Anna's note; each is due on Tuesday at nine."""
    facts = NoteFacts(office.relation_id, "Call", date(2026, 11, 20), remind=Remind(TUESDAY, time(9), people))
    with office.office.book.writing() as session:
        write_note(session, by=session.get_one(Collaborator, office.anna_id), facts=facts, now=office.clock())


def _told(office: JobOffice) -> list[int]:
    return [one["collaborator_id"] for one in office.notices() if one["notice"] == "reminder"]


@pytest.fixture
def tuesday(office: JobOffice) -> JobOffice:
    """Anna and Bram are in Slack and to be reminded; it is Tuesday, half past nine in Brussels."""
    _reminds(office, office.anna_id, office.bram_id)
    with office.office.book.writing() as session:
        for number, user in ((office.anna_id, "UANNA"), (office.bram_id, "UBRAM")):
            session.execute(update(Collaborator).where(Collaborator.id == number).values(slack_user_id=user))
    office.clock.advance(timedelta(days=2, hours=23, minutes=30))
    return office


def test_reminding_stands_in_the_schedule_every_minute() -> None:
    (job,) = [one for one in SCHEDULE if one.run is remind_all]
    assert job.every == timedelta(minutes=1)


def test_two_workers_at_once_remind_once(tuesday: JobOffice) -> None:
    workers = [threading.Thread(target=remind_all, args=(tuesday.office, tuesday.clock())) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(_told(tuesday)) == sorted([tuesday.anna_id, tuesday.bram_id])


def test_a_row_that_cannot_be_read_stops_no_other_reminder(
    tuesday: JobOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with tuesday.office.book.writing() as session:
        session.execute(update(Reminder).where(Reminder.for_id == tuesday.anna_id).values(zone="Nowhere/At_all"))
    remind_all(tuesday.office, tuesday.clock())
    assert _told(tuesday) == [tuesday.bram_id]
    assert [record.message for record in caplog.records if record.name == "jobs.edge"] == ["job failed"]


def test_what_slack_refuses_to_one_reminds_the_others_all_the_same(tuesday: JobOffice) -> None:
    slack = RefusingSlack("UANNA", "user_not_found")
    office = replace(tuesday.office, slack=slack)
    remind_all(office, tuesday.clock())
    for number in (tuesday.anna_id, tuesday.bram_id):
        run_lane(office, slack_lane(number))
    assert slack.told == ["UBRAM"]
    with office.book.reading() as session:
        refused = session.scalars(select(Outgoing).where(Outgoing.lane == slack_lane(tuesday.anna_id))).one()
        assert refused.given_up_at is not None


def test_a_run_that_was_killed_before_its_commit_reminds_at_the_next(
    tuesday: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("jobs.remind.remind", _killed)
        remind_all(tuesday.office, tuesday.clock())
    assert _told(tuesday) == []
    remind_all(tuesday.office, tuesday.clock())
    assert sorted(_told(tuesday)) == sorted([tuesday.anna_id, tuesday.bram_id])


def _killed(*_given: object, **_named: object) -> None:
    raise ConnectionError
