"""Who can read a channel, as Slack tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from slack_sdk import WebClient

PAGE = 200
MOST_PEOPLE = 5000


class TooMany(Exception):
    """More people than are asked for one by one."""


class People(NamedTuple):
    """Slack ids: of whoever can open a public channel, of the guests (who see only where they were let in), and of the
    bots.
    """

    everybody: frozenset[str]
    guests: frozenset[str]
    bots: frozenset[str]


def people_of(client: WebClient, team: str, *, most: int = MOST_PEOPLE) -> People:
    """Of the workspace, without those whose account has ended. Raises TooMany, SlackApiError."""
    people = [one for one in _paged(client.users_list, "members", most) if not one.get("deleted")]
    bots = frozenset(str(one["id"]) for one in people if one.get("is_bot") or one["id"] == "USLACKBOT")
    guests = frozenset(str(one["id"]) for one in people if one.get("is_restricted") or one.get("is_ultra_restricted"))
    own = frozenset(str(one["id"]) for one in people if one.get("team_id") == team)
    return People(own - guests, guests, bots)


def members_of(client: WebClient, channel_id: str, *, most: int = MOST_PEOPLE) -> frozenset[str]:
    """Slack ids of who is in the channel, bots too. Raises TooMany, SlackApiError."""
    return frozenset(_paged(client.conversations_members, "members", most, channel=channel_id))


def has_guests(client: WebClient, channel_id: str) -> bool:
    """Whether people of other firms, let into single channels, read this one; True of too many to know.

    Raises SlackApiError.
    """
    try:
        return bool(members_of(client, channel_id) & people_of(client, "").guests)
    except TooMany:
        return True


def _paged(method: Any, key: str, most: int, **args: str) -> Iterator[Any]:
    """All pages of a list. Raises TooMany."""
    cursor, number = "", 0
    while True:
        answer = method(limit=PAGE, **args, **({"cursor": cursor} if cursor else {}))
        yield from answer[key]
        number += len(answer[key])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
        if number >= most:
            raise TooMany
