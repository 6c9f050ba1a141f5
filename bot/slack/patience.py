"""What takes too long is told apart from what does not by one thread for all requests: one each would wake up twice,
in the midst of what it keeps the time of.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Lock, Thread

READY_WITHIN_S = 0.3
"""How long a view may take to be built before a loading view is opened in its stead (a trigger lives 3 s)."""


class Watched:
    """Something that should be over soon: whoever does it says so by `is_over`."""

    def __init__(self, otherwise: Callable[[], str]) -> None:
        self.otherwise, self.until_s = otherwise, time.monotonic() + READY_WITHIN_S
        self.is_over = False
        self.begun: Future[Future[str]] = Future()

    def result(self) -> str:
        """What came of `otherwise`, once it was begun. Raises what it raised."""
        return self.begun.result().result()


class Patience:
    def __init__(self, threads: Executor) -> None:
        """In `threads` runs what is done otherwise."""
        self._threads = threads
        self._watched: deque[Watched] = deque()
        self._is_watching = False
        self._lock = Lock()

    def watch(self, otherwise: Callable[[], str]) -> Watched:
        """Begins `otherwise` when this is not over within READY_WITHIN_S."""
        one = Watched(otherwise)
        with self._lock:
            self._watched.append(one)
            was_watching, self._is_watching = self._is_watching, True
        if not was_watching:
            Thread(target=self._watch, name="patience", daemon=True).start()
        return one

    def _watch(self) -> None:
        while (one := self._next()) is not None:  # all have as long: who came first is the first whose time is up
            time.sleep(max(0.0, one.until_s - time.monotonic()))
            if not one.is_over:
                one.begun.set_result(self._threads.submit(one.otherwise))

    def _next(self) -> Watched | None:
        with self._lock:
            self._is_watching = bool(self._watched)
            return self._watched.popleft() if self._watched else None
