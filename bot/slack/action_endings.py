"""What became of an action meanwhile, for whoever presses a button of its card that is no longer true."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.blocks import Json
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.seen import seen_action
from bot.slack.serving import open_form
from bot.texts import _
from store.actions import Action, Meaning
from store.audit import last_actor_of
from store.collaborators import Collaborator

F = TypeVar("F", bound=Form)
_BY_SOMEBODY = {
    Meaning.PLANNED: _("{name} changed it meanwhile: it is planned."),
    Meaning.DONE: _("{name} completed it meanwhile: {headline}"),
    Meaning.CANCELLED: _("{name} cancelled it meanwhile."),
    Meaning.NO_SHOW: _("{name} noted meanwhile that nobody turned up."),
}


def said_of_end(session: Session, caller: Caller, action: Action) -> str:
    """Who changed it last, and how it stands now."""
    by = session.get(Collaborator, last_actor_of(session, "action", action.id) or 0)
    name = by.name if by else "Rapport"
    return caller.t(_BY_SOMEBODY[action.status.meaning], name=name, headline=action.headline or action.subject)


def card_of_what_happened(session: Session, caller: Caller, action: Action) -> tuple[str, list[Json]]:
    """That sentence, and the card as it is now."""
    text = said_of_end(session, caller, action)
    return text, action_card(session, caller, action, told=text)


def open_unless_over(interaction: Interaction, action_id: int, make: Callable[[Session, Caller, Action], F]) -> None:
    """Opens the form that `make` fills from the action; for one that is over by now, its card says so instead."""

    def build(caller: Caller) -> F | None:
        with caller.reading() as session:
            action = seen_action(session, caller, action_id)
            if action.is_over:
                text, blocks = card_of_what_happened(session, caller, action)
                interaction.say(text, blocks, replace=True)
                return None
            return make(session, caller, action)

    open_form(interaction, build)
