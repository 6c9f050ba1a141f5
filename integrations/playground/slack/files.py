"""Files in the workspace: uploaded, shared in conversations, given to the app in forms, deleted."""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from integrations.playground.slack.archive import Archive
from integrations.playground.slack.conversations import Clock, Conversations, Emit
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json

MOST_BYTES = 1_000_000_000
LISTS = {"channel": "channels", "shared": "channels", "private": "groups", "im": "ims"}
WHERE_SHARED = ("channels", "groups", "ims", "shares")


class Files:
    """Their bytes and their facts, in Slack's shape (docs.slack.dev/reference/objects/file-object)."""

    def __init__(
        self,
        archive: Archive,
        conversations: Conversations,
        clock: Clock,
        emit: Emit,
        *,
        url: str,
        now: Callable[[], datetime],
        bot_user_id: str,
    ) -> None:
        self._archive, self._conversations, self._clock, self._emit = archive, conversations, clock, emit
        self._url, self._now, self._bot = url, now, bot_user_id
        self._announced: dict[str, Json] = {}
        self._received: dict[str, tuple[Json, bytes]] = {}

    def keep(self, name: str, content: bytes, user: str) -> Json:
        """What a person uploads; nobody else sees it before it is shared."""
        about = self._described(name, len(content), user)
        self._archive.keep_file(about, content)
        return about

    def announce(self, name: str, size: int, user: str) -> Json:
        """An app's upload begins: the bytes are expected by `receive`."""
        about = self._described(name, size, user)
        self._announced[about["id"]] = about
        return about

    def receive(self, file_id: str, content: bytes) -> None:
        """Once per announced file. Raises CallFailed: file_not_found, no_file_data, file_size_mismatch."""
        about = self._announced.get(file_id)
        if about is None:
            raise CallFailed("file_not_found")
        if not content:
            raise CallFailed("no_file_data")
        if len(content) != about["size"]:
            raise CallFailed("file_size_mismatch")
        del self._announced[file_id]
        self._received[file_id] = (about, content)

    def must_be_received(self, file_id: object) -> None:
        """Raises CallFailed file_not_found, also for an upload that was completed before."""
        if file_id not in self._received:
            raise CallFailed("file_not_found")

    def complete(self, file_id: str, title: str) -> Json:
        self.must_be_received(file_id)
        about, content = self._received.pop(file_id)
        complete = {**about, "title": title or about["title"]}
        self._archive.keep_file(complete, content)
        return complete

    def share(self, abouts: Iterable[Json], channel: Channel, message: Json) -> Json:
        """Posts the message with these files. Returns it."""
        shared = list(abouts)
        posted = self._conversations.post(
            channel,
            {
                "subtype": "file_share",
                "upload": False,
                "display_as_bot": False,
                **message,
                "files": [_in_message(about) for about in shared],
            },
        )
        for about in shared:
            self._note_share(about, channel, posted["ts"])
            event = {"type": "file_shared", "file_id": about["id"], "file": {"id": about["id"]}}
            at = {"user_id": about["user"], "channel_id": channel.id, "event_ts": self._clock.stamp()}
            self._emit("file_shared", {**event, **at}, channel)
        return posted

    def give_to_app(self, files: Iterable[Json]) -> None:
        """A form with these files was sent: from now on the app may read them."""
        for about in files:
            self._archive.give_file(about["id"])

    def delete(self, file_id: str, user: str) -> None:
        """Leaves a tombstone in its messages. Raises CallFailed: file_not_found, file_deleted, cant_delete_file."""
        about = self._present(file_id)
        if about["user"] != user:
            raise CallFailed("cant_delete_file")
        grave = {"id": file_id, "mode": "tombstone"}
        for channel, ts in self._places(about):
            held = self._conversations.message(channel, ts)
            if held is not None:
                files = [grave if file["id"] == file_id else file for file in held["files"]]
                self._conversations.replace_files(channel, ts, files)
        seen_by_app = self.is_seen_by_app(about)
        self._archive.keep_file({**grave, "user": user, **{key: about[key] for key in WHERE_SHARED}}, b"")
        if seen_by_app:
            event = {"type": "file_deleted", "file_id": file_id, "event_ts": self._clock.stamp()}
            self._emit("file_deleted", event, None)

    def for_app(self, file_id: str) -> Json:
        """Raises CallFailed: file_not_found, also for what the app does not see; file_deleted."""
        about = self._present(file_id)
        if not self.is_seen_by_app(about):
            raise CallFailed("file_not_found")
        return about

    def about(self, file_id: str) -> Json | None:
        """The file's facts, also of one that was deleted (mode "tombstone")."""
        return self._archive.file(file_id)

    def content(self, file_id: str) -> bytes:
        return self._archive.file_content(file_id)

    def is_seen_by_app(self, about: Json) -> bool:
        joined = any(self._bot in channel.members for channel, _ts in self._places(about))
        return about["user"] == self._bot or joined or self._archive.was_given(about["id"])

    def is_seen_by(self, about: Json, user: str) -> bool:
        return about["user"] == user or any(user in channel.members for channel, _ts in self._places(about))

    def _present(self, file_id: str) -> Json:
        about = self._archive.file(file_id)
        if about is None:
            raise CallFailed("file_not_found")
        if about["mode"] == "tombstone":
            raise CallFailed("file_deleted")
        return about

    def _places(self, about: Json) -> list[tuple[Channel, str]]:
        places = []
        for shares in about["shares"].values():
            for channel_id, posted in shares.items():
                channel = self._conversations.channel(channel_id)
                if channel is not None:
                    places += [(channel, share["ts"]) for share in posted]
        return places

    def _note_share(self, about: Json, channel: Channel, ts: str) -> None:
        held = self._present(about["id"])
        listed = LISTS[channel.kind]
        held[listed] = sorted({*held[listed], channel.id})
        of_kind = held["shares"].setdefault("public" if listed == "channels" else "private", {})
        of_kind.setdefault(channel.id, []).append({"ts": ts})
        self._archive.keep_file(held, self._archive.file_content(about["id"]))

    def _described(self, name: str, size: int, user: str) -> Json:
        file_id = f"F{secrets.token_hex(5).upper()}"
        made_at_s = int(self._now().timestamp())
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = name.rpartition(".")[2].lower() if "." in name else "binary"
        url = f"{self._url}/slack/files/{file_id}"
        slug = slug_of(name)
        described: Json = {
            "id": file_id,
            "created": made_at_s,
            "timestamp": made_at_s,
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": user,
            "editable": False,
            "size": size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{url}/{slug}",
            "url_private_download": f"{url}/download/{slug}",
            "permalink": f"{url}/{slug}",
            "comments_count": 0,
        }
        return described | {"channels": [], "groups": [], "ims": [], "shares": {}}


def slug_of(name: str) -> str:
    """The last part of a file's address: Slack writes everything but plain letters, digits, dots and dashes as _."""
    return re.sub(r"[^a-z0-9._-]", "_", name.lower()) or "file"


def _in_message(about: Json) -> dict[str, Any]:
    return {key: value for key, value in about.items() if key not in {*WHERE_SHARED, "comments_count"}}
