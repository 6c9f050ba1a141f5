"""Server-sent events (HTML Living Standard 9.2): a page hears that something changed and reads it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.responses import StreamingResponse

KEEP_OPEN_EVERY_S = 15.0

# Starts calling the function it is given at every change, from any thread, until what it returns is called.
Subscribe = Callable[[Callable[[], None]], Callable[[], None]]


def event_stream(subscribe: Subscribe) -> StreamingResponse:
    """An event at once and one after every change; several changes in quick succession may be one event."""

    async def lines() -> AsyncIterator[str]:
        changed, loop = asyncio.Event(), asyncio.get_running_loop()

        def ring() -> None:
            loop.call_soon_threadsafe(changed.set)

        stop = subscribe(ring)
        try:
            yield "data: {}\n\n"
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), KEEP_OPEN_EVERY_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                changed.clear()
                yield "data: {}\n\n"
        finally:
            stop()

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
