"""The form of a note: its fields, what they begin with, and what they say."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from bot.office import Caller
from bot.slack.choices import MultiSearch, Search
from bot.slack.fields import Day, Hour, Option, Text, Toggle
from bot.slack.finding import colleague, find_colleagues, find_relations, reference, referred
from bot.slack.forms import Form
from bot.slack.seen import seen_contact, seen_note, seen_relation
from bot.texts import _
from store.base import BookError
from store.notes import DETAIL_LIMIT, SUBJECT_LIMIT, Note, NoteFacts, Remind

SATURDAY = 5
FIRST_HOUR = time(9)


class NoteForm(Form, id="note", title=_("Note"), submit=_("Save")):
    relation = Search(_("Relation"), find=find_relations, hint=_("Name, town, e-mail or phone")).reacting()
    subject = Text(_("Subject"), max_length=SUBJECT_LIMIT)
    detail = Text(_("Detail"), max_length=DETAIL_LIMIT, lines=True).optional()
    on = Day(_("Date"), hint=_("It may be past"))
    is_private = Toggle(_("Who sees it"), _("Private: only you and whom you remind"))
    reminds = Toggle(_("Reminder"), _("Remind somebody of it"))
    remind_on = Day(_("Remind on")).when(reminds)
    remind_at = Hour(_("At"), hint=_("The hour where the person is who is reminded")).when(reminds)
    remind_whom = MultiSearch(_("Whom"), find=find_colleagues, most=20).when(reminds)


def blank_form(caller: Caller, relation_id: int | None = None, contact_id: int | None = None, **about: Any) -> NoteForm:
    """Of today, at the relation or contact if one is given. Raises NotFound."""
    form = NoteForm(**about)
    form.on, form.remind_on, form.remind_at = caller.today, _next_working_day(caller), FIRST_HOUR
    form.remind_whom = (colleague(caller.collaborator),)
    with caller.reading() as session:
        if contact_id is not None:
            contact = seen_contact(session, caller, contact_id)
            form.relation = Option(reference(contact.relation_id, contact.id), contact.label)
        elif relation_id is not None:
            relation = seen_relation(session, caller, relation_id)
            form.relation = Option(str(relation.id), relation.name)
    return form


def _next_working_day(caller: Caller) -> date:
    day = caller.today + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def form_of(caller: Caller, note_id: int) -> NoteForm:
    """The note as it stands, for changing it. Raises NotFound."""
    with caller.reading() as session:
        note = seen_note(session, caller, note_id)
        form = blank_form(caller, record=note.id, version=note.version)
        form.relation = Option(reference(note.relation_id, note.contact_id), label_of(note))
        form.subject, form.detail, form.on, form.is_private = note.subject, note.detail, note.noted_on, note.is_private
        if note.reminders:
            first = note.reminders[0]
            form.reminds, form.remind_on, form.remind_at = True, first.due_on, first.due_time
            form.remind_whom = tuple(colleague(one.for_whom) for one in note.reminders)
    return form


def label_of(note: Note) -> str:
    """ "Els Peeters · Brasserie Dupont", or the relation alone."""
    return note.contact.label if note.contact else note.relation.name


def facts_in(caller: Caller, form: NoteForm) -> NoteFacts:
    """What the filled form says. Raises BookError at `remind_on` or `remind_at` when one of them is missing."""
    relation_id, contact_id = referred(form.relation)
    return NoteFacts(
        relation_id=relation_id,
        contact_id=contact_id,
        subject=form.subject,
        detail=form.detail or "",
        noted_on=form.on,
        is_private=form.is_private,
        remind=_remind(caller, form) if form.reminds else None,
    )


def _remind(caller: Caller, form: NoteForm) -> Remind:
    """Nobody chosen is the person themself."""
    if form.remind_on is None or form.remind_at is None:
        raise BookError(_("Please fill this in."), field="remind_on" if form.remind_on is None else "remind_at")
    whom = tuple(one.id for one in form.remind_whom or ()) or (caller.collaborator.id,)
    return Remind(form.remind_on, form.remind_at, whom)
