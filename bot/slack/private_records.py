"""How each kind of record that may be private is told apart without showing it, and shown once it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_facts
from bot.slack.blocks import Json
from bot.slack.note_card import note_facts
from bot.texts import _
from store.actions import Action
from store.notes import Note


@dataclass(frozen=True, slots=True)
class PrivateRecord:
    """`when` says its day and nothing of what it is about; `facts` is its card without buttons."""

    name: str
    when: Callable[[Caller, Any], str]
    facts: Callable[[Session, Caller, Any], Json]


def _when_of_action(caller: Caller, action: Action) -> str:
    return caller.t.when(action.when, today=caller.today)


def _when_of_note(caller: Caller, note: Note) -> str:
    return caller.t.day(note.noted_on, today=caller.today)


PRIVATE_RECORDS: dict[str, PrivateRecord] = {
    "action": PrivateRecord(_("Action"), _when_of_action, action_facts),
    "note": PrivateRecord(_("Note"), _when_of_note, note_facts),
}
"""By table; every kind of row that inherits `access.Guarded` stands here."""


def said_of(caller: Caller, kind: str, row: Any) -> str:
    """ "Action, Thu 26 Nov, 2–3 pm"."""
    record = PRIVATE_RECORDS[kind]
    return f"{caller.t(record.name)}, {record.when(caller, row)}"
