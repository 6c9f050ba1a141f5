"""Everything about an action that a form decides, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store.actions import Action, ParticipantRole, When
from store.billing import Billing, billing_of
from store.linked_documents import LinkedDocument, link_of
from store.series import Recurrence, rule_of


@dataclass(frozen=True, slots=True)
class Participation:
    """Somebody who takes part: a collaborator or a contact, by id."""

    collaborator_id: int | None = None
    contact_id: int | None = None
    role: ParticipantRole = ParticipantRole.REQUIRED


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """`representative_id` carries it out, `followed_by_id` watches over it (None: the representative).

    `status_id` None means planned for a new action, and as it is for another; `priority_id` None the usual one.
    `recurrence` makes it a series, of which `when` is the first time.
    `points` and `discussed` are points, one a line: what is planned, and what was discussed, planned or not.
    """

    relation_id: int
    type_id: int
    subject: str
    when: When
    representative_id: int
    contact_id: int | None = None
    followed_by_id: int | None = None
    status_id: int | None = None
    priority_id: int | None = None
    place: str = ""
    points: str = ""
    discussed: str = ""
    headline: str = ""
    report: str = ""
    is_private: bool = False
    deadline_on: date | None = None
    billing: Billing | None = None
    linked: LinkedDocument | None = None
    dossier_id: int | None = None
    recurrence: Recurrence | None = None
    participants: tuple[Participation, ...] = ()


def facts_of(action: Action) -> ActionFacts:
    """The action, which must belong to a session, as a form would have given it."""
    assert action.owner_id is not None, "an action has a representative"
    return ActionFacts(
        relation_id=action.relation_id,
        type_id=action.type_id,
        subject=action.subject,
        when=action.when,
        representative_id=action.owner_id,
        contact_id=action.contact_id,
        followed_by_id=action.followed_by_id,
        status_id=action.status_id,
        priority_id=action.priority_id,
        place=action.place,
        points=action.points,
        discussed=action.discussed,
        headline=action.headline,
        report=action.report,
        is_private=action.is_private,
        deadline_on=action.deadline_on,
        billing=billing_of(action),
        linked=link_of(action),
        dossier_id=action.dossier_id,
        recurrence=rule_of(action),
        participants=tuple(Participation(p.collaborator_id, p.contact_id, p.role) for p in action.participants),
    )
