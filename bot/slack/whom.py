"""Whom a form is about, where its fields do not say it: the first line, for a title has no room for a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.forms import WHOM, Form
from bot.slack.involvement_files import seen_file
from bot.slack.seen import seen_action, seen_contact, seen_relation
from store.base import NotFound
from store.collaborators import Collaborator
from store.involvements import involvement_seen_by
from store.links import link_seen_by

About = Mapping[str, Any]
_Naming = Callable[[Session, Caller, About], str]


def _relation(session: Session, caller: Caller, about: About) -> str:
    return seen_relation(session, caller, about["record"]).name


def _file(session: Session, caller: Caller, about: About) -> str:
    return seen_file(session, caller, about["record"]).name


def _at_relation(session: Session, caller: Caller, about: About) -> str:
    return seen_relation(session, caller, about["relation"]).name


def _contact(session: Session, caller: Caller, about: About) -> str:
    return seen_contact(session, caller, about.get("record") or about["contact"]).label


def _action(session: Session, caller: Caller, about: About) -> str:
    action = seen_action(session, caller, about["record"])
    name, when = action.relation.name, caller.t.when(action.when, today=caller.today)
    return f"{action.subject if name in action.subject else f'{action.subject} · {name}'} — {when}"


def _involvement(session: Session, caller: Caller, about: About) -> str:
    row = involvement_seen_by(session, about["record"], asked_by=caller.collaborator)
    if row is None:
        raise NotFound
    return f"{row.file.name} · {row.collaborator.name} ({row.category.label(caller.t.language)})"


def _link(session: Session, caller: Caller, about: About) -> str:
    link = link_seen_by(session, about["record"], asked_by=caller.collaborator)
    if link is None:
        raise NotFound
    return f"{link.source.name} – {link.target.name}"


def _collaborator(session: Session, _caller: Caller, about: About) -> str:
    return session.get_one(Collaborator, about["record"]).name


def _place(session: Session, caller: Caller, about: About) -> str:
    """Where a document stands."""
    naming = {"relation": _relation, "contact": _contact, "action": _action}.get(about["place"])
    row_id = about.get("row") or about[about["place"]]
    return naming(session, caller, {"record": row_id}) if naming else ""


NAMING: Mapping[str, _Naming] = {
    "complete": _action,
    "move": _action,
    "drop": _action,
    "end-series": _action,
    "contact": _at_relation,
    "contact_leaving": _contact,
    "contact_mailings": _contact,
    "contact_copy": _contact,
    "involvements": _file,
    "involvement_periods": _involvement,
    "end_involvement": _involvement,
    "end_link": _link,
    "hold": _relation,
    "reach": _relation,
    "merge": _relation,
    "rights": _collaborator,
    "documents": _place,
    "take_away": _place,
}
"""By the form's id."""


def say_whom(form: Form, caller: Caller) -> None:
    """Notes in the form whom it is about. Raises NotFound like the form's own opening."""
    naming = NAMING.get(form.id)
    if naming is not None:
        with caller.reading() as session:
            form.about[WHOM] = naming(session, caller, form.about)[:150]
