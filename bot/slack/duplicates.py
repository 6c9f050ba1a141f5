"""Relations that may be the same: told with the reason where one is entered, and listed for the whole book."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, filled, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import RELATION_MENU
from bot.slack.seen import seen_relation
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.duplicates import DuplicateReason, all_duplicates, differ, likely_duplicates, may_be_same
from store.relations import Relation

SHOWN = 10
REASONS = {
    DuplicateReason.VAT: _("same VAT number"),
    DuplicateReason.MAIL: _("same e-mail"),
    DuplicateReason.PHONE: _("same phone"),
    DuplicateReason.NAME_AND_TOWN: _("same name and town"),
    DuplicateReason.NAME_AND_PLACE: _("same name at the same relation"),
    DuplicateReason.NAME: _("same name"),
}


def duplicate_blocks(session: Session, caller: Caller, relation: Relation) -> list[Json]:
    """Who looks like it and why, each with what can be done; nothing when nobody does. The older one is kept."""
    found = likely_duplicates(session, relation.id, asked_by=caller.collaborator, limit=3)
    return [block for one in found for block in _pair(caller, relation, one.other, one.reasons)]


def _pair(caller: Caller, one: Relation, other: Relation, reasons: Sequence[DuplicateReason]) -> list[Json]:
    t, ids = caller.t, f"{one.id}:{other.id}"
    why = t.list([t(REASONS[reason]) for reason in reasons])
    address = other.address_on(caller.today, caller.t.language)
    said = filled(t(_("{name} looks like *{other}*")), name=one.name, other=other.name)
    kept, merged = sorted((one, other), key=lambda relation: relation.id)
    return [
        rich([*said, *words(f" ({why})")], words(address)),
        actions(
            button(t(_("Show")), "relation/show", str(other.id)),
            button(t(_("Merge into {name}"), name=kept.name), "merge/pair", f"{kept.id}:{merged.id}"),
            button(t(_("Not the same")), "duplicate/differ", ids),
        ),
    ]


def show_duplicates_of(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        blocks = duplicate_blocks(session, caller, relation)
    none = caller.t(_("Nothing in the book looks like {name}."), name=relation.name)
    interaction.say(caller.t(_("Duplicates")), blocks or [section(plain(none))])


def show_all(interaction: Interaction, _rest: str = "") -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        found = all_duplicates(session, asked_by=caller.collaborator, limit=SHOWN + 1)
        blocks = [block for one in found[:SHOWN] for block in _pair(caller, one.one, one.other, one.reasons)]
    t = caller.t
    if len(found) > SHOWN:
        blocks.append(context(plain(t(_("There are more: ask again when these are settled.")))))
    interaction.say(t(_("Duplicates")), blocks or [section(plain(t(_("No two relations look alike."))))])


def _differ(interaction: Interaction) -> None:
    interaction.ack()
    one_id, other_id = map(int, interaction.value.split(":"))
    caller = interaction.caller
    with interaction.writing() as session:
        differ(session, one_id, other_id, by=caller.collaborator, now=caller.office.now())
    undo = button(caller.t(_("Undo")), "duplicate/differ/undo", interaction.value)
    said = caller.t(_("Noted: they are not the same, and nobody is asked again."))
    interaction.say(said, [section(plain(said)), actions(undo)])


def _take_back(interaction: Interaction) -> None:
    interaction.ack()
    one_id, other_id = map(int, interaction.value.split(":"))
    with interaction.writing() as session:
        may_be_same(session, one_id, other_id, by=interaction.caller.collaborator)
    interaction.say(interaction.t(_("They may be the same again.")), replace=True)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("duplicates",), "fr": ("doublons",), "nl": ("dubbels",)},
            "",
            _("Relations that may be one and the same"),
            show_all,
            reads=True,
        )
    )
    slack.menu(RELATION_MENU, "duplicates", _("Duplicates"), show_duplicates_of, at=70)
    slack.action("duplicate/differ", _differ)
    slack.action("duplicate/differ/undo", _take_back)
