"""Runs the same schedule on many machines: Procrastinate on the book's PostgreSQL, for wake-ups and the clock only.

What must not overlap holds a lease in the book, never one of Procrastinate's locks: those keep a lane shut until
somebody mends a job whose worker was killed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from psycopg.conninfo import make_conninfo
from sqlalchemy.orm import Session

from bot.office import Office
from jobs.edge import run_guarded
from jobs.lanes import run_lane
from jobs.schedule import SCHEDULE, Job
from store.database_url import libpq_uri
from store.outbox import on_written

_LANE: Final = "run-lane"
_STARTS_WITHIN_S = 30.0
_ENDS_WITHIN_S = 20.0


class EngineDidNotStart(Exception):
    """Procrastinate could not be started; the cause says why."""


def apply_schema(url: str) -> None:
    """Makes Procrastinate's tables in this PostgreSQL database, unless they are there."""
    app = _sync_app(url)
    with app.open():
        if not app.check_connection():
            app.schema_manager.apply_schema()


@contextmanager
def waking(office: Office) -> Iterator[None]:
    """Inside the block every commit of this process wakes the lanes that it wrote to, on whichever machine works.

    The wake-up is written in the same transaction, so it lives and dies with its cause.
    """
    engine = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())  # never opened: it borrows connections
    is_on = threading.Event()
    is_on.set()

    def defer(session: Session, lanes: frozenset[str]) -> None:
        if not is_on.is_set():
            return
        for lane in lanes:
            raw: Any = session.connection().connection.driver_connection
            engine.configure_task(_LANE, connection=raw, allow_unknown=True).defer(lane=lane)

    on_written(office.book.writers, defer)
    try:
        yield
    finally:
        is_on.clear()


@contextmanager
def working(office: Office) -> Iterator[None]:
    """Inside the block this process works, beside as many others as there are. At the end what runs is finished.

    Raises EngineDidNotStart.
    """
    url = office.settings.database.full_url
    with ExitStack() as stack:
        stack.enter_context(waking(office))
        deferring = stack.enter_context(_sync_app(url).open())
        stack.enter_context(_Worker(office, url))

        def wake(lane: str) -> None:
            # Outside of any transaction: a lane that waits already needs no second wake-up.
            with suppress(AlreadyEnqueued):
                deferring.configure_task(_LANE, queueing_lock=lane, allow_unknown=True).defer(lane=lane)

        office.wakers.append(wake)
        try:
            yield
        finally:
            office.wakers.remove(wake)


class _Worker:
    """Procrastinate's worker on an event loop of its own, in a thread."""

    def __init__(self, office: Office, url: str) -> None:
        self._office, self._url = office, url
        self._concurrency = office.settings.jobs.concurrency
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()), name="worker")
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._problem: BaseException | None = None

    def __enter__(self) -> None:
        self._thread.start()
        if not self._started.wait(_STARTS_WITHIN_S) or self._problem is not None:
            raise EngineDidNotStart from self._problem

    def __exit__(self, *_error: object) -> None:
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        # Synchronous jobs run in the loop's own pool, which is else as small as the machine.
        self._loop.set_default_executor(ThreadPoolExecutor(self._concurrency + 2, "job"))
        app = worker_app(self._office, self._url)
        try:
            async with app.open_async():
                self._task = asyncio.create_task(
                    app.run_worker_async(
                        concurrency=self._concurrency,
                        install_signal_handlers=False,
                        fetch_job_polling_interval=1,
                        shutdown_graceful_timeout=_ENDS_WITHIN_S,
                        delete_jobs="successful",
                    )
                )
                self._started.set()
                with suppress(asyncio.CancelledError):
                    await self._task
        except procrastinate.exceptions.ConnectorException as problem:
            self._problem = problem
            self._started.set()


def worker_app(office: Office, url: str) -> procrastinate.App:
    """Lanes and schedule as Procrastinate's tasks."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_conninfo(url)))

    @app.task(name=_LANE)
    def lane_task(lane: str) -> None:
        run_guarded(lane, lambda: run_lane(office, lane))

    for job in SCHEDULE:
        _add(app, office, job)
    return app


def _add(app: procrastinate.App, office: Office, job: Job) -> None:
    def run(timestamp: int) -> None:
        run_guarded(job.name, lambda: job.run(office, datetime.fromtimestamp(timestamp, UTC)))

    app.periodic(cron=cron_of(job.every))(app.task(name=job.name, queueing_lock=job.name)(run))


def cron_of(every: timedelta | time) -> str:
    """Six fields, the last in seconds, as croniter reads them."""
    if isinstance(every, time):
        return f"{every.minute} {every.hour} * * * 0"
    seconds = int(every.total_seconds())
    if seconds < 60:
        return f"* * * * * */{seconds}"
    if seconds < 3600:
        return f"*/{seconds // 60} * * * * 0"
    return "0 * * * * 0"


def _sync_app(url: str) -> procrastinate.App:
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=_conninfo(url)))


def _conninfo(url: str) -> str:
    uri, password = libpq_uri(url)
    return make_conninfo(uri, **({"password": password} if password else {}))
