"""What a page must read again, told to every page that is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from integrations.playground.slack.people import Json

MOST_WAITING = 1000


class Live:
    def __init__(self) -> None:
        self._open: dict[asyncio.Queue[Json], str] = {}

    @asynccontextmanager
    async def listening(self, user: str) -> AsyncIterator[asyncio.Queue[Json]]:
        queue: asyncio.Queue[Json] = asyncio.Queue(MOST_WAITING)
        self._open[queue] = user
        try:
            yield queue
        finally:
            del self._open[queue]

    def tell(self, users: Iterable[str], kind: str, **fields: object) -> None:
        """`{"type": kind, …}` to these people's pages; a page that stopped reading loses it."""
        wanted = set(users)
        for queue, user in self._open.items():
            if user in wanted and not queue.full():
                queue.put_nowait({"type": kind, **fields})

    def end(self) -> None:
        """Tells every page that nothing more will come."""
        for queue in self._open:
            if not queue.full():
                queue.put_nowait({"type": "end"})

    def tell_everyone(self, kind: str, **fields: object) -> None:
        self.tell(self._open.values(), kind, **fields)
