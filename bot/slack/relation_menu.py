"""The ⋮ menu of a relation's card."""

from __future__ import annotations

from bot.slack.interaction import Interaction
from bot.slack.links import show_links
from bot.slack.listening import Listening
from bot.slack.relation_card import delete
from bot.slack.relations import open_edit


def choose(interaction: Interaction) -> None:
    what, _colon, relation_id = interaction.value.partition(":")
    {"edit": open_edit, "links": show_links, "delete": delete}[what](interaction, int(relation_id))


def register(slack: Listening) -> None:
    slack.action("relation/more", choose)
