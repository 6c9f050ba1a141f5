"""When colleagues are taken by what stands in the calendars of their mailboxes, asked of the mail servers."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.office import Caller, Office
from integrations.mail.errors import MailProblem
from integrations.mail.message import BusyKind, BusyTime
from store.mailboxes import active_mailboxes
from store.slots import TakenElsewhere

log = logging.getLogger(__name__)

WITHIN = timedelta(seconds=1.3)
"""What a form that is saved can wait for servers, with time left to look into the book."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """What the calendars of the mailboxes say, by collaborator; `unasked` have one that did not answer."""

    taken: Mapping[int, Sequence[TakenElsewhere]] = field(default_factory=dict)
    unasked: Collection[int] = ()


def ask_calendars(
    caller: Caller, collaborator_ids: Collection[int], begins_at: datetime, ends_at: datetime
) -> Calendars:
    """Each mail server is asked once, about everybody whose mailbox it has, through the caller's own mailbox there.

    Through another's it would tell what that one may see. Never raises, and takes about a second.
    """
    with caller.reading() as session:
        every = active_mailboxes(session)
    boxes = [one for one in every if one.collaborator_id in collaborator_ids]
    own = {one.server: one.address for one in every if one.collaborator_id == caller.collaborator.id}
    by_server: dict[str, list[str]] = defaultdict(list)
    for box in boxes:
        by_server[box.server].append(box.address)
    asked = [
        caller.office.background.submit(_told, caller.office, server, own[server], addresses, begins_at, ends_at)
        for server, addresses in by_server.items()
        if server in own
    ]
    wait(asked, timeout=WITHIN.total_seconds() + 0.1)  # a name that is looked up keeps to no limit of ours
    told = _together(asked)
    unasked = {box.collaborator_id for box in boxes if box.address not in told}
    taken: dict[int, list[TakenElsewhere]] = defaultdict(list)
    for box in boxes:
        if box.collaborator_id not in unasked:
            taken[box.collaborator_id] += map(_taken, told[box.address])
    return Calendars(taken, unasked)


def open_ahead(caller: Caller) -> None:
    """Loads the providers of the office's mailboxes, which may take a second, while somebody fills the form in."""
    with caller.reading() as session:
        by_server = {box.server: box.address for box in active_mailboxes(session)}
    for server, address in by_server.items():
        caller.office.background.submit(caller.office.mailbox, server, address)


def _told(
    office: Office, server: str, own: str, addresses: Sequence[str], begins_at: datetime, ends_at: datetime
) -> Mapping[str, tuple[BusyTime, ...]]:
    """{} where the server does not say."""
    try:
        return office.mailbox(server, own).free_busy(addresses, begins_at, ends_at, within=WITHIN)
    except MailProblem as problem:
        log.info("free/busy not told", extra={"server": server, "problem": type(problem).__name__})
    except KeyError:
        log.warning("a mailbox names a server that the settings do not have", extra={"server": server})
    return {}


def _together(asked: Sequence[Future[Mapping[str, tuple[BusyTime, ...]]]]) -> dict[str, tuple[BusyTime, ...]]:
    return {address: times for one in asked if one.done() for address, times in one.result().items()}


def _taken(one: BusyTime) -> TakenElsewhere:
    return TakenElsewhere(one.begins_at, one.ends_at, is_away=one.kind is BusyKind.OUT_OF_OFFICE)
