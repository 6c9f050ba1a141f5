"""A photo or scan that somebody sends to Rapport: the receipt of one of their actions, which they choose."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath

from bot.slack.action_card import action_words
from bot.slack.blocks import Json, button, plain, section, unstyled
from bot.slack.documents import keep_files
from bot.slack.expenses import expense_blocks
from bot.slack.files import SlackFile, fetch_file, told_file
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import seen_action
from bot.texts import _
from store.actions import Action
from store.agenda import agenda_of
from store.base import BookError

KINDS = {".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif", ".pdf"}
LOOKS_BACK = timedelta(days=14)
MOST = 8


def is_receipt(told: Json) -> bool:
    """By its name: a list of relations has another."""
    return PurePath(str(told.get("name") or "")).suffix.lower() in KINDS


def receive_receipt(interaction: Interaction, told: Json) -> None:
    """Asks of which action of the last days it is. Raises BookError when there was none."""
    file, caller = SlackFile.told(told), interaction.caller
    found = _latest(interaction)
    if not found:
        raise BookError(_("You had no action in the last days: add the receipt with “Expenses” on an action’s card."))
    text = caller.t(_("Of which action is {name} the receipt?"), name=file.name)
    keep = caller.t(_("Keep it there"))
    rows = [
        section(
            plain(unstyled(action_words(caller, one))),
            accessory=button(keep, "receipt/keep", f"{file.id}:{one.id}"),
        )
        for one in found
    ]
    interaction.say(text, [section(plain(text)), *rows])


def _latest(interaction: Interaction) -> list[Action]:
    """The caller's actions of the last days, newest first."""
    caller, me = interaction.caller, interaction.caller.collaborator
    with caller.reading() as session:
        first = caller.today - LOOKS_BACK
        entries = agenda_of(session, me.id, first, caller.today, zone=me.zone, asked_by=me)
    actions = [one.action for one in reversed(entries) if one.action is not None and one.on is None]
    return actions[:MOST]


def _keep(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    file_id, _colon, action_id = interaction.value.partition(":")
    with caller.reading() as session:
        seen_action(session, caller, int(action_id))
    file = told_file(caller.office, file_id, name=file_id)
    content = fetch_file(caller.office, file)
    with interaction.writing() as session:
        keep_files(session, caller, [file], [content], action_id=seen_action(session, caller, int(action_id)).id)
        text = caller.t(_("Saved: {names}."), names=file.name)
        blocks = expense_blocks(session, caller, int(action_id))
    interaction.say(text, [section(plain(text)), *blocks], replace=True)


def register(slack: Listening) -> None:
    slack.action("receipt/keep", _keep)
