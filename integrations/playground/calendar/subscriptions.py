"""Who subscribed to which calendars: kept in one JSON file, so that a restart forgets nothing."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx

from integrations.playground.calendar.fetching import Copy, fetch

COLOURS = ("blue", "green", "orange", "purple", "teal", "rose")


class CannotSubscribe(Exception):
    """The address is not one a calendar can be read from; the text says why and stands at the field."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One calendar in one person's list; `owner` is that person's mail address."""

    id: str
    owner: str
    url: str
    colour: str
    copy: Copy


class Subscriptions:
    """All subscriptions, safe from any thread. Every change is in the file before the call returns."""

    def __init__(self, path: Path, client: httpx.Client, *, now: Callable[[], datetime]) -> None:
        self._path = path
        self._client = client
        self._now = now
        self._changing = threading.Lock()
        self._all = _load(path)

    def of(self, owner: str) -> list[Subscription]:
        """The person's subscriptions, oldest first."""
        return [subscription for subscription in self._all.values() if subscription.owner == owner]

    def subscribe(self, owner: str, address: str) -> Subscription:
        """Fetches the calendar and adds it. Raises CannotSubscribe when that fails or it is there already."""
        url = _web_address(address)
        if any(subscription.url == url for subscription in self.of(owner)):
            raise CannotSubscribe("You have subscribed to this calendar already.")
        copy = fetch(self._client, url, Copy(), now=self._now())
        if copy.problem:
            raise CannotSubscribe(copy.problem)
        with self._changing:
            taken = [subscription.colour for subscription in self.of(owner)]
            colour = min(COLOURS, key=taken.count)
            added = Subscription(secrets.token_hex(6), owner, url, colour, copy)
            self._keep({**self._all, added.id: added})
        return added

    def refresh(self, owner: str) -> None:
        """Asks each address whether something changed."""
        for subscription in self.of(owner):
            copy = fetch(self._client, subscription.url, subscription.copy, now=self._now())
            with self._changing:
                if subscription.id in self._all:
                    self._keep({**self._all, subscription.id: replace(subscription, copy=copy)})

    def unsubscribe(self, owner: str, id_: str) -> None:
        """Takes the calendar off the person's list; one that is gone already is no error."""
        with self._changing:
            self._keep({key: kept for key, kept in self._all.items() if (key, kept.owner) != (id_, owner)})

    def _keep(self, subscriptions: dict[str, Subscription]) -> None:
        self._all = subscriptions
        written = self._path.with_suffix(".new")
        written.write_text(json.dumps([_row(kept) for kept in subscriptions.values()]), encoding="utf-8")
        written.replace(self._path)


def _web_address(address: str) -> str:
    """`webcal:` is how calendar links are written for people; the calendar is read by HTTP all the same."""
    scheme, separator, rest = address.strip().partition("://")
    scheme = {"webcal": "http", "webcals": "https"}.get(scheme.lower(), scheme.lower())
    if scheme not in {"http", "https"} or not separator or not rest:
        raise CannotSubscribe("A calendar's address starts with https://, http:// or webcal://.")
    return f"{scheme}://{rest}"


def _row(subscription: Subscription) -> dict[str, object]:
    row = asdict(subscription)
    fetched_at = subscription.copy.fetched_at
    row["copy"]["fetched_at"] = fetched_at.isoformat() if fetched_at else None
    return row


def _load(path: Path) -> dict[str, Subscription]:
    if not path.exists():
        return {}
    loaded = {}
    for row in json.loads(path.read_text(encoding="utf-8")):
        copy = row.pop("copy")
        copy["fetched_at"] = datetime.fromisoformat(copy["fetched_at"]) if copy["fetched_at"] else None
        loaded[row["id"]] = Subscription(**row, copy=Copy(**copy))
    return loaded
