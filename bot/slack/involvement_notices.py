"""The notice to who begins or ceases to represent the office at a relation."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.involvement_files import key_of
from bot.texts import _
from store.collaborators import Collaborator
from store.dossiers import dossier_seen_by
from store.involvements import File
from store.relations import Relation, relation_seen_by


def representative_card(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """None when they may not see the relation any more, or it is gone."""
    relation = relation_seen_by(session, content["relation_id"], asked_by=caller.collaborator)
    by = session.get(Collaborator, content["by_id"])
    if relation is None or by is None:
        return None
    file = _file(session, caller, relation, content["dossier_id"])
    t, facts = caller.t, {"name": file.name, "by": by.name}
    if "since_on" in content:
        day = t.day(date.fromisoformat(content["since_on"]), today=caller.today)
        text = t(_("You represent the office at {name} from {day} on. {by} entered it."), day=day, **facts)
    elif content["until_on"]:
        day = t.day(date.fromisoformat(content["until_on"]), today=caller.today)
        text = t(_("You represent the office at {name} until {day}. {by} entered it."), day=day, **facts)
    else:
        text = t(_("You no longer represent the office at {name}. {by} entered it."), **facts)
    show = button(t(_("Who is on it")), "involvement/who", f"{key_of(file)}:")
    return text, [section(plain(text)), actions(show)]


def _file(session: Session, caller: Caller, relation: Relation, dossier_id: int | None) -> File:
    """The relation itself once the dossier is gone."""
    dossier = dossier_seen_by(session, dossier_id, asked_by=caller.collaborator) if dossier_id else None
    return File(relation, dossier)
