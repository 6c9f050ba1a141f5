"""A Slack workspace on this machine with one app installed in it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from integrations.playground.slack.archive import Archive
from integrations.playground.slack.conversations import Clock, Conversations
from integrations.playground.slack.delivery import Delivery
from integrations.playground.slack.errors import ActRefused, CallFailed, InvalidManifest
from integrations.playground.slack.faults import Faults
from integrations.playground.slack.files import Files
from integrations.playground.slack.homes import Homes
from integrations.playground.slack.live import Live
from integrations.playground.slack.manifest import read_manifest
from integrations.playground.slack.offers import Offers
from integrations.playground.slack.payloads import AppIdentity, Payloads, Request
from integrations.playground.slack.people import Channel, Json, Person, Team
from integrations.playground.slack.profiles import user_object
from integrations.playground.slack.rate_limits import RateLimits
from integrations.playground.slack.recording import Recorder
from integrations.playground.slack.response_urls import ResponseUrls
from integrations.playground.slack.sockets import Sockets
from integrations.playground.slack.triggers import Triggers
from integrations.playground.slack.view_state import Values
from integrations.playground.slack.views import Views, checked_view, needed_scopes

SLACK_RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
BOT_USER_ID = "U0PLAYBOT"


def utc_now() -> datetime:
    return datetime.now(UTC)


def default_channels(people: Sequence[Person]) -> list[Channel]:
    """#general for the home team, and a channel shared with the outsiders; the app is in both."""
    home = tuple(p.id for p in people if not p.team_id)
    everyone = tuple(p.id for p in people)
    return [
        Channel("C0GENERAL", "general", "channel", (*home, BOT_USER_ID)),
        Channel("C0SHARED", "with-partners", "shared", (*everyone, BOT_USER_ID)),
    ]


