"""Notes in Slack: writing one, the list of an interval, and what a note's card does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_filling import blank_form as blank_action
from bot.slack.action_form import ActionForm
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.channel_subject import relation_here
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.intervals import require_order, said_interval, split_interval
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import for_relation_or_contact, with_relation
from bot.slack.menus import CONTACT_MENU, RELATION_MENU
from bot.slack.note_card import note_card, note_row
from bot.slack.note_form import NoteForm, blank_form, facts_in, form_of
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_contact, seen_note, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.collaborators import Role
from store.notes import Message, delete_note, edit_note, notes_of, restore_note, write_note

PAGE = 8


class NoteDaysForm(Form, id="note_days", title=_("Notes"), submit=_("Show")):
    first = Day(_("From")).optional()
    last = Day(_("To")).optional()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes to show; travels in a button's value. Of the contact when there is one, else of the relation."""

    relation_id: int
    contact_id: int = 0
    first: date | None = None
    last: date | None = None
    page: int = 0

    def __str__(self) -> str:
        place = f"{self.relation_id}.{self.contact_id}"
        return f"{place}:{self.first or ''}:{self.last or ''}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is all its notes."""
        place, *rest = value.split(":")
        relation_id, _dot, contact_id = place.partition(".")
        first, last, page = rest or ("", "", "0")
        first_on, last_on = (date.fromisoformat(day) if day else None for day in (first, last))
        return cls(int(relation_id), int(contact_id or 0), first_on, last_on, int(page))


# The list


def show_typed(interaction: Interaction, text: str) -> None:
    """ "Acme from:1 September to:30 September". Raises BookError for what is no day."""
    name, first, last = split_interval(interaction.caller, text)
    with_relation(interaction, name, _show, "note/list", lambda one: str(Wanted(one, 0, first, last)))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = note_blocks(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Notes")), blocks, replace=replacing)


def note_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of the notes, newest first, and the ways to others. Raises NotFound."""
    t = caller.t
    wanted, names = _as_it_is_now(session, caller, wanted)
    place = {"contact_id": wanted.contact_id} if wanted.contact_id else {"relation_id": wanted.relation_id}
    found = notes_of(
        session,
        asked_by=caller.collaborator,
        first_on=wanted.first,
        last_on=wanted.last,
        limit=PAGE + 1,
        offset=wanted.page * PAGE,
        **place,
    )
    title = t(_("Notes: {name}"), name=" · ".join(names))
    blocks = [rich([*words(title, bold=True), *words(said_interval(caller, wanted.first, wanted.last))])]
    blocks += [note_row(caller, note) for note in found[:PAGE]]
    if not found:
        blocks.append(section(plain(_nothing(caller, names[0], wanted))))
    return [*blocks, _below(caller, wanted, has_more=len(found) > PAGE)]


def _as_it_is_now(session: Session, caller: Caller, wanted: Wanted) -> tuple[Wanted, tuple[str, ...]]:
    """By the ids that those of a merged relation or contact lead to; the name to type, and where a contact is. Raises
    NotFound.
    """
    if wanted.contact_id:
        contact = seen_contact(session, caller, wanted.contact_id)
        names = (contact.person.name, contact.relation.name)
        return replace(wanted, relation_id=contact.relation_id, contact_id=contact.id), names
    relation = seen_relation(session, caller, wanted.relation_id)
    return replace(wanted, relation_id=relation.id), (relation.name,)


def _nothing(caller: Caller, typed: str, wanted: Wanted) -> str:
    if wanted.first or wanted.last:
        return caller.t(_("No note on these days."))
    return caller.t(_("No note yet. “+ New note” writes the first one, or type /crm note {name}."), name=typed)


def _below(caller: Caller, wanted: Wanted, *, has_more: bool) -> Json:
    t = caller.t
    elements = [button(t(_("+ New note")), "note/new", f"{wanted.relation_id}.{wanted.contact_id}")]
    if wanted.page:
        elements.append(button(t(_("Back")), "note/list/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        elements.append(button(t(_("Next")), "note/list/next", str(replace(wanted, page=wanted.page + 1))))
    return actions(*elements, button(t(_("Other days")), "note/days", str(replace(wanted, page=0))))


def _days_form(value: str) -> NoteDaysForm:
    wanted = Wanted.read(value)
    form = NoteDaysForm(record=value)
    form.first, form.last = wanted.first, wanted.last
    return form


def _show_days(session: Session, caller: Caller, form: NoteDaysForm) -> Saved:
    require_order(form.first, form.last)
    wanted = replace(Wanted.read(str(form.about["record"])), first=form.first, last=form.last)
    return Saved(caller.t(_("Notes")), note_blocks(session, caller, wanted))


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


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value, replacing=replacing)

    return press


def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(Wanted(relation_id)))


def _show_of_contact(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation_id = seen_contact(session, caller, contact_id).relation_id
    _show(interaction, str(Wanted(relation_id, contact_id)))


def _new_relation(interaction: Interaction, _form: NoteForm, name: str, waiting: dict[str, Any]) -> None:
    open_new_relation(interaction, name=name, waiting=waiting)


def _opening(build: Any, interaction: Interaction) -> None:
    open_form(interaction, lambda caller: build(caller, int(interaction.value)))


SUBCOMMANDS = (
    Subcommand(
        {"en": ("note",), "fr": ("note",), "nl": ("notitie",)},
        "Dupont",
        _("Write a note, with a reminder if you like"),
        start_note,
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("notes",), "fr": ("notes",), "nl": ("notities",)},
        _("Dupont from:2026-01-01"),
        _("The notes of a relation, all or of some days"),
        show_typed,
        reads=True,
    ),
)


def register(slack: Listening) -> None:
    for subcommand in SUBCOMMANDS:
        slack.subcommand(subcommand)
    serve_form(
        slack,
        Serving(NoteForm, save=save, create={NoteForm.relation: _new_relation}, fresh=form_of),
    )
    serve_form(slack, Serving(NoteDaysForm, save=_show_days))
    slack.action("note/new", _open_new)
    slack.action("note/edit", partial(_opening, form_of))
    slack.action("note/act", partial(_opening, action_of))
    slack.action("note/open", _open)
    slack.action("note/list", _listing(replacing=False))
    for key in ("back", "next"):
        slack.action(f"note/list/{key}", _listing(replacing=True))
    slack.action("note/days", lambda interaction: open_form(interaction, lambda _caller: _days_form(interaction.value)))
    change_at_once(slack, "note/delete", _delete, undo=_restore)
    slack.menu(RELATION_MENU, "notes", _("Notes"), _show_of_relation, at=35)
    slack.menu(CONTACT_MENU, "notes", _("Notes"), _show_of_contact, at=55)
