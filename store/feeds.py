"""Calendar subscriptions: secret addresses of a collaborator's feed, each with a name, each revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.base import NotFound, Row
from store.collaborators import Collaborator

FETCH_NOTED_EVERY = timedelta(minutes=5)


class Feed(Row):
    """Only a hash of the token is kept: who reads the database cannot subscribe."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    fetched_by: Mapped[str] = mapped_column(default="")
    collaborator: Mapped[Collaborator] = relationship(lazy="joined")


def new_feed(session: Session, *, by: Collaborator, name: str, now: datetime) -> tuple[Feed, str]:
    """The subscription and its token, which is shown once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    feed = Feed(collaborator_id=by.id, name=name.strip()[:100], token_hash=_hash(token), created_at=now)
    session.add(feed)
    session.flush()
    return feed, token


def feed_with_token(session: Session, token: str) -> Feed | None:
    """None for a token that is wrong or revoked, or whose owner has left: the three cannot be told apart."""
    query = select(Feed).where(Feed.token_hash == _hash(token), Feed.revoked_at.is_(None))
    feed = session.scalars(query).one_or_none()
    return feed if feed is not None and feed.collaborator.is_active else None


def feeds_of(session: Session, collaborator_id: int) -> Sequence[Feed]:
    """Those that still work, oldest first."""
    query = select(Feed).where(Feed.collaborator_id == collaborator_id, Feed.revoked_at.is_(None))
    return session.scalars(query.order_by(Feed.id)).all()


def revoke_feed(session: Session, *, by: Collaborator, feed_id: int, now: datetime) -> Feed:
    """Raises NotFound for somebody else's."""
    feed = session.get(Feed, feed_id)
    if feed is None or feed.collaborator_id != by.id:
        raise NotFound
    feed.revoked_at = feed.revoked_at or now
    return feed


def note_fetch(session: Session, feed_id: int, *, fetched_by: str, now: datetime) -> None:
    """Remembers who fetched it last, at most every five minutes: a calendar program may ask every second."""
    stale = Feed.fetched_at.is_(None) | (Feed.fetched_at < now - FETCH_NOTED_EVERY)
    noted = update(Feed).where(Feed.id == feed_id, stale).values(fetched_at=now, fetched_by=fetched_by[:100])
    session.execute(noted)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
