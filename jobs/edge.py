"""The job runner's edge: past it no error goes, and none is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.logs import place_of, referred
from store.base import BookBusy

log = logging.getLogger(__name__)


def run_guarded(name: str, run: Callable[[], None]) -> None:
    """A bug in one job stops neither the timer nor the others: it stands in the log, under a reference."""
    with referred():
        try:
            run()
        except BookBusy:
            log.warning("job put off: the book is busy", extra={"job": name})
        except Exception as error:  # noqa: BLE001 (the edge)
            log.error("job failed", extra={"job": name, "error": place_of(error)})
