"""Who is in the workspace and where they talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
ChannelKind = Literal["channel", "shared", "private", "im"]


@dataclass(frozen=True, slots=True)
class Team:
    id: str = "T0PLAYGRND"
    name: str = "Playground"
    domain: str = "playground"


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user. `locale` is an IETF tag ("fr-BE"), `tz` an IANA zone; an empty `team_id` is the home team.

    A guest has an account that sees some channels alone (Slack's `is_restricted`).
    """

    id: str
    name: str
    real_name: str
    email: str
    locale: str = "en-US"
    tz: str = "Europe/Brussels"
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    deleted: bool = False
    team_id: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)


@dataclass(frozen=True, slots=True)
class Channel:
    """`members` are user ids, the app's bot user among them where it was invited."""

    id: str
    name: str
    kind: ChannelKind
    members: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        return self.kind == "shared"
