"""Somebody who reads and writes in Slack: messages, reactions, files, their profile, over the page's own API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from slack_screen import Json, NotOnScreen, text_of

T = TypeVar("T")
WAIT_S = 20.0
PAUSE_S = 0.02


class SlackVisitor:
    """`channel` is where commands are typed and messages read: a channel's name, or "im" for the app's own.

    `problems` collects what Slack told this person when the app failed.
    """

    def __init__(self, base_url: str, user_id: str, channel: str = "im") -> None:
        self.user_id, self.channel = user_id, channel
        self.problems: list[str] = []
        self._base_url = base_url
        self._http = httpx.Client(base_url=f"{base_url}/slack/page-api/", timeout=10, verify=False, trust_env=False)

    def close(self) -> None:
        self._http.close()

    # What they see

    def bootstrap(self) -> Json:
        return dict(self._get("bootstrap"))

    def messages(self, channel: str | None = None) -> list[Json]:
        return list(self._get("messages", channel=self.channel_id(channel or self.channel)))

    def last_message(self, channel: str | None = None) -> Json:
        messages = self.messages(channel)
        if not messages:
            raise NotOnScreen("there is no message")
        return messages[-1]

    def waits_for_message(self, containing: str, channel: str | None = None) -> Json:
        """The newest message with this text in it or in its blocks."""

        def found() -> Json | None:
            return next((m for m in reversed(self.messages(channel)) if containing in text_of(m)), None)

        return self._waits(
            found, lambda: f"{containing!r}; messages: {[text_of(m) for m in self.messages(channel)[-5:]]}"
        )

    def reads_file(self, file: Json) -> bytes:
        """The bytes of a file in a message."""
        response = self._http.get(f"{self._base_url}{file['page_url']}")
        assert response.status_code == 200, file["name"]
        return response.content

    def channel_id(self, name: str) -> str:
        for channel in self._get("bootstrap")["channels"]:
            if name in {channel["id"], channel["name"], channel["kind"] if name == "im" else None}:
                return str(channel["id"])
        raise NotOnScreen(f"{self.user_id} sees no channel {name}")

    # What they do

    def types(self, line: str, channel: str | None = None, thread: Json | None = None) -> str | None:
        """A command or a message, in a thread when its first message is given.

        Returns the sentence that Slack shows when a command failed.
        """
        place = {"channel": self.channel_id(channel or self.channel), "text": line}
        place |= {"thread_ts": thread["ts"]} if thread else {}
        return self._problem(self._post("command" if line.startswith("/") else "message", **place))

    def edits(self, message: Json, text: str, channel: str | None = None) -> None:
        """Their own message. Raises NotOnScreen for another's."""
        self._post("edit", channel=self.channel_id(channel or self.channel), ts=message["ts"], text=text)

    def reacts(self, message: Json, emoji: str, channel: str | None = None) -> None:
        """Adds a reaction that they have not given yet. Raises NotOnScreen, also for what Slack refuses."""
        if self.user_id in self._who_reacted(message, emoji, channel):
            raise NotOnScreen(f"{emoji} was given already")
        self._press_emoji(message, emoji, channel)

    def takes_back(self, message: Json, emoji: str, channel: str | None = None) -> None:
        """Presses their own reaction again. Raises NotOnScreen when they gave none."""
        if self.user_id not in self._who_reacted(message, emoji, channel):
            raise NotOnScreen(f"{emoji} was not given")
        self._press_emoji(message, emoji, channel)

    def uploads(
        self, name: str, content: bytes, text: str = "", channel: str | None = None, thread: Json | None = None
    ) -> Json:
        """Shares a file with what was typed beside it, in a thread when its first message is given. Returns the file.

        In Slack it becomes a message with the subtype file_share.
        """
        place = {"channel": self.channel_id(channel or self.channel), "text": text}
        return self._sends_file(name, content, {**place, **({"thread_ts": thread["ts"]} if thread else {})})

    def deletes_file(self, file: Json) -> None:
        """One that they uploaded."""
        self._post("delete-file", file=file["id"])

    def changes_profile(self, person: str = "", **changes: Any) -> None:
        """Their own real_name, email, locale or tz; as an admin also another's (a user id), and `deleted`."""
        self._post("profile", person=person or self.user_id, changes=changes)

    # How

    def _sends_file(self, name: str, content: bytes, place: Json) -> Json:
        response = self._http.post("upload", data={"user": self.user_id, **place}, files={"file": (name, content)})
        if response.status_code == 400:
            raise NotOnScreen(response.json()["error"])
        assert response.status_code == 200, response.text
        return dict(response.json()["file"])

    def _who_reacted(self, message: Json, emoji: str, channel: str | None) -> list[str]:
        shown = next((m for m in self.messages(channel) if m["ts"] == message["ts"]), None)
        if shown is None:
            raise NotOnScreen("that message is gone")
        return [user for reaction in shown["reactions"] if reaction["name"] == emoji for user in reaction["users"]]

    def _press_emoji(self, message: Json, emoji: str, channel: str | None) -> None:
        self._post("reaction", channel=self.channel_id(channel or self.channel), ts=message["ts"], name=emoji)

    def _problem(self, answer: Json) -> str | None:
        if answer.get("error"):
            self.problems.append(answer["error"])
        return answer.get("error")

    def _get(self, what: str, **params: str) -> Any:
        response = self._http.get(what, params={"user": self.user_id, **params})
        assert response.status_code == 200, response.text
        return response.json()

    def _post(self, act: str, **fields: Any) -> Json:
        response = self._http.post(act, json={"user": self.user_id, **fields})
        if response.status_code == 400:
            raise NotOnScreen(response.json()["error"])
        assert response.status_code == 200, response.text
        return dict(response.json())

    def _waits(self, found: Callable[[], T | None], missing: Callable[[], str]) -> T:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if (result := found()) is not None:
                return result
            time.sleep(PAUSE_S)
        raise NotOnScreen(f"waited {WAIT_S:g} s for {missing()}; problems: {self.problems}")
