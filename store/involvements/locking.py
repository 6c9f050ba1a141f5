"""The day up to which commissions are settled."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.collaborators import Collaborator
from store.involvements.model import CommissionLock


def locked_until(session: Session) -> date | None:
    """The last settled day; None when nothing is."""
    return session.scalar(select(CommissionLock.until_on))


def commission_lock(session: Session) -> CommissionLock | None:
    return session.scalars(select(CommissionLock)).one_or_none()


def lock_commissions(
    session: Session, *, by: Collaborator, until_on: date | None, version: int | None = None
) -> CommissionLock:
    """Nobody changes a percentage up to and including `until_on` any more; None, or an earlier day, opens again.

    Raises NotAllowed for everyone but an administrator, ChangedMeanwhile.
    """
    require_admin(by)
    row = commission_lock(session)
    if row is None:
        row = CommissionLock(id=1)
        session.add(row)
    else:
        row.expect_version(version)
    row.until_on = until_on
    session.flush()
    return row
