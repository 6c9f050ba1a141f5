"""Which actions a report adds up: what everybody may see is found in an index alone, what is private is read apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.batches import batches
from store.collaborators import Collaborator
from store.reports.periods import Period
from store.scopes import in_scope


def public_in(period: Period, *, asked_by: Collaborator) -> tuple[ColumnElement[bool], ...]:
    """For a WHERE on Action: those that begin in the period and that the asker may see, without the private ones.

    With the owner (and the status) said too, indexes hold all that this looks at.
    """
    # Their own actions, and those that they follow or take part in, need no word: these make the relation theirs.
    is_public = (Action.is_private.is_(False), Action.deleted_at.is_(None))
    return *is_public, _begins_in(period), in_scope(Action.relation_id, asked_by=asked_by)


def private_in(
    session: Session, period: Period, query: Select[*tuple[Any, ...]], *, asked_by: Collaborator
) -> Sequence[Any]:
    """The rows of `query` on actions of the private ones alone that begin in the period and that the asker may see."""
    if asked_by.is_before_others:
        return ()
    # Their ids first: whatever else is asked would draw the engine away from the index of what is private.
    found = select(Action.id).where(Action.is_private.is_(True), Action.deleted_at.is_(None), _begins_in(period))
    ids = session.scalars(found.where(access.visible(Action, asked_by=asked_by))).all()
    return [row for some in batches(ids) for row in session.execute(query.where(Action.id.in_(some)))]


def _begins_in(period: Period) -> ColumnElement[bool]:
    return Action.starts_on.between(period.first_on, period.last_on)
