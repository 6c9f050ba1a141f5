"""Another time that a guest proposes for an action (RFC 5546 3.2.7), which the office takes or leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, When
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.invitations import Answer, Invitation
from store.planning import edit_action, require_editable
from store.series import rule_of


@dataclass(frozen=True, slots=True)
class ProposedTime:
    """As the guest's calendar wrote it: aware datetimes, or dates for whole days with the last one left out."""

    starts: date
    ends: date

    def when(self, zone: str) -> When:
        """On the wall clock of a zone."""
        if not (isinstance(self.starts, datetime) and isinstance(self.ends, datetime)):
            return When.day(self.starts, zone=zone, until=max(self.starts, self.ends - timedelta(days=1)))
        starts, ends = (at.astimezone(ZoneInfo(zone)).replace(second=0) for at in (self.starts, self.ends))
        return When(starts.date(), starts.time(), ends.date(), ends.time(), zone)


def can_be_accepted(action: Action) -> bool:
    """Of a whole series no single time can be taken over: a rep changes its rule."""
    return not action.is_over and rule_of(action) is None


def accept_proposal(
    session: Session,
    *,
    by: Collaborator,
    invitation_id: int,
    stamped_at: datetime,
    proposed: ProposedTime,
    now: datetime,
) -> tuple[Action, When]:
    """Moves the action, which may be one occurrence of a series; returns it, and when it was before.

    Raises BookError when the proposal is no longer the guest's last word on the action as it stands, and NotFound.
    """
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound
    action = require_editable(session, invitation.action_id, by=by)
    if not can_be_accepted(action) or not _is_last_word(invitation, stamped_at):
        raise BookError(_("This proposal no longer stands: the action or the guest’s answer has changed since."))
    before = action.when
    facts = replace(facts_of(action), when=proposed.when(action.zone))
    return edit_action(session, by=by, action_id=action.id, version=None, facts=facts, now=now), before


def _is_last_word(invitation: Invitation, stamped_at: datetime) -> bool:
    is_current = invitation.answered_at == stamped_at and invitation.answer_sequence == invitation.sequence
    return is_current and invitation.answer is Answer.TENTATIVE and not invitation.is_cancelled


def take_acceptance_back(
    session: Session, *, by: Collaborator, action_id: int, version: int, before: When, now: datetime
) -> Action:
    """When it was before. Raises ChangedMeanwhile when somebody changed the action since, and NotFound."""
    facts = replace(facts_of(require_editable(session, action_id, by=by)), when=before)
    return edit_action(session, by=by, action_id=action_id, version=version, facts=facts, now=now)
