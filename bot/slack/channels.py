"""`/crm here`: what this channel is about, so that forms opened in it begin with that relation or dossier."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.dossier_card import whose
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import with_relation
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.channels import Subject, bind_channel, subject_of, unbind_channel
from store.dossiers import dossier_with_reference

CHANNELS = ("C", "G")
"""What the ids of channels begin with; a direct message is about nobody but the two who write."""


def bind_or_show(interaction: Interaction, text: str) -> None:
    """ "Acme" or "ACME-12"; nothing typed shows what the channel is about."""
    caller = interaction.caller  # first: a refusal speaks their language
    if not interaction.channel_id.startswith(CHANNELS):
        raise BookError(_("Type this in the channel that is to be about a relation or a dossier."))
    if not text:
        interaction.ack()
        _show(interaction)
        return
    with caller.reading() as session:
        dossier = dossier_with_reference(session, text, asked_by=caller.collaborator)
        dossier_id = dossier.id if dossier else None
    if dossier_id is None:
        with_relation(interaction, text, _bind, "channel/bind", lambda relation_id: f"relation:{relation_id}")
    else:
        interaction.ack()
        _bind(interaction, f"dossier:{dossier_id}")


def _bind(interaction: Interaction, value: str) -> None:
    caller, (kind, row_id) = interaction.caller, value.split(":")
    with interaction.writing() as session:
        subject = bind_channel(
            session,
            interaction.channel_id,
            by=caller.collaborator,
            relation_id=int(row_id) if kind == "relation" else None,
            dossier_id=int(row_id) if kind == "dossier" else None,
            now=caller.office.now(),
        )
        said = said_of(caller, subject)
    interaction.say(said, [section(plain(said)), _free(caller)])


def _show(interaction: Interaction) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        said, blocks = _shown(session, caller, interaction.channel_id)
    interaction.say(said, blocks)


def _shown(session: Session, caller: Caller, channel_id: str) -> tuple[str, list[Json]]:
    subject = subject_of(session, channel_id, asked_by=caller.collaborator)
    if subject is None:
        said = caller.t(_("This channel is about no relation yet. Type /crm here and a name, or a reference."))
        return said, [section(plain(said))]
    said = said_of(caller, subject)
    return said, [section(plain(said)), _free(caller)]


def said_of(caller: Caller, subject: Subject) -> str:
    name = subject.relation.name if subject.relation else ""
    if subject.dossier is not None:
        name = f"{subject.dossier.label} · {whose(caller, subject.dossier)}"
    return caller.t(_("This channel is about {name}: forms opened here begin with it."), name=name)


def _free(caller: Caller) -> Json:
    return actions(button(caller.t(_("Not any more")), "channel/free"))


def _unbind(interaction: Interaction) -> None:
    interaction.ack()
    caller, back = interaction.caller, list[Json]()
    with interaction.writing() as session:
        subject = unbind_channel(session, interaction.channel_id, by=caller.collaborator)
    if subject is not None:
        dossier, relation = subject.dossier, subject.relation
        value = f"dossier:{dossier.id}" if dossier else f"relation:{relation.id if relation else 0}"
        back = [actions(button(caller.t(_("Undo")), "channel/bind", value))]
    said = caller.t(_("This channel is about no relation any more."))
    interaction.say(said, [section(plain(said)), *back], replace=True)


def _pressed(interaction: Interaction) -> None:
    interaction.ack()
    _bind(interaction, interaction.value)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("here",), "fr": ("ici",), "nl": ("hier",)},
            "Dupont",
            _("Say which relation or dossier this channel is about, or see it"),
            bind_or_show,
        )
    )
    slack.action("channel/bind", _pressed)
    slack.action("channel/free", _unbind)
