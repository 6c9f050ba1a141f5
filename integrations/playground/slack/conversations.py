"""Channels, direct messages with the app, and the messages in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from integrations.playground.slack.archive import Archive
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.live import Live
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.reactions import UsersByName, users_by_name, with_reaction

Emit = Callable[[str, Json, Channel | None], None]
MESSAGE_EVENTS = {
    "channel": ("message.channels", "channel"),
    "shared": ("message.channels", "channel"),
    "private": ("message.groups", "group"),
    "im": ("message.im", "im"),
}
# What an event tells of a file in a channel shared with another organisation: the app asks files.info.
UNSEEN_FILE = {"mode": "file_access", "file_access": "check_file_info"}


class Clock:
    """`ts` values: seconds and microseconds, always rising, also over a restart."""

    def __init__(self, now: Callable[[], datetime], last_ts: str) -> None:
        self._now = now
        seconds, _dot, micros = last_ts.partition(".")
        self._last = int(seconds or 0) * 10**6 + int(micros or 0)

    def stamp(self) -> str:
        at = self._now()
        self._last = max(self._last + 1, int(at.timestamp()) * 10**6 + at.microsecond)
        return f"{self._last // 10**6}.{self._last % 10**6:06d}"


class Conversations:
    """Every change is kept, told to the pages of those who see it, and to the app as an event."""

    def __init__(
        self,
        channels: Iterable[Channel],
        people: dict[str, Person],
        bot_user_id: str,
        archive: Archive,
        clock: Clock,
        live: Live,
        emit: Emit,
    ) -> None:
        self._channels = {channel.id: channel for channel in channels}
        self._people, self._bot = people, bot_user_id
        self._archive, self._clock, self._live, self._emit = archive, clock, live, emit
        self._ephemerals: dict[tuple[str, str], dict[str, Json]] = {}

    def im_with(self, person: Person) -> Channel:
        """The direct messages between this person and the app."""
        return Channel(f"D{person.id[1:]}", person.name, "im", (person.id, self._bot))

    def channel(self, channel_id: str) -> Channel | None:
        """Channel, shared channel, or direct messages; a user's id stands for those with the app."""
        if channel_id in self._channels:
            return self._channels[channel_id]
        person = self._people.get(f"U{channel_id[1:]}") if channel_id[:1] in {"D", "U"} else None
        return self.im_with(person) if person and not person.team_id else None

    def seen_by(self, person: Person) -> list[Channel]:
        """The channels on this person's screen, direct messages with the app last."""
        joined = [channel for channel in self._channels.values() if person.id in channel.members]
        return joined if person.team_id else [*joined, self.im_with(person)]

    def public(self) -> list[Channel]:
        return [channel for channel in self._channels.values() if channel.kind != "private"]

    def private_of_app(self) -> list[Channel]:
        """The private channels to which the app was invited."""
        return [c for c in self._channels.values() if c.kind == "private" and self._bot in c.members]

    def kept(self, channel: Channel) -> list[Json]:
        """Its lasting messages, oldest first."""
        return self._archive.messages(channel.id)

    def messages(self, channel: Channel, person: Person) -> list[Json]:
        """Oldest first, this person's ephemeral ones among them."""
        kept = self._archive.messages(channel.id)
        return sorted([*kept, *self._ephemerals.get((person.id, channel.id), {}).values()], key=lambda m: str(m["ts"]))

    def message(self, channel: Channel, ts: str) -> Json | None:
        return self._archive.message(channel.id, ts)

    def ephemeral(self, channel: Channel, ts: str, user: str) -> Json | None:
        return self._ephemerals.get((user, channel.id), {}).get(ts)

    def post(self, channel: Channel, message: Json) -> Json:
        """Adds `type` and `ts`, keeps and tells it."""
        posted = {"type": "message", "ts": self._clock.stamp(), **message}
        self._archive.keep_message(channel.id, posted)
        self._tell(channel)
        self._tell_unread(channel, posted.get("user", ""))
        self._emit_message(channel, posted)
        return posted

    def post_ephemeral(self, channel: Channel, user: str, message: Json) -> Json:
        posted = {"type": "message", "ts": self._clock.stamp(), **message}
        self._ephemerals.setdefault((user, channel.id), {})[posted["ts"]] = posted
        self._live.tell([user], "messages", channel=channel.id)
        return posted

    def replace_ephemeral(self, channel: Channel, user: str, ts: str, message: Json | None) -> None:
        """None takes it away."""
        mine = self._ephemerals.setdefault((user, channel.id), {})
        if message is None:
            mine.pop(ts, None)
        else:
            mine[ts] = {"type": "message", **message, "ts": ts}
        self._live.tell([user], "messages", channel=channel.id)

    def rewrite(self, channel: Channel, ts: str, changes: Json) -> Json:
        """Raises CallFailed message_not_found."""
        held = self._held(channel, ts)
        edited = {"user": self._bot, "ts": self._clock.stamp()}
        written = {**held, **changes, "edited": edited}
        self._archive.keep_message(channel.id, written)
        self._tell(channel)
        return written

    def edit(self, channel: Channel, ts: str, user: str, text: str) -> Json:
        """A person's change of their own message. The app hears of it as a change, and of a mention once more.

        Raises CallFailed message_not_found, cant_update_message.
        """
        held = self._held(channel, ts)
        if held.get("user") != user or held.get("bot_id"):
            raise CallFailed("cant_update_message")
        stamp = self._clock.stamp()
        written = {**held, "text": text, "edited": {"user": user, "ts": stamp}}
        self._archive.keep_message(channel.id, written)
        self._tell(channel)
        self._emit_change(channel, held, written, stamp)
        self._emit_mention(channel, {**written, "channel": channel.id, "event_ts": stamp})
        return written

    def attach(self, channel: Channel, ts: str, attachments: list[Json]) -> None:
        """Shows these below the message: a change, but no edit."""
        held = self._held(channel, ts)
        written = {**held, "attachments": attachments}
        self._archive.keep_message(channel.id, written)
        self._tell(channel)
        self._emit_change(channel, held, written, self._clock.stamp())

    def delete(self, channel: Channel, ts: str) -> None:
        self._archive.forget_message(channel.id, ts)
        self._tell(channel)

    def replace_files(self, channel: Channel, ts: str, files: list[Json]) -> None:
        """Shows these in the message instead, which does not count as an edit."""
        held = self._held(channel, ts)
        self._archive.keep_message(channel.id, {**held, "files": files})
        self._tell(channel)

    def react(self, channel: Channel, ts: str, user: str, name: str) -> None:
        """Raises CallFailed: message_not_found, invalid_name, already_reacted, too_many_emoji, too_many_reactions."""
        held = self._held(channel, ts)
        reactions = with_reaction(users_by_name(held), name, user)
        self._keep_reactions(channel, held, reactions)
        self._emit_reaction("reaction_added", channel, held, user, name)

    def take_back_reaction(self, channel: Channel, ts: str, user: str, name: str) -> None:
        """Raises CallFailed: message_not_found, no_reaction."""
        held = self._held(channel, ts)
        reactions = users_by_name(held)
        if user not in reactions.get(name, []):
            raise CallFailed("no_reaction")
        reactions[name].remove(user)
        self._keep_reactions(channel, held, reactions)
        self._emit_reaction("reaction_removed", channel, held, user, name)

    def has_reacted(self, channel: Channel, ts: str, user: str, name: str) -> bool:
        """Raises CallFailed message_not_found."""
        return user in users_by_name(self._held(channel, ts)).get(name, [])

    def mark_seen(self, channel: Channel, user: str) -> None:
        self._archive.mark_seen(user, channel.id, self._clock.stamp())

    def unread(self, channel: Channel, user: str) -> int:
        return self._archive.unread(user, channel.id)

    def _held(self, channel: Channel, ts: str) -> Json:
        held = self._archive.message(channel.id, ts)
        if held is None:
            raise CallFailed("message_not_found")
        return held

    def _keep_reactions(self, channel: Channel, held: Json, reactions: UsersByName) -> None:
        entries = [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items() if users]
        self._archive.keep_message(channel.id, {**held, "reactions": entries})
        self._tell(channel)

    def _emit_reaction(self, kind: str, channel: Channel, held: Json, user: str, name: str) -> None:
        item = {"type": "message", "channel": channel.id, "ts": held["ts"]}
        event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": held.get("user", "")}
        self._emit(kind, {**event, "event_ts": self._clock.stamp()}, channel)

    def _tell(self, channel: Channel) -> None:
        self._live.tell(channel.members, "messages", channel=channel.id)

    def _tell_unread(self, channel: Channel, author: str) -> None:
        for user in channel.members:
            if user not in {author, self._bot}:
                self._live.tell([user], "unread", channel=channel.id, count=self.unread(channel, user))

    def _emit_message(self, channel: Channel, message: Json) -> None:
        event = {**message, "channel": channel.id, "event_ts": message["ts"]}
        if channel.is_shared and message.get("files"):
            event["files"] = [{"id": file["id"], **UNSEEN_FILE} for file in message["files"]]
        subscription, channel_type = MESSAGE_EVENTS[channel.kind]
        self._emit(subscription, {**event, "channel_type": channel_type}, channel)
        self._emit_mention(channel, event)

    def _emit_change(self, channel: Channel, held: Json, written: Json, stamp: str) -> None:
        subscription, channel_type = MESSAGE_EVENTS[channel.kind]
        change = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": stamp, "event_ts": stamp}
        told = {"message": written, "previous_message": held, "channel": channel.id, "channel_type": channel_type}
        self._emit(subscription, {**change, **told}, channel)

    def _emit_mention(self, channel: Channel, event: Json) -> None:
        """Not in a direct message: there Slack tells of every message anyway."""
        if f"<@{self._bot}>" in event.get("text", "") and event.get("user") != self._bot and channel.kind != "im":
            self._emit("app_mention", {**event, "type": "app_mention"}, channel)
