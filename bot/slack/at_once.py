"""What a button or a menu line changes at once, without a form: its answer carries the way back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved
from bot.texts import _

Change = Callable[[Session, Caller, int], Saved]
"""Gets the id of the record; runs in one transaction of the book."""


def change_at_once(
    slack: Listening, action_id: str, do: Change, *, undo: Change | None = None
) -> Callable[[Interaction, int], None]:
    """Registers the button `action_id` (its value is the record's id), and with `undo` the button that takes it back.

    Returns what a menu line runs.
    """

    def run(interaction: Interaction, row_id: int) -> None:
        interaction.ack()
        saved = _changed(interaction, do, row_id)
        back = button(interaction.t(_("Undo")), f"{action_id}/undo", str(row_id))
        interaction.say(saved.text, [*_said(saved), *([actions(back)] if undo else [])])

    slack.action(action_id, lambda interaction: run(interaction, int(interaction.value)))
    if undo is not None:
        slack.action(f"{action_id}/undo", lambda interaction: _take_back(interaction, undo))
    return run


def _take_back(interaction: Interaction, undo: Change) -> None:
    interaction.ack()
    saved = _changed(interaction, undo, int(interaction.value))
    interaction.say(saved.text, _said(saved), replace=True)


def _changed(interaction: Interaction, change: Change, row_id: int) -> Saved:
    with interaction.writing() as session:
        return change(session, interaction.caller, row_id)


def _said(saved: Saved) -> list[Json]:
    return saved.blocks or [section(plain(saved.text))]
