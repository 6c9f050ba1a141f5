"""What the channel is about in which a form is opened: a relation or a dossier that somebody bound it to."""

from __future__ import annotations

from bot.office import Caller
from bot.slack.interaction import Interaction
from store.channels import Subject, subject_of


def subject_here(caller: Caller, interaction: Interaction) -> Subject | None:
    """None in a channel that is about nothing, and for what the caller may not see."""
    if not interaction.channel_id:
        return None
    with caller.reading() as session:
        return subject_of(session, interaction.channel_id, asked_by=caller.collaborator)


def relation_here(caller: Caller, interaction: Interaction) -> int | None:
    """The id of the relation that a form opened here begins with."""
    subject = subject_here(caller, interaction)
    return subject.relation.id if subject and subject.relation else None
