"""Runs the schedule inside this process: APScheduler as a timer, a pool of threads for lanes. The rows are the truth.

A pool thread is taken for as long as a lane has something to do, so lanes never wait for each other while there are
threads. A lane that is woken while it waits for a thread is not queued twice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, time, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor as TimerPool
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.office import Office
from bot.sole_runner import LEASE
from jobs.edge import run_guarded
from jobs.lanes import run_lane
from jobs.schedule import SCHEDULE, Job
from store import handover, leases, outbox
from store.invitations import InvitationMail
from store.mailings import Delivery
from store.outbox import on_committed

_TIMER_THREADS = 4


@contextmanager
def running(office: Office) -> Iterator[None]:
    """Inside the block jobs run by the clock, and lanes as soon as a commit of this process writes to them.

    The caller must be the only process that runs the jobs of this book. At the end of the block what runs is finished.
    """
    _take_over(office)
    lanes = _Lanes(office, office.settings.jobs.concurrency)
    office.wakers.append(lanes.wake)
    on_committed(office.book.writers, office.wake_all)
    scheduler = BackgroundScheduler(executors={"default": TimerPool(_TIMER_THREADS)}, timezone=UTC)
    for job in SCHEDULE:
        _add(scheduler, office, job)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
        office.wakers.remove(lanes.wake)
        lanes.close()


def _take_over(office: Office) -> None:
    """Being alone, what others held is a dead process's: nobody waits for it to lapse."""
    with office.book.writing() as session:
        leases.free_all_but(session, kept=LEASE)
        outbox.let_go_all(session)
        for kind in (InvitationMail, Delivery):
            handover.let_go_all(session, kind)


def _add(scheduler: BackgroundScheduler, office: Office, job: Job) -> None:
    scheduler.add_job(
        lambda: run_guarded(job.name, lambda: job.run(office, office.now())),
        _trigger(job.every, office.settings.office.zone),
        id=job.name,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


def _trigger(every: timedelta | time, zone: str) -> BaseTrigger:
    # A day counted from the start would never end in a process that is restarted every day.
    if isinstance(every, time):
        return CronTrigger(hour=every.hour, minute=every.minute, timezone=zone)
    return IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)


class _Lanes:
    def __init__(self, office: Office, threads: int) -> None:
        self._office = office
        self._pool = ThreadPoolExecutor(threads, "lane")
        self._waiting: set[str] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    def wake(self, lane: str) -> None:
        with self._lock:
            if lane in self._waiting or self._is_closed:
                return
            self._waiting.add(lane)
            self._pool.submit(self._run, lane)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, lane: str) -> None:
        with self._lock:
            self._waiting.discard(lane)
        run_guarded(lane, lambda: run_lane(self._office, lane))
