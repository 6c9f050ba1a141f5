"""What a person does in Slack by themselves: messages, reactions, files, their profile. The app hears of it in events.

What they do with the app's own buttons, forms and commands is in `acts`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from integrations.playground.slack.errors import ActRefused, CallFailed
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.profiles import changed_profile
from integrations.playground.slack.surfaces import joined_channel
from integrations.playground.slack.unfurls import tell_links
from integrations.playground.slack.workspace import Workspace

MENTION = re.compile(r"(<[@#][A-Z0-9]+>)")
ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)'\"\]*_~`]")


class Talking:
    """One person at their screen. Raises ActRefused for what it would not let them do."""

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self._workspace = workspace
        self._person: Person = workspace.person(user_id)

    def say(self, channel_id: str, text: str, thread_ts: str | None = None) -> Json:
        channel = self._writable(channel_id)
        if not text.strip():
            raise ActRefused("there is nothing to send")
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        posted = self._workspace.conversations.post(channel, {**self._author(), "text": escaped(text), **thread})
        tell_links(self._workspace, channel, posted)
        return {"ok": True}

    def edit(self, channel_id: str, ts: str, text: str) -> Json:
        """Changes a message of their own."""
        channel = self._channel(channel_id)
        try:
            self._workspace.conversations.edit(channel, ts, self._person.id, escaped(text))
        except CallFailed as error:
            raise ActRefused(error.code) from error
        return {"ok": True}

    def react(self, channel_id: str, ts: str, name: str) -> Json:
        """Adds a reaction; a second time takes it away."""
        talk, channel, user = self._workspace.conversations, self._channel(channel_id), self._person.id
        try:
            if talk.has_reacted(channel, ts, user, name):
                talk.take_back_reaction(channel, ts, user, name)
            else:
                talk.react(channel, ts, user, name)
        except CallFailed as error:
            raise ActRefused(error.code) from error
        return {"ok": True}

    def upload(
        self, channel_id: str, files: Sequence[tuple[str, bytes]], text: str, thread_ts: str | None = None
    ) -> Json:
        """Shares files, (name, bytes) each, in one message; without a channel they are kept for a form's file field.

        {ok, file, files}: the first, and all.
        """
        channel = self._writable(channel_id) if channel_id else None
        abouts = [self._workspace.files.keep(name, content, self._person.id) for name, content in files]
        if channel is not None:
            thread = {"thread_ts": thread_ts} if thread_ts else {}
            written = {**self._author(), "text": escaped(text), **thread}
            tell_links(self._workspace, channel, self._workspace.files.share(abouts, channel, written))
        return {"ok": True, "file": abouts[0], "files": abouts}

    def delete_file(self, file_id: str) -> Json:
        try:
            self._workspace.files.delete(file_id, self._person.id)
        except CallFailed as error:
            raise ActRefused(error.code) from error
        return {"ok": True}

    def change_profile(self, user_id: str, changes: dict[str, Any]) -> Json:
        """`changes`: real_name, email, locale, tz; by an admin also deleted."""
        person = self._workspace.people.get(user_id)
        if person is None:
            raise ActRefused(f"there is no {user_id}")
        self._workspace.replace_person(changed_profile(person, self._person, changes))
        return {"ok": True}

    def _channel(self, channel_id: str) -> Channel:
        return joined_channel(self._workspace, self._person, channel_id)

    def _writable(self, channel_id: str) -> Channel:
        channel = self._channel(channel_id)
        if channel.kind == "im" and not self._workspace.manifest.has_messages:
            raise ActRefused("sending messages to this app has been turned off")
        return channel

    def _author(self) -> Json:
        return {"user": self._person.id, "team": self._person.team_id or self._workspace.team.id}


def escaped(text: str) -> str:
    """What was typed, as Slack passes it on: only mentions keep their angle brackets, and addresses get some."""
    pieces = MENTION.split(text)
    return "".join(piece if MENTION.fullmatch(piece) else _linked(html.escape(piece, quote=False)) for piece in pieces)


def _linked(text: str) -> str:
    return ADDRESS.sub(lambda found: f"<{found[0]}>", text)
