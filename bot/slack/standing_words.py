"""What a relation is to the office and how much it matters, in a few words for its card."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.texts import _
from store.relation_facts import What, history_of


def said_of_standing(session: Session, caller: Caller, relation_id: int) -> str:
    """ "Client since 12/03/2025 · priority A", "" while nothing is known."""
    t, parts = caller.t, []
    status = history_of(session, relation_id, What.STATUS, asked_by=caller.collaborator)
    if status:
        now = status[-1].to
        since = next(one for one in reversed(status) if one.before is None or one.before.id != now.id)
        day = t.in_figures(since.fact.effective_on)
        parts.append(t(_("{status} since {day}"), status=now.label(t.language), day=day))
    priority = history_of(session, relation_id, What.PRIORITY, asked_by=caller.collaborator)
    if priority:
        parts.append(t(_("priority {priority}"), priority=priority[-1].to.label(t.language)))
    return " · ".join(parts)
