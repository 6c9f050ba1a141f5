"""Asks a colleague about somebody to whom they keep sending documents and whom no file knows."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, section
from bot.slack.from_message import form_told
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import open_form
from bot.texts import _
from store.base import BookError
from store.strangers import ask_again, leave_alone, stranger_seen_by, times_written


def stranger_card(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """None when there is nothing to ask any more."""
    row = stranger_seen_by(session, content["stranger_id"], asked_by=caller.collaborator)
    if row is None:
        return None
    t, number = caller.t, times_written(session, row)
    text = t.n(
        "You sent documents {number} time to {mail}, who is in no file.",
        "You sent documents {number} times to {mail}, who is in no file.",
        number,
        mail=row.address,
    )
    days = caller.office.settings.privacy.strangers_days
    kept = t.n(
        "Only you see this. The address is kept for {number} day, and nothing of the mails.",
        "Only you see this. The address is kept for {number} days, and nothing of the mails.",
        days,
    )
    ways = [
        button(t(_("Add to Rapport")), "stranger/add", str(row.id), style="primary"),
        button(t(_("Never ask again")), "stranger/leave", str(row.id)),
    ]
    return text, [section(plain(text)), context(plain(kept)), actions(*ways)]


def _add(interaction: Interaction) -> None:
    with interaction.caller.reading() as session:
        row = stranger_seen_by(session, int(interaction.value), asked_by=interaction.caller.collaborator)
    if row is None:
        raise BookError(_("This address is in the book by now, or forgotten."))
    open_form(interaction, lambda caller: form_told(caller, row.address))


def _leave(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        left = leave_alone(session, int(interaction.value), by=caller.collaborator)
    text = caller.t(_("You are not asked about this address again, and it is forgotten."))
    undo = button(caller.t(_("Undo")), "stranger/ask", str(left.id))
    interaction.say(text, [section(plain(text)), actions(undo)], replace=True)


def _ask_again(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        ask_again(session, int(interaction.value), by=caller.collaborator)
    text = caller.t(_("You are asked again once you write there some more."))
    interaction.say(text, [section(plain(text))], replace=True)


def register(slack: Listening) -> None:
    slack.action("stranger/add", _add)
    slack.action("stranger/leave", _leave)
    slack.action("stranger/ask", _ask_again)
