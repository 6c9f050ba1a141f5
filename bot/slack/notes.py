"""Notes in Slack: writing one, and what a note's card does."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_filling import blank_form as blank_action
from bot.slack.action_form import ActionForm
from bot.slack.at_once import change_at_once
from bot.slack.channel_subject import relation_here
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import for_relation_or_contact
from bot.slack.note_card import note_card
from bot.slack.note_form import NoteForm, blank_form, facts_in, form_of
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_note
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.collaborators import Role
from store.notes import Message, delete_note, edit_note, restore_note, write_note

# Writing


def start_note(interaction: Interaction, text: str) -> None:
    if text:
        for_relation_or_contact(blank_form, "note/new")(interaction, text)
    else:
        open_form(interaction, lambda caller: blank_form(caller, relation_here(caller, interaction)))


def _open_new(interaction: Interaction) -> None:
    """For the relation, or contact, that the button names; with none as `/crm note`."""
    if not interaction.value:
        start_note(interaction, "")
        return
    relation_id, _dot, contact_id = interaction.value.partition(".")
    contact = int(contact_id or 0) or None
    open_form(interaction, lambda caller: blank_form(caller, int(relation_id), contact))


def save(session: Session, caller: Caller, form: NoteForm) -> Saved:
    facts, now, by = facts_in(caller, form), caller.office.now(), caller.collaborator
    if "record" in form.about:
        seen, note_id = form.about.get("version"), form.about["record"]
        note = edit_note(session, note_id, by=by, version=seen, facts=facts, now=now)
        text = caller.t(_("Changed."))
    else:
        note = write_note(session, by=by, facts=facts, now=now, message=message_in(form))
        text = caller.t(_("Noted."))
    return Saved(text, note_card(session, caller, note, told=text))


def message_in(form: NoteForm) -> Message | None:
    if "message" not in form.about:
        return None
    channel_id, _slash, ts = str(form.about["message"]).partition("/")
    return Message(channel_id, ts, str(form.about.get("permalink", "")))


def action_of(caller: Caller, note_id: int) -> ActionForm:
    """A new action with what the note is about. Raises NotFound."""
    with caller.reading() as session:
        note = seen_note(session, caller, note_id)
    form = blank_action(caller, note.relation_id, note.contact_id)
    form.subject = note.subject
    return form


# The card


def _open(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        note = seen_note(session, caller, int(interaction.value))
        card = note_card(session, caller, note)
    interaction.say(note.subject, card)


def _delete(session: Session, caller: Caller, note_id: int) -> Saved:
    note = delete_note(session, note_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("The note “{subject}” is deleted."), subject=note.subject))


def _restore(session: Session, caller: Caller, note_id: int) -> Saved:
    note = restore_note(session, note_id, by=caller.collaborator)
    return Saved(note.subject, note_card(session, caller, note))


def _new_relation(interaction: Interaction, _form: NoteForm, name: str, waiting: dict[str, Any]) -> None:
    open_new_relation(interaction, name=name, waiting=waiting)


def _opening(build: Any, interaction: Interaction) -> None:
    open_form(interaction, lambda caller: build(caller, int(interaction.value)))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("note",), "fr": ("note",), "nl": ("notitie",)},
            "Dupont",
            _("Write a note, with a reminder if you like"),
            start_note,
            least=Role.REP,
        )
    )
    create = {NoteForm.relation: _new_relation}
    serve_form(slack, Serving(NoteForm, save=save, create=create, fresh=form_of))
    slack.action("note/new", _open_new)
    slack.action("note/edit", partial(_opening, form_of))
    slack.action("note/act", partial(_opening, action_of))
    slack.action("note/open", _open)
    change_at_once(slack, "note/delete", _delete, undo=_restore)
