"""Records by their address: the card for who asks with it, the line for a channel, and where a card tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.record_links import Record, read_record_url, record_url
from bot.slack.action_card import action_card, action_words
from bot.slack.blocks import Json, Words, context, linked, plain, rich, words
from bot.slack.contact_card import contact_card
from bot.slack.dossier_card import dossier_card, whose
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU, CONTACT_MENU, DOSSIER_MENU, OPPORTUNITY_MENU, RELATION_MENU, Menu
from bot.slack.opportunity_card import opportunity_card
from bot.slack.relation_card import relation_card
from bot.slack.seen import seen_action, seen_contact, seen_dossier, seen_opportunity, seen_relation
from bot.slack.standing_words import said_of_standing
from bot.texts import _
from store.base import BookError

Card = tuple[str, list[Json]]


@dataclass(frozen=True, slots=True)
class LinkedKind:
    """`card` is for the caller alone. `line` is for a channel where everybody may see the record; None when it is
    private. Both raise NotFound for what the caller may not see. `opens` is the button that shows the card.
    """

    card: Callable[[Session, Caller, int], Card]
    line: Callable[[Session, Caller, int], Words | None]
    opens: str
    menu: Menu


def show_linked(interaction: Interaction, text: str) -> bool:
    """Answers an address of a record, where nothing else was typed. False for anything else."""
    record = read_record_url(interaction.office, text)
    if record is None:
        return False
    caller = interaction.caller
    with caller.reading() as session:
        said, blocks = LINKED[record.kind].card(session, caller, record.id)
    interaction.say(said, blocks)
    return True


def _tell_address(interaction: Interaction, row_id: int, *, kind: str) -> None:
    interaction.ack()
    caller = interaction.caller
    url = record_url(caller.office, Record(kind, row_id))
    if not url:
        raise BookError(_("Links to records need a public address (web.public_url). Ask your administrator."))
    with caller.reading() as session:
        said, _blocks = LINKED[kind].card(session, caller, row_id)
    hint = caller.t(_("Copy it into a message: everybody sees there what they may see. Written to Rapport, it opens."))
    interaction.say(said, [rich(words(said, bold=True), linked(url, url)), context(plain(hint))])


def _relation_card(session: Session, caller: Caller, row_id: int) -> Card:
    relation = seen_relation(session, caller, row_id)
    return relation.name, relation_card(session, caller, relation)


def _relation_line(session: Session, caller: Caller, row_id: int) -> Words:
    relation = seen_relation(session, caller, row_id)
    category = relation.category.label(caller.t.language) if relation.category else ""
    what = " · ".join(part for part in (said_of_standing(session, caller, relation.id), category) if part)
    return [*words(relation.name, bold=True), *words(f" — {what}" if what else "")]


def _contact_card(session: Session, caller: Caller, row_id: int) -> Card:
    contact = seen_contact(session, caller, row_id)
    return contact.label, contact_card(session, caller, contact)


def _contact_line(session: Session, caller: Caller, row_id: int) -> Words:
    contact = seen_contact(session, caller, row_id)
    function = f" · {contact.function}" if contact.function else ""
    return [*words(contact.person.name, bold=True), *words(f" — {contact.relation.name}{function}")]


def _action_card(session: Session, caller: Caller, row_id: int) -> Card:
    action = seen_action(session, caller, row_id)
    return action.subject, action_card(session, caller, action)


def _action_line(session: Session, caller: Caller, row_id: int) -> Words | None:
    action = seen_action(session, caller, row_id)
    if action.is_private:
        return None
    return [*action_words(caller, action), *words(f" · {action.relation.name}")]


def _dossier_card(session: Session, caller: Caller, row_id: int) -> Card:
    dossier = seen_dossier(session, caller, row_id)
    return dossier.label, dossier_card(session, caller, dossier)


def _dossier_line(session: Session, caller: Caller, row_id: int) -> Words:
    dossier = seen_dossier(session, caller, row_id)
    return [*words(dossier.label, bold=True), *words(f" — {whose(caller, dossier)}")]


def _opportunity_card(session: Session, caller: Caller, row_id: int) -> Card:
    one = seen_opportunity(session, caller, row_id)
    return one.dossier.label, opportunity_card(session, caller, one)


def _opportunity_line(session: Session, caller: Caller, row_id: int) -> Words:
    """Without what it is worth: that stands on the card."""
    one = seen_opportunity(session, caller, row_id)
    stage = one.stage.label(caller.t.language)
    return [*words(one.dossier.label, bold=True), *words(f" — {whose(caller, one.dossier)} · {stage}")]


LINKED: dict[str, LinkedKind] = {
    "relation": LinkedKind(_relation_card, _relation_line, "relation/show", RELATION_MENU),
    "contact": LinkedKind(_contact_card, _contact_line, "contact/show", CONTACT_MENU),
    "action": LinkedKind(_action_card, _action_line, "action/open", ACTION_MENU),
    "dossier": LinkedKind(_dossier_card, _dossier_line, "dossier/open", DOSSIER_MENU),
    "opportunity": LinkedKind(_opportunity_card, _opportunity_line, "opportunity/open", OPPORTUNITY_MENU),
}
"""By the kinds of `bot/record_links.py`."""


def register(slack: Listening) -> None:
    for kind, one in LINKED.items():
        slack.menu(one.menu, "link", _("Link to share"), partial(_tell_address, kind=kind), at=82)
