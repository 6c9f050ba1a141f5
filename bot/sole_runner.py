"""One process runs the embedded jobs of a book: a second one says so and stops."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from bot.logs import place_of
from bot.office import Office
from store.engine import DATABASE_ERRORS
from store.leases import Lease, free_lease, take_lease

log = logging.getLogger(__name__)

LEASE: Final = "embedded-jobs"
LENGTH: Final = timedelta(seconds=30)
_RENEW_EVERY_S = 8.0


class AnotherRunsTheJobs(Exception):
    """Another process holds the lease; `holder` is its machine and process number."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def sole_runner(office: Office, *, on_lost: Callable[[], None]) -> Iterator[None]:
    """Holds the lease in the block. `on_lost` is called, in another thread, when it was lost all the same: another
    process has it, or the book could not be reached for as long as it lasts.

    Raises AnotherRunsTheJobs. The lease of a process of this machine that is gone (killed) is taken over at once;
    another machine's lapses by itself.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _take(office, me)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=(office, me, stopping, on_lost), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()
        _let_go(office, me)


def _take(office: Office, me: str) -> None:
    with office.book.writing() as session:
        found = session.get(Lease, LEASE)
        holder = found.holder if found else None
        if holder and _is_gone(holder):
            free_lease(session, LEASE, holder=holder)
        if not take_lease(session, LEASE, holder=me, now=office.now(), length=LENGTH):
            raise AnotherRunsTheJobs(str(holder).rpartition(":")[0])


def _is_gone(holder: str) -> bool:
    """Whether it was a process of this machine that no longer runs. Our own number means a predecessor's."""
    machine, _colon, rest = holder.partition(":")
    process = int(rest.partition(":")[0])
    if machine != socket.gethostname():
        return False
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _keep(office: Office, me: str, stopping: threading.Event, on_lost: Callable[[], None]) -> None:
    renewed_at_s = time.monotonic()
    while not stopping.wait(_RENEW_EVERY_S):
        began_at_s = time.monotonic()
        try:
            with office.book.writing() as session:
                is_ours = take_lease(session, LEASE, holder=me, now=office.now(), length=LENGTH)
        except DATABASE_ERRORS as error:
            log.warning("the lease on the embedded jobs was not renewed", extra={"error": place_of(error)})
            is_ours = time.monotonic() - renewed_at_s < LENGTH.total_seconds()
        else:
            renewed_at_s = began_at_s
        if not is_ours:
            log.error("the embedded jobs are no longer this process's alone")
            on_lost()
            return


def _let_go(office: Office, me: str) -> None:
    try:
        with office.book.writing() as session:
            free_lease(session, LEASE, holder=me)
    except DATABASE_ERRORS as error:
        log.warning("the lease on the embedded jobs stays until it lapses", extra={"error": place_of(error)})
