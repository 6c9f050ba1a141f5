"""A note as a card: what, when, of whom, whom it reminds; then what next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, plain, rich, section, words
from bot.slack.note_form import label_of
from bot.texts import _
from store.notes import Note, Reminder, ReminderState

DETAIL_SHOWN = 200


def note_card(session: Session, caller: Caller, note: Note, *, told: str = "", undo: bool = False) -> list[Json]:
    """`told` is a sentence above it; with `undo` the note was made unasked, and goes by that button."""
    t, value = caller.t, str(note.id)
    gone = button(t(_("Undo")) if undo else t(_("Delete")), "note/delete", value)
    head = [section(plain(told))] if told else []
    buttons = (button(t(_("Edit")), "note/edit", value), button(t(_("Make an action")), "note/act", value), gone)
    return [*head, note_facts(session, caller, note), actions(*buttons)]


def note_facts(_session: Session, caller: Caller, note: Note) -> Json:
    """The card without what can be done, the detail whole."""
    t = caller.t
    link: Words = [{"type": "link", "url": note.permalink, "text": t(_("The message in Slack"))}]
    return rich(
        [*words(note.subject, bold=True), *words(f" — {_when_and_who(caller, note)}")],
        words(label_of(note)),
        words(note.detail),
        *(words(_said_of(caller, one)) for one in note.reminders),
        link if note.permalink else [],
    )


def note_row(caller: Caller, note: Note) -> Json:
    """A line of a list, with the button that opens the card."""
    detail = " ".join(note.detail.split())
    shown = f"\n{detail[:DETAIL_SHOWN]}{'…' if len(detail) > DETAIL_SHOWN else ''}" if detail else ""
    contact = f" · {note.contact.person.name}" if note.contact else ""
    line = f"{note.subject} — {_when_and_who(caller, note)}{contact}{shown}"
    return section(plain(line), accessory=button(caller.t(_("Open")), "note/open", str(note.id)))


def _when_and_who(caller: Caller, note: Note) -> str:
    by = note.owner.name if note.owner else ""
    private = caller.t(_("private")) if note.is_private else ""
    return " · ".join(part for part in (caller.t.day(note.noted_on, today=caller.today), by, private) if part)


def _said_of(caller: Caller, reminder: Reminder) -> str:
    t, name = caller.t, reminder.for_whom.name
    if reminder.state is ReminderState.DONE:
        return t(_("Reminder for {name}: done"), name=name)
    return t(_("Reminder for {name}: {when}"), name=name, when=due_words(caller, reminder))


def due_words(caller: Caller, reminder: Reminder) -> str:
    """ "Thu 26 Nov, 9:00": when it is due, or until when it was put off, where the reader is."""
    at = reminder.snoozed_until or reminder.due_at
    return caller.t.moment(at, zone=caller.collaborator.zone, today=caller.today)
