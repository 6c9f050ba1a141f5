"""What a page must read again, told to every page that is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from integrations.playground.slack.people import Json

MOST_WAITING = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One open page; `events` is filled on the loop that serves it."""

    user: str
    loop: asyncio.AbstractEventLoop
    events: asyncio.Queue[Json]

    def put(self, event: Json) -> None:
        if not self.events.full():
            self.events.put_nowait(event)


class Live:
    """May be told from any thread."""

    def __init__(self) -> None:
        self._pages: set[Page] = set()

    @asynccontextmanager
    async def listening(self, user: str) -> AsyncIterator[asyncio.Queue[Json]]:
        page = Page(user, asyncio.get_running_loop(), asyncio.Queue(MOST_WAITING))
        self._pages.add(page)
        try:
            yield page.events
        finally:
            self._pages.discard(page)

    def tell(self, users: Iterable[str], kind: str, **fields: object) -> None:
        """`{"type": kind, …}` to these people's pages; a page that stopped reading loses it."""
        wanted = set(users)
        self._put([page for page in tuple(self._pages) if page.user in wanted], {"type": kind, **fields})

    def tell_everyone(self, kind: str, **fields: object) -> None:
        self._put(tuple(self._pages), {"type": kind, **fields})

    def end(self) -> None:
        """Tells every page that nothing more will come."""
        self.tell_everyone("end")

    @staticmethod
    def _put(pages: Iterable[Page], event: Json) -> None:
        for page in pages:
            page.loop.call_soon_threadsafe(page.put, event)
