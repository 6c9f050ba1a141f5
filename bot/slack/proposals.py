"""Another time that a guest proposes: told to the representative, who takes it over or leaves the action as it is."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card, action_facts
from bot.slack.blocks import Json, actions, button, plain, quoted, section
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.telling import with_mails
from bot.texts import _
from store.actions import Action, When
from store.base import NotFound
from store.invitations import Invitation
from store.inviting import invite
from store.planning import require_editable
from store.proposals import ProposedTime, accept_proposal, can_be_accepted, take_acceptance_back


def proposal_card(
    session: Session, caller: Caller, invitation: Invitation, action: Action, content: dict[str, Any]
) -> tuple[str, list[Json]]:
    """`content` has the notice's `proposed` times and `stamped_at`. It is answered here where one time can be moved;
    whatever else can be done with the action stands on its own card.
    """
    t, proposed = caller.t, _proposed(content["proposed"])
    text = t(
        _("{name} proposes another time for “{subject}”: {when}"),
        name=invitation.name or invitation.mail,
        subject=action.subject,
        when=t.when(proposed.when(action.zone), today=caller.today),
    )
    said = [quoted(invitation.comment)] if invitation.comment else []
    if not can_be_accepted(action):
        return text, [*action_card(session, caller, action, told=text), *said]
    value = json.dumps([invitation.id, content["stamped_at"], content["proposed"]], separators=(",", ":"))
    accept = button(t(_("Accept")), "proposal/accept", value, style="primary")
    decline = button(t(_("Decline")), "proposal/decline", str(invitation.id))
    open_it = button(t(_("Open")), "action/open", str(action.id))
    facts = [section(plain(text)), action_facts(session, caller, action), *said]
    return text, [*facts, actions(accept, decline, open_it)]


def _proposed(written: tuple[str, str]) -> ProposedTime:
    starts, ends = (datetime.fromisoformat(one) if "T" in one else date.fromisoformat(one) for one in written)
    return ProposedTime(starts, ends)


def _accept(interaction: Interaction) -> None:
    """At once, and everybody invited is told, as the person knows who proposes it and whom the card shows."""
    interaction.ack()
    invitation_id, stamped_at, written = json.loads(interaction.value)
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        action, before = accept_proposal(
            session,
            by=caller.collaborator,
            invitation_id=invitation_id,
            stamped_at=datetime.fromisoformat(stamped_at),
            proposed=_proposed(written),
            now=now,
        )
        sent = invite(session, action, now=now)
        when = caller.t.when(action.when, today=caller.today)
        text = with_mails(caller.t(_("Moved to {when}."), when=when), sent, caller.t)
        undo = button(caller.t(_("Undo")), "proposal/undo", f"{action.id}|{action.version}|{_written(before)}")
        card = [*action_card(session, caller, action, told=text), actions(undo)]
    interaction.say(text, card, replace=True)


def _written(when: When) -> str:
    times = (at.isoformat() if at else "" for at in (when.starts_time, when.ends_time))
    return "|".join([when.starts_on.isoformat(), when.ends_on.isoformat(), *times, when.zone])


def _undo(interaction: Interaction) -> None:
    """Back to where it was; who was told that it moved is told of that too."""
    interaction.ack()
    action_id, version, first, last, starts, ends, zone = interaction.value.split("|")
    hours = (time.fromisoformat(at) if at else None for at in (starts, ends))
    before = When(date.fromisoformat(first), next(hours), date.fromisoformat(last), next(hours), zone)
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        action = take_acceptance_back(
            session, by=caller.collaborator, action_id=int(action_id), version=int(version), before=before, now=now
        )
        sent = invite(session, action, now=now)
        when = caller.t.when(action.when, today=caller.today)
        text = with_mails(caller.t(_("Moved to {when}."), when=when), sent, caller.t)
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def _decline(interaction: Interaction) -> None:
    """The action stays as it is; the guest may still come, and is told nothing that they do not know."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        invitation = session.get(Invitation, int(interaction.value))
        if invitation is None:
            raise NotFound
        action = require_editable(session, invitation.action_id, by=caller.collaborator)
        text = caller.t(
            _("{subject} stays as it was: {when}. {name} gets no mail about that."),
            subject=action.subject,
            when=caller.t.when(action.when, today=caller.today),
            name=invitation.name or invitation.mail,
        )
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def register(slack: Listening) -> None:
    slack.action("proposal/accept", _accept)
    slack.action("proposal/undo", _undo)
    slack.action("proposal/decline", _decline)
