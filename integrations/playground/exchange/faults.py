"""Faults on demand: how the server fails the next requests, as a real one would on a bad day."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from integrations.playground.exchange.errors import EwsError


class FaultKind(StrEnum):
    """What goes wrong. The last two do the operation first: the answer alone is lost or cut."""

    SERVER_BUSY = "server busy"
    MAILBOX_UNAVAILABLE = "mailbox store unavailable"
    INVALID_SYNC_STATE = "invalid sync state"
    HTTP_500 = "http 500"
    HTTP_503 = "http 503"
    UNAUTHORIZED = "unauthorized"
    GARBAGE = "html instead of soap"
    SLOW = "slow"
    DROP_BEFORE = "connection dropped before the operation"
    DROP_AFTER = "connection dropped after the operation"
    TRUNCATED = "answer cut short"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault for the next `times` matching requests. "" matches every operation, every account."""

    kind: FaultKind
    times: int = 1
    operation: str = ""
    address: str = ""
    back_off: timedelta = timedelta(seconds=1)
    delay: timedelta = timedelta(0)

    def problem(self) -> EwsError | None:
        """The EWS error that this kind of fault is, None when it is none."""
        if self.kind is FaultKind.SERVER_BUSY:
            wait_ms = str(int(self.back_off.total_seconds() * 1000))
            text = "The server cannot service this request right now. Try again later."
            return EwsError("ErrorServerBusy", text, values=(("BackOffMilliseconds", wait_ms),))
        if self.kind is FaultKind.MAILBOX_UNAVAILABLE:
            return EwsError("ErrorMailboxStoreUnavailable", "The mailbox database is temporarily unavailable.")
        if self.kind is FaultKind.INVALID_SYNC_STATE:
            return EwsError("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.")
        return None


class Faults:
    """The faults that wait, and two limits: both None, so off, unless set."""

    def __init__(self) -> None:
        self.connections_per_account: int | None = None
        self.messages_per_minute: int | None = None
        self._waiting: list[Fault] = []
        self._running: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(
        self,
        kind: FaultKind,
        *,
        times: int = 1,
        operation: str = "",
        address: str = "",
        back_off: timedelta = timedelta(seconds=1),
        delay: timedelta = timedelta(0),
    ) -> None:
        """Fails the next `times` requests of that operation and account, each after `delay`."""
        with self._lock:
            self._waiting.append(Fault(kind, times, operation, address.casefold(), back_off, delay))

    def clear(self) -> None:
        """No more faults and no limits."""
        with self._lock:
            self._waiting.clear()
            self.connections_per_account = self.messages_per_minute = None

    def take(self, operation: str, address: str) -> Fault | None:
        """The fault that this request meets, counted off."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.operation in {"", operation} and fault.address in {"", address.casefold()}:
                    if fault.times > 1:
                        self._waiting[place] = replace(fault, times=fault.times - 1)
                    else:
                        del self._waiting[place]
                    return fault
        return None

    def enter(self, address: str) -> None:
        """Counts a request in. Raises ErrorExceededConnectionCount above the limit; `leave` counts it out."""
        with self._lock:
            running = self._running.get(address, 0)
            if self.connections_per_account is not None and running >= self.connections_per_account:
                text = "You have exceeded the available concurrent connections for your account."
                raise EwsError("ErrorExceededConnectionCount", text)
            self._running[address] = running + 1

    def leave(self, address: str) -> None:
        """Counts a request out."""
        with self._lock:
            self._running[address] -= 1
