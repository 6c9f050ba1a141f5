"""Being the only one at something, on any number of machines: a lease in the book, renewed for as long as it takes."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bot.logs import place_of
from bot.office import Office
from store.engine import DATABASE_ERRORS
from store.leases import free_lease, take_lease

log = logging.getLogger(__name__)

LENGTH = timedelta(seconds=40)
"""How long a killed holder keeps others waiting; several renewals may fail before a living one loses it."""
RENEW_EVERY_S = 10.0
TURN_S = 2.0
"""How long a lane may keep its thread while it has more to do; then it wakes itself again."""


@dataclass
class Hold:
    """A lease that was taken. `is_lost` once somebody else has it or may have it (this process stood still, or could
    not reach the book for the whole length): stop.
    """

    name: str
    holder: str
    turn_ends_at_s: float = field(default_factory=lambda: time.monotonic() + TURN_S)
    rest: timedelta | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _lost: threading.Event = field(default_factory=threading.Event)

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    @property
    def is_over(self) -> bool:
        """The lease is lost, or it is time to let others have the thread and to see whether we should stop."""
        return self.is_lost or time.monotonic() > self.turn_ends_at_s

    def rest_for(self, length: timedelta) -> None:
        """Keeps everybody off for a while after the end, ourselves too."""
        self.rest = length

    def renew_until_ended(self, office: Office) -> None:
        renewed_at_s = time.monotonic()
        while not self._ended.wait(RENEW_EVERY_S):
            began_at_s = time.monotonic()
            try:
                is_ours = _take(office, self)
            except DATABASE_ERRORS as error:
                log.warning("lease not renewed", extra={"lease": self.name, "error": place_of(error)})
                is_ours = time.monotonic() - renewed_at_s < LENGTH.total_seconds()
            else:
                renewed_at_s = began_at_s
            if not is_ours:
                self._lost.set()
                return

    def end(self) -> None:
        self._ended.set()


@contextmanager
def held(office: Office, name: str) -> Iterator[Hold | None]:
    """None when another holds it. Raises BookBusy."""
    hold = Hold(name, secrets.token_hex(8))
    if not _take(office, hold):
        yield None
        return
    renewer = threading.Thread(target=hold.renew_until_ended, args=(office,), name=f"lease {name}", daemon=True)
    renewer.start()
    try:
        yield hold
    finally:
        hold.end()
        renewer.join()
        if hold.rest is not None:
            _take(office, hold, hold.rest)
        else:
            with office.book.writing() as session:
                free_lease(session, name, holder=hold.holder)


def _take(office: Office, hold: Hold, length: timedelta = LENGTH) -> bool:
    with office.book.writing() as session:
        return take_lease(session, hold.name, holder=hold.holder, now=office.now(), length=length)
