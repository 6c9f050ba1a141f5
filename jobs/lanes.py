"""What a wake-up names, and what it wakes. Engines carry these names and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.office import Office
from jobs.deliver_mailings import deliver_mailings
from jobs.deliver_outbox import drain
from jobs.read_mailboxes import read_mailbox

_BY_MAILBOX: Final[dict[str, Callable[[Office, int], None]]] = {
    "read": read_mailbox,
    "mailing": deliver_mailings,
}


def run_lane(office: Office, lane: str) -> None:
    """`read:3` reads mailbox 3, `mailing:3` sends its mailings; every other name is a lane of the outbox.

    Raises BookBusy.
    """
    kind, _colon, number = lane.partition(":")
    if kind in _BY_MAILBOX:
        _BY_MAILBOX[kind](office, int(number))
    else:
        drain(office, lane)
