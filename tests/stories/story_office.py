"""The demo's people with an empty book: the playground in this process, Rapport in another that can be killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from slack_person import SlackPerson

from bot.demo.office import fill_book, read_secrets, write_config
from bot.demo.playground import opened_playground
from bot.demo.rapport_process import RapportProcess
from bot.demo.running import Later, port_from
from integrations.playground.exchange import ExchangeServer
from integrations.playground.running import RunningApp
from integrations.playground.slack import Workspace
from store.engine import Book

T = TypeVar("T")
CLAIRE, ELS = "claire@cave-dubois.example", "els@brasserie-dupont.example"


@dataclass
class StoryOffice:
    url: str
    exchange: ExchangeServer
    workspace: Workspace
    rapport: RapportProcess
    book: Book
    claire: SlackPerson = field(init=False)

    def __post_init__(self) -> None:
        self.claire = SlackPerson(self.url, "U0CLAIRE")

    def rows(self, kind: type[T]) -> list[T]:
        """Every row of the kind, oldest first."""
        with self.book.reading() as session:
            return list(session.query(kind).order_by(kind.id).all())  # type: ignore[attr-defined]

    def arrived(self, person: str, subject: str) -> list[Any]:
        """The mails with this in their subject in somebody's Inbox."""
        return [item for item in self.exchange.items(person) if subject in item.mail.subject]


@contextmanager
def story_office(folder: Path, *, mode: str) -> Iterator[StoryOffice]:
    """Rapport answers when the block begins. `mode` is how Slack reaches it."""
    fill_book(folder, relations=0)
    later = Later()
    shown = RunningApp(later)
    config = write_config(folder, playground=shown.url, port=(port := port_from(0)), mode=mode)
    rapport = RapportProcess(config, read_secrets(folder), port, folder / "rapport.log")
    book = Book(f"sqlite:///{folder}/book.db", now=lambda: datetime.now(UTC))
    with opened_playground(folder, config, rapport.secrets, url=shown.url) as playground:
        later.app = playground.app
        with shown:
            office = StoryOffice(shown.url, playground.exchange, playground.workspace, rapport, book)
            rapport.start()
            try:
                assert rapport.answers(threading.Event()), rapport.log.read_text()
                until(lambda: office.claire.bootstrap()["app"]["connected"])
                yield office
            finally:
                rapport.stop()
                office.claire.close()
                book.close()


def until(holds: Callable[[], T], *, within_s: float = 30) -> T:
    """Waits for something true and returns it."""
    end = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found
