"""The notice to who begins or ceases to represent the office at a relation."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.texts import _
from store.collaborators import Collaborator
from store.relations import relation_seen_by


def representative_card(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """None when they may not see the relation any more, or it is gone."""
    relation = relation_seen_by(session, content["relation_id"], asked_by=caller.collaborator)
    by = session.get(Collaborator, content["by_id"])
    if relation is None or by is None:
        return None
    t, facts = caller.t, {"name": relation.name, "by": by.name}
    if "since_on" in content:
        day = t.day(date.fromisoformat(content["since_on"]), today=caller.today)
        text = t(_("You represent the office at {name} from {day} on. {by} entered it."), day=day, **facts)
    elif content["until_on"]:
        day = t.day(date.fromisoformat(content["until_on"]), today=caller.today)
        text = t(_("You represent the office at {name} until {day}. {by} entered it."), day=day, **facts)
    else:
        text = t(_("You no longer represent the office at {name}. {by} entered it."), **facts)
    show = button(t(_("Who is on it")), "involvement/who", f"{relation.id}:")
    return text, [section(plain(text)), actions(show)]
