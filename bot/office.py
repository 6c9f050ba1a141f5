"""Office: everything that is made once at start and handed to whoever needs it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import local
from typing import Any

from itsdangerous import URLSafeSerializer
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.slack_client import SlackClient
from bot.texts import Texts
from integrations.mail.mailbox import Mailbox
from integrations.mail.registry import open_mailbox
from store.collaborators import Collaborator
from store.documents import DocumentShelf
from store.domain import Listed
from store.engine import Book

texts_of = lru_cache(maxsize=64)(Texts)


def derived_key(secret: str, purpose: bytes) -> bytes:
    """A key for one purpose, made of the office's secret: it stands in no database."""
    return hmac.digest(secret.encode(), purpose, "sha256")


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    settings: Settings
    book: Book
    slack: WebClient
    shelf: DocumentShelf
    now: Callable[[], datetime] = wall_clock
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(40, "office"))
    """For requests, one each."""
    background: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(40, "background"))
    """For what a request waits for, or leaves behind: with one pool for both, 40 requests could wait for ever."""
    wakers: list[Callable[[str], object]] = field(default_factory=list)
    _mailboxes: dict[tuple[str, str], Mailbox] = field(default_factory=dict)
    _reading: local = field(default_factory=local)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads. Within such a block of the same thread it is the same: one state of the book.

        Raises BookBusy.
        """
        if (session := getattr(self._reading, "session", None)) is not None:
            yield session
            return
        with self.book.reading() as session:
            self._reading.session = session
            try:
                yield session
            finally:
                self._reading.session = None

    def wake(self, lane: str) -> None:
        """Tells the job engine that an outbox lane has something; a lost wake-up is found by the sweep."""
        for waker in self.wakers:
            waker(lane)

    def wake_all(self, lanes: frozenset[str]) -> None:
        for lane in lanes:
            self.wake(lane)

    def mailbox(self, server: str, address: str) -> Mailbox:
        """The mailbox at its provider. Raises KeyError when the settings have no such server."""
        key = (server, address)
        if key not in self._mailboxes:
            self._mailboxes[key] = open_mailbox(self.settings.mail[server].server, address)
        return self._mailboxes[key]

    def signer(self, purpose: str) -> URLSafeSerializer:
        """Signs what travels through the outside and comes back (links)."""
        return URLSafeSerializer(self.settings.web.secret, salt=purpose)

    @property
    def audit_key(self) -> bytes:
        """Seals the audit trail: made of the office's secret, so that it stands in no database."""
        return derived_key(self.settings.web.secret, b"audit trail")

    def texts(self, locale: str) -> Texts:
        return texts_of(locale or self.settings.office.locale)

    def close(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.background.shutdown(wait=True, cancel_futures=True)
        self.book.close()


def make_office(settings: Settings) -> Office:
    """Opens the book (which must be up to date) and the ways to the outside; makes no request."""
    return Office(
        settings=settings,
        book=Book(
            settings.database.full_url,
            now=wall_clock,
            connections=settings.database.connections,
            country=settings.office.country,
            hash_key=derived_key(settings.web.secret, b"erased addresses"),
        ),
        slack=SlackClient(token=settings.slack.bot_token, base_url=settings.slack.api_url),
        shelf=DocumentShelf(Path(settings.documents.folder)),
    )


@dataclass(frozen=True)
class Caller:
    """Who is at the other end of this request, and the office they ask."""

    office: Office
    collaborator: Collaborator
    lists: dict[type[Listed], Sequence[Any]] = field(default_factory=dict)
    """The office's lists as far as this request has asked for them."""

    @cached_property
    def t(self) -> Texts:
        return self.office.texts(self.collaborator.locale)

    @property
    def today(self) -> date:
        """In the collaborator's own zone."""
        return self.collaborator.day_of(self.office.now())

    def reading(self) -> AbstractContextManager[Session]:
        """As Office.reading."""
        return self.office.reading()
