"""Files that people give Rapport in Slack, and that Rapport hands to them in their own conversation with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.office import Caller, Office
from bot.slack.blocks import Json, escaped
from bot.slack.fields import REQUIRED, Field
from bot.slack.interaction import Interaction
from bot.texts import _
from store.base import BookError

MEGABYTE = 1_000_000
SLACK_WAITS_S = 20
SLACK_HOST = re.compile(r"([a-z0-9-]+\.)*slack\.com")


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file as Slack tells of it; `url` asks for the bot's token."""

    id: str
    name: str
    size: int
    url: str

    @classmethod
    def told(cls, file: Mapping[str, Any]) -> SlackFile:
        """Of a file object: https://docs.slack.dev/reference/objects/file-object"""
        name = str(file.get("name") or file.get("title") or file["id"])
        return cls(str(file["id"]), name, int(file.get("size") or 0), str(file.get("url_private_download") or ""))


class Files(Field[tuple[SlackFile, ...]]):
    """Files that the person attaches in the form. Slack keeps them in the open form alone: no draft holds them."""

    def __init__(self, label: str, *, most: int = 10, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.most = most

    def empty(self) -> tuple[SlackFile, ...]:
        return ()

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        return {"type": "file_input", "max_files": self.most}

    def read(self, state: Json) -> tuple[SlackFile, ...]:
        return tuple(SlackFile.told(file) for file in state.get("files") or ())

    def dump(self, value: Any) -> Any:
        return None

    def load(self, dumped: Any) -> tuple[SlackFile, ...]:
        return ()

    def problem(self, value: Any) -> str | None:
        return None if value or self.is_optional else REQUIRED


def told_file(office: Office, file_id: str, *, name: str) -> SlackFile:
    """What Slack tells of it now; `name` is for the error. Raises BookError when it is gone or Slack does not tell."""
    try:
        return SlackFile.told(office.slack.files_info(file=file_id)["file"])
    except (SlackApiError, SlackClientError) as error:
        raise BookError(_("Slack does not hand out {name}: attach it again."), field="files", name=name) from error


def fetch_file(office: Office, file: SlackFile) -> bytes:
    """Its content. Raises BookError when it is too large, gone, or Slack does not give it out."""
    most = office.settings.documents.largest_mb
    if file.size > most * MEGABYTE:
        raise BookError(_("{name} is larger than {most} MB."), field="files", name=file.name, most=most)
    refused = BookError(_("Slack does not hand out {name}: attach it again."), field="files", name=file.name)
    try:
        if not _is_slacks(office, httpx.URL(file.url)):
            raise refused
        content = _fetched(office, file)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise refused from error
    if len(content) != file.size:  # without the right to read files, Slack answers with its login page
        raise refused
    return content


def _is_slacks(office: Office, url: httpx.URL) -> bool:
    """Whether the bot's token may be shown there: what a form or an event names is no reason to send it anywhere."""
    api = httpx.URL(str(office.settings.slack.api_url))
    if (url.scheme, url.host, url.port) == (api.scheme, api.host, api.port):
        return True
    return url.scheme == "https" and url.port is None and SLACK_HOST.fullmatch(url.host) is not None


def _fetched(office: Office, file: SlackFile) -> bytes:
    """Ends early at more than the file is said to hold."""
    content = bytearray()
    told = {"Authorization": f"Bearer {office.slack.token}"}
    with httpx.stream("GET", file.url, headers=told, timeout=SLACK_WAITS_S) as answer:
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > file.size:
                break
    return bytes(content)


def hand_over_file(interaction: Interaction, path: Path, *, name: str, says: str) -> None:
    """Uploads the file under this name, with a sentence above it. Raises SlackApiError.

    https://docs.slack.dev/messaging/working-with-files#upload
    """
    client = interaction.client
    channel = client.conversations_open(users=interaction.user_id)["channel"]["id"]
    client.files_upload_v2(channel=channel, file=str(path), filename=name, title=name, initial_comment=escaped(says))
