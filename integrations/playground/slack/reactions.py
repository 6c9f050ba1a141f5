"""Who reacted to a message with which emoji, and how many may (docs.slack.dev/reference/methods/reactions.add)."""

from __future__ import annotations

import re

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json

UsersByName = dict[str, list[str]]
EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
MOST_EMOJI = 50
MOST_OF_ONE_PERSON = 23


def users_by_name(message: Json) -> UsersByName:
    return {reaction["name"]: list(reaction["users"]) for reaction in message.get("reactions", [])}


def with_reaction(reactions: UsersByName, name: str, user: str) -> UsersByName:
    """Raises CallFailed: invalid_name, already_reacted, too_many_emoji, too_many_reactions."""
    if not EMOJI.fullmatch(name):
        raise CallFailed("invalid_name")
    if user in reactions.get(name, []):
        raise CallFailed("already_reacted")
    if name not in reactions and len(reactions) >= MOST_EMOJI:
        raise CallFailed("too_many_emoji")
    if sum(user in users for users in reactions.values()) >= MOST_OF_ONE_PERSON:
        raise CallFailed("too_many_reactions")
    return {**reactions, name: [*reactions.get(name, []), user]}
