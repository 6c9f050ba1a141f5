"""Calendar subscriptions: known by a secret alone, and revocable."""

from __future__ import annotations

import pytest
from dupont import new_collaborator

from store.base import NotFound
from store.engine import Book
from store.feeds import feed_with_token, feeds_of, new_feed, note_fetch, revoke_feed


def test_a_feed_is_known_by_its_token_alone_until_it_is_revoked(book: Book) -> None:
    with book.writing() as session:
        anna, bram = (new_collaborator(session, name)[0] for name in ("Anna", "Bram"))
        feed, token = new_feed(session, by=anna, name=" Phone ", now=book.now())
        assert token not in (feed.token_hash, feed.name)
        assert feed_with_token(session, token) is feed
        assert feed_with_token(session, token[:-1]) is None
        note_fetch(session, feed.id, fetched_by="Outlook", now=book.now())
        assert [one.name for one in feeds_of(session, anna.id)] == ["Phone"]
        assert feeds_of(session, bram.id) == []
        with pytest.raises(NotFound):
            revoke_feed(session, by=bram, feed_id=feed.id, now=book.now())
        revoke_feed(session, by=anna, feed_id=feed.id, now=book.now())
        assert feed_with_token(session, token) is None
