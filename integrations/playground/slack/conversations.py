"""Channels, direct messages with the app, and the messages in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from integrations.playground.slack.archive import Archive
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.live import Live
from integrations.playground.slack.people import Channel, Json, Person

Emit = Callable[[str, Json, Channel | None], None]


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
        return list(self._channels.values())

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
        held = self._archive.message(channel.id, ts)
        if held is None:
            raise CallFailed("message_not_found")
        edited = {"user": self._bot, "ts": self._clock.stamp()}
        written = {**held, **changes, "edited": edited}
        self._archive.keep_message(channel.id, written)
        self._tell(channel)
        return written

    def delete(self, channel: Channel, ts: str) -> None:
        self._archive.forget_message(channel.id, ts)
        self._tell(channel)

    def react(self, channel: Channel, ts: str, user: str, name: str) -> None:
        """Raises CallFailed: message_not_found, already_reacted."""
        held = self._archive.message(channel.id, ts)
        if held is None:
            raise CallFailed("message_not_found")
        reactions = {reaction["name"]: list(reaction["users"]) for reaction in held.get("reactions", [])}
        if user in reactions.get(name, []):
            raise CallFailed("already_reacted")
        reactions.setdefault(name, []).append(user)
        held["reactions"] = [{"name": n, "users": users, "count": len(users)} for n, users in reactions.items()]
        self._archive.keep_message(channel.id, held)
        self._tell(channel)
        item = {"type": "message", "channel": channel.id, "ts": ts}
        stamp = self._clock.stamp()
        event = {"type": "reaction_added", "user": user, "reaction": name, "item": item, "event_ts": stamp}
        self._emit("reaction_added", {**event, "item_user": held.get("user", "")}, channel)

    def take_back_reaction(self, channel: Channel, ts: str, user: str, name: str) -> bool:
        """False when this person has not reacted so. Raises CallFailed message_not_found."""
        held = self._archive.message(channel.id, ts)
        if held is None:
            raise CallFailed("message_not_found")
        reactions = {reaction["name"]: list(reaction["users"]) for reaction in held.get("reactions", [])}
        if user not in reactions.get(name, []):
            return False
        reactions[name].remove(user)
        left = {n: users for n, users in reactions.items() if users}
        held["reactions"] = [{"name": n, "users": users, "count": len(users)} for n, users in left.items()]
        self._archive.keep_message(channel.id, held)
        self._tell(channel)
        item = {"type": "message", "channel": channel.id, "ts": ts}
        event = {"type": "reaction_removed", "user": user, "reaction": name, "item": item}
        stamped = {**event, "item_user": held.get("user", ""), "event_ts": self._clock.stamp()}
        self._emit("reaction_removed", stamped, channel)
        return True

    def mark_seen(self, channel: Channel, user: str) -> None:
        self._archive.mark_seen(user, channel.id, self._clock.stamp())

    def unread(self, channel: Channel, user: str) -> int:
        return self._archive.unread(user, channel.id)

    def _tell(self, channel: Channel) -> None:
        self._live.tell(channel.members, "messages", channel=channel.id)

    def _tell_unread(self, channel: Channel, author: str) -> None:
        for user in channel.members:
            if user not in {author, self._bot}:
                self._live.tell([user], "unread", channel=channel.id, count=self.unread(channel, user))

    def _emit_message(self, channel: Channel, message: Json) -> None:
        event = {**message, "channel": channel.id, "event_ts": message["ts"]}
        if channel.kind == "im":
            self._emit("message.im", {**event, "channel_type": "im"}, channel)
        else:
            self._emit("message.channels", {**event, "channel_type": "channel"}, channel)
        if f"<@{self._bot}>" in message.get("text", "") and message.get("user") != self._bot and channel.kind != "im":
            self._emit("app_mention", {**event, "type": "app_mention"}, channel)
