"""Looking after the addresses that actions are linked to: which are due, and what was found.

Nothing here makes a new version of an action: nobody who edits it is told of a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.orm import Session

from store.actions import Action
from store.linked_addresses import LinkedAddress
from store.linked_documents import is_on_the_web

EVERY = timedelta(days=1)

_IS_LINKED = exists().where(Action.linked_address_id == LinkedAddress.id)


def follow_new(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Gives actions whose address nobody looks after yet the row of that address; returns how many there were.

    For one caller at a time.
    """
    # Word for word as in the index, which holds only those.
    unfollowed = Action.linked_address_id.is_(None), text("action.linked_url <> ''")
    query = select(Action.id, Action.linked_url).where(*unfollowed).order_by(Action.id).limit(limit)
    found = session.execute(query).all()
    for action_id, url in found:
        same = update(Action).where(Action.id == action_id, Action.linked_url == url)
        address_id = _address_of(session, url, now).id
        session.execute(same.values(linked_address_id=address_id).execution_options(synchronize_session=False))
    return len(found)


def addresses_due(session: Session, *, now: datetime, limit: int) -> Sequence[LinkedAddress]:
    """Those of actions in the book, the longest waiting first."""
    query = select(LinkedAddress).where(LinkedAddress.due_at <= now, _IS_LINKED.where(Action.deleted_at.is_(None)))
    return session.scalars(query.order_by(LinkedAddress.due_at, LinkedAddress.id).limit(limit)).all()


def forget_unlinked(session: Session) -> None:
    """Forgets each address that no action is linked to any more, those that are not on the web too."""
    session.flush()
    session.execute(delete(LinkedAddress).where(~_IS_LINKED).execution_options(synchronize_session=False))


def forget_all_addresses(session: Session) -> None:
    """For an office that has none looked after: no card goes on saying that one is dead. Actions keep their links."""
    followed = update(Action).where(Action.linked_address_id.is_not(None)).values(linked_address_id=None)
    session.execute(followed.execution_options(synchronize_session=False))
    forget_unlinked(session)


def note_looked_at(session: Session, address_id: int, *, is_there: bool | None, now: datetime) -> None:
    """None: nothing can be said, so what was known stays. Looked at again a day later."""
    row = session.get(LinkedAddress, address_id, with_for_update=True)
    if row is None:
        return
    row.due_at = now + EVERY
    if is_there:
        row.failures, row.failed_since_at = 0, None
    elif is_there is not None:
        row.failures, row.failed_since_at = row.failures + 1, row.failed_since_at or now
    session.flush()


def _address_of(session: Session, url: str, now: datetime) -> LinkedAddress:
    key = hashlib.sha256(url.encode()).hexdigest()
    row = session.scalars(select(LinkedAddress).where(LinkedAddress.key == key)).one_or_none()
    if row is None:
        row = LinkedAddress(key=key, url=url, due_at=now if is_on_the_web(url) else None)
        session.add(row)
        session.flush()
    return row
