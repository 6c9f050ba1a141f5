"""Which entries of an agenda share time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.agenda import AgendaEntry


def overlapping(entries: Sequence[AgendaEntry]) -> set[int]:
    """Positions of the timed entries that share time with another one."""
    timed = [
        (one.when.starts_at, one.when.ends_at, index) for index, one in enumerate(entries) if not one.when.is_all_day
    ]
    found = set[int]()
    longest: tuple[datetime, int] | None = None
    for starts_at, ends_at, index in sorted(timed):
        if longest is not None and starts_at < longest[0]:
            found |= {index, longest[1]}
        if longest is None or ends_at > longest[0]:
            longest = (ends_at, index)
    return found
