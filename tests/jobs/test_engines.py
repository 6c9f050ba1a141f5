"""Both engines: soon after the commit, every lane in its order, nothing twice, whoever else works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from job_office import JobOffice, make_job_office
from mailbox_in_memory import Crash

from jobs import deliver_outbox, distributed, embedded
from jobs.distributed import cron_of
from jobs.schedule import SCHEDULE, Job
from store.engine import Book
from store.handover import MailState
from store.invitations import InvitationMail
from store.outbox import Outgoing, put_in_outbox


class RealClock:
    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, length: timedelta) -> None:
        raise AssertionError("real time cannot be moved")


@pytest.fixture
def live(new_sqlite_url: Callable[[], str], tmp_path: Path) -> Iterator[JobOffice]:
    yield from _live(new_sqlite_url(), tmp_path)


@pytest.fixture
def live_on_postgresql(new_postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[JobOffice]:
    url = new_postgres_url()
    distributed.apply_schema(url)
    distributed.apply_schema(url)
    yield from _live(url, tmp_path)


def _live(url: str, folder: Path) -> Iterator[JobOffice]:
    clock = RealClock()
    book = Book(url, now=clock, connections=15)
    made = make_job_office(book, clock, folder)
    made.office.settings.database.__dict__["url"] = url
    yield made
    made.office.close()


class Outside:
    """Counts what is delivered, lane by lane, and whether a lane was ever drained by two at once."""

    def __init__(self) -> None:
        self.delivered: list[tuple[str, int]] = []
        self.overlaps = 0
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, _office: object, content: dict) -> None:
        lane = content["lane"]
        with self._lock:
            self.overlaps += lane in self._running
            self._running.add(lane)
        time.sleep(0.02)
        with self._lock:
            self._running.discard(lane)
            self.delivered.append((lane, content["number"]))


def writes(office: JobOffice, rows: int, lanes: int = 4) -> None:
    with office.office.book.writing() as session:
        for number in range(rows):
            content = {"lane": f"test{number % lanes}", "number": number}
            now = office.clock()
            put_in_outbox(session, kind="test", key=f"test/{number}", lane=content["lane"], content=content, now=now)


def until(holds: Callable[[], bool], within_s: float = 30) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def check(outside: Outside, rows: int) -> None:
    assert sorted(number for _lane, number in outside.delivered) == list(range(rows))
    for lane in {lane for lane, _number in outside.delivered}:
        numbers = [number for other, number in outside.delivered if other == lane]
        assert numbers == sorted(numbers)
    assert outside.overlaps == 0


def test_the_embedded_engine_delivers_after_the_commit_in_order(
    live: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = Outside()
    monkeypatch.setitem(deliver_outbox.DELIVERERS, "test", outside)
    with embedded.running(live.office):
        writes(live, 20)
        until(lambda: len(outside.delivered) == 20)
    check(outside, 20)


def test_several_workers_share_the_lanes_in_order(
    live_on_postgresql: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = Outside()
    monkeypatch.setitem(deliver_outbox.DELIVERERS, "test", outside)
    with distributed.working(live_on_postgresql.office), distributed.working(live_on_postgresql.office):
        writes(live_on_postgresql, 20)
        until(lambda: len(outside.delivered) == 20)
    check(outside, 20)


def test_a_bug_in_one_delivery_holds_up_no_other(live: JobOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside()
    monkeypatch.setitem(deliver_outbox.DELIVERERS, "test", outside)
    with live.office.book.writing() as session:
        put_in_outbox(session, kind="bug", key="bug", lane="test0", content={}, now=live.clock())
    writes(live, 2, lanes=1)
    deliver_outbox.drain(live.office, "test0")
    check(outside, 2)
    assert live.rows(Outgoing)[0].given_up_at is not None


def test_a_nightly_job_comes_at_its_hour_in_the_offices_zone_however_late_the_process_started() -> None:
    started_at = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
    at = embedded._trigger(clock_time(3), "Europe/Brussels").get_next_fire_time(None, started_at)
    assert at == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_a_restarted_process_does_not_wait_for_its_dead_predecessor(live: JobOffice) -> None:
    live.plans(live.els_id)
    live.server.crashes_after_the_next("save_draft")
    with pytest.raises(Crash):
        live.drains()
    with embedded.running(live.office):
        until(lambda: live.rows(InvitationMail)[0].state is MailState.SENT)
    assert len(live.server.departures) == 1


@pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.name)
def test_every_job_of_the_schedule_has_a_cron_line_and_runs_on_an_empty_book(live: JobOffice, job: Job) -> None:
    assert len(cron_of(job.every).split()) == 6
    job.run(live.office, live.clock())
