"""Mails that could not be read or used: tried again at growing intervals, so that bad luck of an hour costs no mail."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

MOST_TRIES: Final = 8
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


def wait_after(tries: int) -> timedelta:
    """1, 2, 4 … minutes, up to an hour: about two hours in all."""
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << (tries - 1)))


@dataclass
class PutOff:
    """By the mail's id at its server: how often it was tried, and when it is tried again."""

    _mails: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> PutOff:
        return cls({key: (tries, datetime.fromisoformat(at)) for key, (tries, at) in json.loads(text).items()})

    def to_json(self) -> str:
        return json.dumps({key: (tries, at.isoformat()) for key, (tries, at) in self._mails.items()})

    def due(self, now: datetime) -> list[str]:
        return [item_id for item_id, (_tries, at) in self._mails.items() if at <= now]

    def note_failure(self, item_id: str, *, now: datetime) -> int:
        """How often it was tried now; after MOST_TRIES it is given up."""
        tries = self._mails.pop(item_id, (0, now))[0] + 1
        if tries < MOST_TRIES:
            self._mails[item_id] = (tries, now + wait_after(tries))
        return tries

    def note_end(self, item_id: str) -> None:
        """It was used, or is gone."""
        self._mails.pop(item_id, None)
