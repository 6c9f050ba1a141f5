"""Delivers what waits in the outbox, one lane (a mailbox, Slack) at a time: hold it, claim, commit, deliver, record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.logs import place_of, referred
from bot.office import Office
from bot.slack.notices import NoticeProblem, send_notice
from jobs.deliver_invitations import deliver_invitation, tell_of_failure
from jobs.errors import NotYet
from jobs.holding import LENGTH, held
from store.base import BookBusy
from store.outbox import Outgoing, claim_next, lanes_due, mark_delivered, mark_failed, put_off
from store.reports.posting import POSTED, lose_post

log = logging.getLogger(__name__)


def _notice(office: Office, content: Mapping[str, Any]) -> None:
    send_notice(office, dict(content))


DELIVERERS: Final[dict[str, Callable[[Office, Mapping[str, Any]], None]]] = {
    "notice": _notice,
    "invitation": deliver_invitation,
}


def drain(office: Office, lane: str) -> None:
    """Harmless at any moment, any number of times: whoever finds the lane held leaves it to the holder.

    Raises BookBusy.
    """
    # What was written while the holder let go woke somebody who found the lane held: it is looked for once more.
    if _drain_once(office, lane) and _is_due(office, lane):
        office.wake(lane)


def sweep(office: Office, due_at: datetime) -> None:
    """Wakes the lanes whose wake-up was lost, or whose time to try again has come."""
    with office.book.reading() as session:
        lanes = lanes_due(session, now=due_at)
    office.wake_all(frozenset(lanes))


def _drain_once(office: Office, lane: str) -> bool:
    with held(office, f"lane:{lane}") as hold:
        if hold is None:
            return False
        while not hold.is_over and (outgoing := _next(office, lane)) is not None:
            with referred():
                _deliver(office, outgoing)
        return True


def _next(office: Office, lane: str) -> Outgoing | None:
    with office.book.writing() as session:
        return claim_next(session, lane, now=office.now(), length=LENGTH)


def _is_due(office: Office, lane: str) -> bool:
    with office.book.reading() as session:
        return lane in lanes_due(session, now=office.now())


def _deliver(office: Office, outgoing: Outgoing) -> None:
    try:
        DELIVERERS[outgoing.kind](office, outgoing.content)
    except NotYet as wait:
        with office.book.writing() as session:
            put_off(session, outgoing.id, until=wait.until)
    except NoticeProblem as problem:
        _record_failure(office, outgoing, str(problem), problem.is_permanent, problem.retry_after)
    except BookBusy:
        raise
    except Exception as error:  # noqa: BLE001 (the job runner's edge: one bad row must not hold up all behind it)
        log.error("outgoing failed", extra=_ids(outgoing) | {"error": place_of(error)})
        _record_failure(office, outgoing, type(error).__name__, is_permanent=True)
    else:
        with office.book.writing() as session:
            mark_delivered(session, outgoing.id, now=office.now())


def _record_failure(
    office: Office, outgoing: Outgoing, failure: str, is_permanent: bool, retry_after: timedelta | None = None
) -> None:
    with office.book.writing() as session:
        now = office.now()
        row = mark_failed(session, outgoing.id, failure, is_permanent=is_permanent, now=now, retry_after=retry_after)
        if row.given_up_at is not None and row.kind == "invitation":
            tell_of_failure(session, row.content["invitation_mail_id"], now=now)
        if row.given_up_at is not None and row.content.get("notice") == POSTED:
            lose_post(session, row.content, now=now)
    facts = {"failure": failure, "gave_up": row.given_up_at is not None}
    log.warning("outgoing not delivered", extra=_ids(outgoing) | facts)


def _ids(outgoing: Outgoing) -> dict[str, object]:
    return {"outgoing_id": outgoing.id, "kind": outgoing.kind, "lane": outgoing.lane}
