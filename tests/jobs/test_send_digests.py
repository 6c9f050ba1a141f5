"""The morning digest: each at their hour in their zone, once a day, late on the same day alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from job_office import JobOffice
from sqlalchemy import update

from jobs.send_digests import send_digests
from store.collaborators import Collaborator
from store.digests import choose_digest

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""Half past seven in Brussels."""


@pytest.fixture
def mornings(sqlite_office: JobOffice) -> JobOffice:
    """Anna is in Brussels and Bram in Toronto, both with a digest at half past seven."""
    people = ((sqlite_office.anna_id, "UANNA", "Europe/Brussels"), (sqlite_office.bram_id, "UBRAM", "America/Toronto"))
    with sqlite_office.office.book.writing() as session:
        for number, user, zone in people:
            row = update(Collaborator).where(Collaborator.id == number)
            session.execute(row.values(slack_user_id=user, zone=zone, digest_time=time(7, 30)))
    return sqlite_office


def _at(office: JobOffice, moment: datetime) -> list[int]:
    """Whose digests are on their way once the job has run at that moment."""
    office.clock.advance(moment - office.clock())
    send_digests(office.office, moment)
    return [one["collaborator_id"] for one in office.notices() if one["notice"] == "digest"]


def test_each_gets_the_digest_at_their_own_hour_in_their_own_zone_once_a_day(mornings: JobOffice) -> None:
    anna, bram = mornings.anna_id, mornings.bram_id
    assert _at(mornings, MONDAY - timedelta(hours=7)) == [bram], "Sunday noon in Toronto, Sunday night in Brussels"
    assert _at(mornings, MONDAY - timedelta(minutes=1)) == [bram]
    assert _at(mornings, MONDAY) == [bram, anna]
    assert _at(mornings, MONDAY + timedelta(minutes=1)) == [bram, anna]
    assert _at(mornings, MONDAY + timedelta(hours=6)) == [bram, anna, bram]
    assert _at(mornings, MONDAY + timedelta(days=1)) == [bram, anna, bram, anna]


def test_the_hour_is_that_of_the_wall_on_both_sides_of_a_clock_change(mornings: JobOffice) -> None:
    with mornings.office.book.writing() as session:
        session.get_one(Collaborator, mornings.bram_id).is_active = False
    days = ((date(2027, 3, 27), 6), (date(2027, 3, 28), 5), (date(2027, 10, 30), 5), (date(2027, 10, 31), 6))
    for number, (day, hour) in enumerate(days):
        due_at = datetime.combine(day, time(hour, 30), UTC)
        assert len(_at(mornings, due_at - timedelta(minutes=1))) == number
        assert len(_at(mornings, due_at)) == number + 1


def test_who_chose_no_digest_gets_none(mornings: JobOffice) -> None:
    with mornings.office.book.writing() as session:
        anna = session.get_one(Collaborator, mornings.anna_id)
        choose_digest(session, by=anna, at=None)
        session.get_one(Collaborator, mornings.bram_id).is_active = False
    assert _at(mornings, MONDAY + timedelta(hours=2)) == []


def test_who_came_today_gets_the_first_digest_tomorrow(mornings: JobOffice) -> None:
    with mornings.office.book.writing() as session:
        session.get_one(Collaborator, mornings.bram_id).is_active = False
        session.get_one(Collaborator, mornings.anna_id).created_at = MONDAY + timedelta(hours=1)
    assert _at(mornings, MONDAY + timedelta(hours=2)) == []
    assert _at(mornings, MONDAY + timedelta(days=1)) == [mornings.anna_id]
