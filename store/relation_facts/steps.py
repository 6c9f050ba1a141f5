"""Which status of a relation may come after which, where the office says so."""

from __future__ import annotations

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.collaborators import Collaborator
from store.domain import lines_with_keys
from store.relation_facts.model import RelationFact, What, standing_facts
from store.statuses import RelationStatus


def require_step(session: Session, fact: RelationFact, *, by: Collaborator) -> None:
    """For a fact that stands in its place. Raises BookError at `status` when it may not come after the one before it.

    What comes after it was noted before, and stays.
    """
    before, status = _before(session, fact), session.get(RelationStatus, fact.status_id)
    if before is None or status is None or before.id == status.id:
        return
    keys = [key.strip() for key in before.next_keys.split(",")]
    allowed = [one for one in lines_with_keys(session, RelationStatus, keys) if one is not before]
    if allowed and status not in allowed:
        names = [one.label(by.language) for one in allowed]
        text = _("After “{before}” may come: {names}.")
        raise BookError(text, field=What.STATUS, before=before.label(by.language), names=names)


def _before(session: Session, fact: RelationFact) -> RelationStatus | None:
    same_day = and_(RelationFact.effective_on == fact.effective_on, RelationFact.position < fact.position)
    is_earlier = or_(RelationFact.effective_on < fact.effective_on, same_day)
    query = standing_facts(What.STATUS, RelationFact.relation_id == fact.relation_id, is_earlier)
    order = RelationFact.effective_on.desc(), RelationFact.position.desc()
    found = session.scalars(query.order_by(None).order_by(*order).limit(1)).first()
    return found.status if found else None
