"""Calendar feeds: a collaborator's actions as a file that calendar programs poll."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from threading import Lock

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.calendar_entries import entry_of
from bot.office import Office
from bot.texts import Texts, _
from integrations.calendar.event import zones_of
from integrations.calendar.feed import feed, fragment
from store.agenda import FeedLine, actions_with_ids, feed_lines
from store.base import BookBusy
from store.feeds import Feed, feed_with_token, note_fetch
from store.series import place_in_series

REFRESH = timedelta(minutes=15)
KEPT = 100_000
"""How many rendered entries stay in memory, about half a kilobyte each."""

Key = tuple[str, int, int, int, int, int, int, str]
Rendered = tuple[bytes, frozenset[str]]


class Fragments:
    """Rendered entries by what they were rendered from: an action that did not change is not rendered again."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._by_key: OrderedDict[Key, Rendered] = OrderedDict()

    def of(self, session: Session, lines: Sequence[FeedLine], t: Texts) -> list[Rendered]:
        """One for each line, in their order."""
        keys = [_key(line, t) for line in lines]
        with self._lock:
            found = {key: self._by_key[key] for key in keys if key in self._by_key}
        missing = {line.action_id: key for line, key in zip(lines, keys, strict=True) if key not in found}
        actions = actions_with_ids(session, list(missing))
        for action_id, key in missing.items():
            action = actions[action_id]
            entry = entry_of(action, t, place_in_series(session, action))
            found[key] = (fragment(entry), zones_of(entry))
        self._keep({key: found[key] for key in missing.values()})
        return [found[key] for key in keys]

    def _keep(self, rendered: dict[Key, Rendered]) -> None:
        with self._lock:
            self._by_key.update(rendered)
            while len(self._by_key) > self._kept:
                self._by_key.popitem(last=False)


fragments = Fragments()


def show_feed(office: Office, request: Request) -> Response:
    """200 with the calendar, 304 when the program has it already, 404 for an address that is wrong or revoked."""
    with office.book.reading() as session:
        found = feed_with_token(session, request.path_params["token"])
        if found is None:
            return PlainTextResponse("unknown calendar", status_code=404)
        lines = feed_lines(session, found.collaborator_id, now=office.now())
        t = office.texts(found.collaborator.locale)
        etag = _etag(found, lines, t)
        headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
        is_known = etag in _etags(request.headers.get("if-none-match", ""))
        content = b"" if is_known else render(session, found, lines, t)
    _note(office, found, request)
    if is_known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def render(session: Session, found: Feed, lines: Sequence[FeedLine], t: Texts) -> bytes:
    """The calendar file."""
    rendered = fragments.of(session, lines, t)
    zones = {zone for _bytes, zones in rendered for zone in zones}
    name = t(_("Agenda of {name}"), name=found.collaborator.name)
    return feed(name, (part for part, _zones in rendered), zones, refresh=REFRESH, shown_in=found.collaborator.zone)


def _key(line: FeedLine, t: Texts) -> Key:
    return line.uid, *_numbers(line), t.language


def _numbers(line: FeedLine) -> tuple[int, int, int, int, int, int]:
    versions = line.version, line.relation_version, line.contact_version, line.series_version
    return line.action_id, *versions, line.skipped


def _etag(found: Feed, lines: Sequence[FeedLine], t: Texts) -> str:
    digest = hashlib.sha256(f"{found.id} {found.collaborator.name} {found.collaborator.zone} {t.language}".encode())
    for line in lines:
        digest.update(b"%d.%d.%d.%d.%d.%d " % _numbers(line))
    return f'"{digest.hexdigest()[:32]}"'


def _etags(header: str) -> set[str]:
    """RFC 9110 13.1.2; a weak tag compares like a strong one here."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _note(office: Office, found: Feed, request: Request) -> None:
    program = request.headers.get("user-agent", "").partition("/")[0]
    if found.fetched_at is None or found.fetched_at < office.now() - timedelta(minutes=5):
        with suppress(BookBusy), office.book.writing(door="web") as session:
            note_fetch(session, found.id, fetched_by=program, now=office.now())
