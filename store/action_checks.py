"""What a form says of an action, checked before it is stored."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts
from store.actions import Action, ActionStatus, ActionType, Meaning
from store.base import BookError, NotFound, _
from store.billing import checked_billing
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.domain import L, line, listed
from store.linked_documents import checked_link
from store.points import points_typed
from store.relations import relation_seen_by
from store.series import moved
from store.statuses import ActionPriority
from store.typed import is_seen, line_typed, text_typed

MOST_PARTICIPANTS = 200
HEADLINE_LIMIT = 300
NO_HEADLINE = _("Say in one line what came out of it: the history shows that line.")


def checked_facts(session: Session, by: Collaborator, facts: ActionFacts, *, action: Action | None) -> ActionFacts:
    """The facts as they are stored, with those into whom others were merged; `action` is what they change, if any.

    Raises BookError at the wrong field.
    """
    relation = relation_seen_by(session, facts.relation_id, asked_by=by)
    if relation is None:
        raise NotFound(_("This relation is no longer in the book."), field="relation")
    facts.when.check()
    facts = _from_first_date(facts)
    checked = _with_lines(session, replace(_with_texts(facts), relation_id=relation.id), action)
    return _with_people(session, by, checked)


def _from_first_date(facts: ActionFacts) -> ActionFacts:
    """A series begins with the first date that fits its rule."""
    if facts.recurrence is None:
        return facts
    facts.recurrence.check(facts.when.starts_on)
    return replace(facts, when=moved(facts.when, facts.recurrence.first_dates(facts.when.starts_on, 1)[0]))


def _with_texts(facts: ActionFacts) -> ActionFacts:
    points = text_typed(facts.points, field="points")
    discussed = text_typed(facts.discussed, field="discussed")
    return replace(
        facts,
        subject=line_typed(facts.subject, field="subject", required=True),
        place=line_typed(facts.place, field="place"),
        points="\n".join(points_typed(points, field="points")),
        discussed="\n".join(points_typed(discussed, field="discussed")),
        headline=line_typed(facts.headline, field="headline", limit=HEADLINE_LIMIT),
        report=text_typed(facts.report, field="report"),
        billing=checked_billing(facts.billing) if facts.billing else None,
        linked=checked_link(facts.linked) if facts.linked else None,
    )


def _with_lines(session: Session, facts: ActionFacts, action: Action | None) -> ActionFacts:
    """With the type, the status and the priority that stand on the lists now."""
    kept = (action.type_id, action.status_id, action.priority_id) if action else (None, None, None)
    type_id = _in_use(session, ActionType, facts.type_id, kept[0], field="type")
    status_id = kept[1] or status_meaning(session, Meaning.PLANNED).id
    if facts.status_id is not None:
        status_id = _in_use(session, ActionStatus, facts.status_id, kept[1], field="status")
    priority_id = usual_priority(session).id
    if facts.priority_id is not None:
        priority_id = _in_use(session, ActionPriority, facts.priority_id, kept[2], field="priority")
    is_done = session.get_one(ActionStatus, status_id).meaning is Meaning.DONE
    if is_done and facts.recurrence is not None:
        raise BookError(_("A whole series cannot be done: complete each time by itself."), field="status")
    if is_done and not is_seen(facts.headline):
        raise BookError(NO_HEADLINE, field="headline")
    return replace(facts, type_id=type_id, status_id=status_id, priority_id=priority_id)


def _in_use(session: Session, kind: type[L], line_id: int, kept_id: int | None, *, field: str) -> int:
    """A retired line stays where it stood, and serves where no other is in use."""
    found = line(session, kind, line_id, field=field)
    if found.retired_at is not None and found.id != kept_id and listed(session, kind):
        raise BookError(_("This is no longer on the office’s list. Choose another."), field=field)
    return found.id


def _with_people(session: Session, by: Collaborator, facts: ActionFacts) -> ActionFacts:
    _require_here(session, [facts.representative_id], field="representative")
    if facts.followed_by_id is not None and facts.followed_by_id != facts.representative_id:
        _require_known(session, facts.followed_by_id)
    if len(facts.participants) > MOST_PARTICIPANTS:
        raise BookError(_("At most {most} people can take part."), field="guests", most=MOST_PARTICIPANTS)
    _require_here(session, [p.collaborator_id for p in facts.participants if p.collaborator_id], field="colleagues")
    met = _standing(session, by, facts.contact_id, field="contact") if facts.contact_id else None
    people = [
        replace(p, contact_id=_standing(session, by, p.contact_id, field="guests")) if p.contact_id else p
        for p in facts.participants
    ]
    return replace(facts, contact_id=met, participants=tuple(people))


def _standing(session: Session, by: Collaborator, contact_id: int, *, field: str) -> int:
    contact = contact_seen_by(session, contact_id, asked_by=by)
    if contact is None:
        raise NotFound(_("This contact is no longer in the book."), field=field)
    return contact.id


def _require_here(session: Session, ids: list[int], *, field: str) -> None:
    here = session.scalars(select(Collaborator.id).where(Collaborator.id.in_(ids), Collaborator.is_active))
    if set(ids) - set(here):
        raise BookError(_("This collaborator has left. Choose somebody else."), field=field)


def _require_known(session: Session, followed_by_id: int) -> None:
    """Who follows an action may have left since: it is shown, and somebody else can be chosen."""
    if session.get(Collaborator, followed_by_id) is None:
        raise NotFound(field="followed_by")


def status_meaning(session: Session, meaning: Meaning) -> ActionStatus:
    """The first of the list with this meaning; a retired one when the office retired them all."""
    query = select(ActionStatus).where(ActionStatus.meaning == meaning)
    order = ActionStatus.retired_at.is_not(None), ActionStatus.position, ActionStatus.id
    return session.scalars(query.order_by(*order).limit(1)).one()


def usual_priority(session: Session) -> ActionPriority:
    """The one that the office marked as usual, else the first in use."""
    order = ActionPriority.retired_at.is_not(None), ActionPriority.is_usual.is_(False), ActionPriority.position
    return session.scalars(select(ActionPriority).order_by(*order, ActionPriority.id).limit(1)).one()
