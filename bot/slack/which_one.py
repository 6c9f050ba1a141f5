"""Which one of those found is meant: a short list to choose from, and adding what the book does not have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, section
from bot.slack.interaction import Interaction
from bot.texts import _
from store.search import Found

SHOWN = 8
NAME_SAID = 150
"""Letters of what was typed, for somebody pastes a whole mail."""
Lines = Sequence[tuple[str, str, str]]
"""Label, action and value of each line to choose."""


def offer_found(
    interaction: Interaction, text: str, found: Found, action_id: str, value: Callable[[int], str] = str
) -> None:
    """`action_id` gets what `value` makes of the id of the relation that is chosen."""
    caller = interaction.caller
    if found.options:
        lines = [(label, action_id, value(relation_id)) for relation_id, label in _by_relation(found)]
        said, blocks = list_to_choose(caller, text, found, lines)
        interaction.say(said, blocks)
        return
    said = caller.t(_("Nothing in the book is called “{name}”."), name=_short(text))
    interaction.say(said, [section(plain(said)), _add(caller, text)])


def _short(text: str) -> str:
    return text if len(text) <= NAME_SAID else f"{text[:NAME_SAID]}…"


def _add(caller: Caller, text: str) -> Json:
    return actions(button(caller.t(_("+ Add it as a relation")), "relation/add", text[:150], style="primary"))


def list_to_choose(caller: Caller, text: str, found: Found, lines: Lines) -> tuple[str, list[Json]]:
    """Its title and blocks."""
    t = caller.t
    said = t(_("Which one do you mean?"))
    if found.is_near:
        said = t(_("Nothing in the book is called “{name}”. Did you mean one of these?"), name=_short(text))
    blocks = [
        section(plain(said)),
        *(_row(label, action, value, t(_("Choose"))) for label, action, value in lines[:SHOWN]),
    ]
    if found.has_more or len(lines) > SHOWN:
        blocks.append(context(plain(t(_("There are more: type more of the name.")))))
    return said, [*blocks, *([_add(caller, text)] if found.is_near else [])]


def _by_relation(found: Found) -> list[tuple[int, str]]:
    """Each relation once, best first: under its own name, or under that of the contact who was found there."""
    labels: dict[int, str] = {}
    for option in found.options:
        if option.contact_id is None or option.relation_id not in labels:
            labels[option.relation_id] = option.told_apart
    return list(labels.items())


def lines_shown(found: Found) -> Lines:
    """Each relation once; contacts under their own name unless their relation is among them."""
    relations = {option.relation_id for option in found.options if option.contact_id is None}
    return [
        (one.told_apart, "contact/show", str(one.contact_id))
        if one.contact_id
        else (one.told_apart, "relation/show", str(one.relation_id))
        for one in found.options
        if not (one.contact_id and one.relation_id in relations)
    ]


def _row(label: str, action_id: str, value: str, text: str) -> Json:
    return section(plain(label), accessory=button(text, action_id, value))