class Workspace:
    """Holds everything; `slack_routes(workspace)` serves it.

    `manifest` is the app's (schema v2); with `socket_mode_enabled` the app connects by WebSocket, otherwise signed
    requests go to its URLs. `url` is where the workspace itself is served: response URLs, downloads and the socket
    start with it. `people` may be changed while it runs (`edit_person`). State lives in the SQLite file `path`.
    Raises InvalidManifest.
    """

    def __init__(
        self,
        path: Path,
        people: Sequence[Person],
        manifest: Json,
        *,
        signing_secret: str,
        bot_token: str,
        app_token: str = "",
        url: str = "http://127.0.0.1:8000",
        team: Team | None = None,
        channels: Sequence[Channel] | None = None,
        now: Callable[[], datetime] = utc_now,
        ack_within: timedelta = timedelta(seconds=3),
        retry_after: Sequence[timedelta] = SLACK_RETRIES,
        has_rate_limits: bool = True,
    ) -> None:
        self.manifest = read_manifest(manifest)
        self.bot_token, self.app_token, self.url, self.now = bot_token, app_token, url.rstrip("/"), now
        self.people = {person.id: person for person in people}
        self.team = team or Team()
        self.app = AppIdentity("A0PLAYGRND", self.manifest.name, "B0PLAYGRND", BOT_USER_ID)
        self.payloads = Payloads(self.team, self.app)
        self.faults, self.live = Faults(), Live()
        self.limits = RateLimits(now) if has_rate_limits else None
        recorded = os.environ.get("RAPPORT_RECORD_BLOCKS")
        self.recorder = Recorder(Path(recorded) if recorded else None)
        self.archive = Archive(path)
        self.clock = Clock(now, self.archive.last_ts())
        self.triggers = Triggers(now)
        self.views = Views(self.triggers, self.clock.stamp, self._views_changed)
        self.homes = Homes(self.archive, self.views.new_hash, self._home_changed)
        self.offers = Offers()
        self.message_values: dict[str, Values] = {}
        self.unfurl_ids: dict[str, tuple[str, str]] = {}
        self.response_urls = ResponseUrls(self.url, now)
        self.conversations = self._conversations(default_channels(people) if channels is None else channels)
        self.files = self._files()
        self.sockets = Sockets(self.app.id, self._connections_changed)
        self.delivery = Delivery(
            sockets=self.sockets if self.manifest.is_socket_mode else None,
            signing_secret=signing_secret,
            faults=self.faults,
            now=now,
            ack_within=ack_within,
            retry_after=retry_after,
        )

    def _conversations(self, channels: Sequence[Channel]) -> Conversations:
        bot = self.app.bot_user_id
        return Conversations(channels, self.people, bot, self.archive, self.clock, self.live, self.emit)

    def _files(self) -> Files:
        held = (self.archive, self.conversations, self.clock, self.emit)
        return Files(*held, url=self.url, now=self.now, bot_user_id=self.app.bot_user_id)

    async def close(self) -> None:
        await self.delivery.close()
        self.live.end()
        self.archive.close()

    @property
    def is_connected(self) -> bool:
        """Whether requests have somewhere to go: an open socket, or URLs."""
        return self.sockets.count > 0 if self.manifest.is_socket_mode else True

    def person(self, user_id: str) -> Person:
        """Somebody who can act here. Raises ActRefused for the unknown and the deactivated."""
        person = self.people.get(user_id)
        if person is None or person.deleted:
            raise ActRefused(f"{user_id} cannot sign in to this workspace")
        return person

    def first_person(self) -> Person:
        """Who a page is shown as before anybody was picked. Raises ActRefused when nobody can sign in."""
        person = next((person for person in self.people.values() if not person.deleted), None)
        if person is None:
            raise ActRefused("nobody can sign in to this workspace")
        return person

    def edit_person(self, user_id: str, **changes: Any) -> Person:
        """Changes somebody's profile or status (`deleted=True`, `locale="nl-BE"`); may be called from any thread."""
        person = replace(self.people[user_id], **changes)
        self.replace_person(person)
        return person

    def replace_person(self, person: Person) -> None:
        """The same person with another profile: pages show it, and the app is told (`user_change`)."""
        self.people[person.id] = person
        self.live.tell_everyone("people")
        stamp = self.clock.stamp()
        told = {"user": self.user_object(person, with_locale=False), "cache_ts": int(self.now().timestamp())}
        self.emit("user_change", {"type": "user_change", **told, "event_ts": stamp}, None)

    def user_object(self, person: Person, *, with_locale: bool) -> Json:
        """As users.info and events show somebody to this app."""
        sees_email = "users:read.email" in self.manifest.scopes
        return user_object(person, self.team, self.now(), sees_email=sees_email, with_locale=with_locale)

    def emit(self, subscription: str, event: Json, channel: Channel | None, *, also_unseen: bool = False) -> None:
        """Sends an event to the app when its manifest subscribes to it and it may see the channel.

        `also_unseen`: of every channel, as Slack does for addresses of the app.
        """
        if subscription not in self.manifest.events:
            return
        if channel is not None and self.app.bot_user_id not in channel.members and not also_unseen:
            return
        is_shared = channel is not None and channel.is_shared
        payload = self.payloads.event(event, int(self.now().timestamp()), is_ext_shared=is_shared)
        self.delivery.tell(Request(event["type"], "events_api", payload, self.manifest.events_url))

    def accepted_view(self, sent: object, kind: str) -> Json:
        """The view as an app sent it, checked and recorded. Raises CallFailed, also missing_scope for a file field."""
        view = checked_view(sent, (kind,))
        for scope in needed_scopes(view) - self.manifest.scopes:
            raise CallFailed("missing_scope", needed=scope, provided=",".join(sorted(self.manifest.scopes)))
        self.recorder.keep(kind, view)
        return view

    async def verify_events_url(self) -> None:
        """Challenges the events URL as Slack does when it is saved. Raises InvalidManifest when it does not answer."""
        challenge = secrets.token_urlsafe(24)
        payload = {"token": self.app.token, "challenge": challenge, "type": "url_verification"}
        reply = await self.delivery.ask(Request("url_verification", "events_api", payload, self.manifest.events_url))
        answer = reply.body.get("challenge") if isinstance(reply.body, dict) else reply.body
        if reply.outcome != "answered" or answer != challenge:
            reason = "your request URL didn't respond with the value of the challenge parameter"
            raise InvalidManifest([f"{reason} [/settings/event_subscriptions/request_url]"])

    def problem(self, user: str, text: str) -> str:
        """Shows a person what Slack shows when the app fails them; returns the text."""
        self.live.tell([user], "problem", text=text)
        return text

    def _views_changed(self, user: str) -> None:
        self.live.tell([user], "views")

    def _home_changed(self, user: str) -> None:
        self.live.tell([user], "home")

    def _connections_changed(self) -> None:
        self.live.tell_everyone("app", connected=self.is_connected)
