"""Dossiers of a made-up office: one relation in three has its own, with actions in it; two are general."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action
from store.collaborators import Collaborator
from store.dossiers import Dossier, DossierFacts, close_dossier, open_dossier
from store.relations import Relation

FAIRS = {"fr": "Salons {year}", "nl": "Beurzen {year}", "en": "Trade fairs {year}"}
STALE = timedelta(days=200)
"""Without an action for as long, a dossier is closed."""


def open_dossiers(
    session: Session, made: Sequence[Relation], *, by: Collaborator, language: str, now: datetime, random: Random
) -> None:
    """What an action is about is the name of the dossier that it stands in, with the others about the same thing."""
    at_fairs: list[Action] = []
    for relation in made:
        query = select(Action).where(Action.relation_id == relation.id).order_by(Action.sort_at, Action.uid)
        actions = session.scalars(query).unique().all()
        if random.random() < 0.35:
            subject = random.choice(actions).subject
            inside = [action for action in actions if action.subject == subject]
            dossier = _open(session, relation, subject, inside, by=by, now=now)
            if inside[-1].sort_at < now - STALE:
                close_dossier(session, dossier.id, by=by, now=now)
        else:
            at_fairs += [one for one in actions if one.starts_on.year == now.year and random.random() < 0.1]
    last_year = _open(session, None, FAIRS[language].format(year=now.year - 1), [], by=by, now=now)
    close_dossier(session, last_year.id, by=by, now=now)
    _open(session, None, FAIRS[language].format(year=now.year), at_fairs, by=by, now=now)
    session.flush()


def _open(
    session: Session,
    relation: Relation | None,
    name: str,
    inside: Sequence[Action],
    *,
    by: Collaborator,
    now: datetime,
) -> Dossier:
    relation_id = relation.id if relation else None
    dossier = open_dossier(session, by=by, relation_id=relation_id, facts=DossierFacts(name), now=now)
    for action in inside:
        action.dossier_id = dossier.id
    return dossier
