"""What was planned and is past, and nobody said how it went."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_row
from bot.slack.blocks import Json, filled, rich, words
from bot.texts import _
from store.agenda import overdue_of

SHOWN = 5


def overdue_blocks(session: Session, caller: Caller) -> list[Json]:
    """One's own, the latest first, under a title; nothing without any."""
    me = caller.collaborator
    rows = overdue_of(session, me.id, asked_by=me, now=caller.office.now(), limit=SHOWN + 1)
    if not rows:
        return []
    title = rich(words(caller.t(_("To complete")), bold=True))
    more = [rich(filled(caller.t(_("There is more: `/agenda last week`"))))] if len(rows) > SHOWN else []
    return [title, *(action_row(caller, row) for row in rows[:SHOWN]), *more]
