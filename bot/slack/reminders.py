"""Reminders in Slack: the card that comes at the hour, what it is answered, and the list of one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, capitalized, filled, overflow, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.note_card import due_words
from bot.slack.note_form import label_of
from bot.slack.seen import seen_reminder
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.notes import (
    LATE_AFTER,
    Reminder,
    ReminderState,
    Snooze,
    finish_reminder,
    open_reminders,
    reminder_seen_by,
    reopen_reminder,
    snooze_reminder,
)

SHOWN = 20
SHOWN_AT_HOME = 8
DETAIL_SHOWN = 300
SNOOZES = {
    Snooze.HOUR: _("Snooze for an hour"),
    Snooze.TOMORROW: _("Snooze until tomorrow"),
    Snooze.MONDAY: _("Snooze until next Monday"),
}


def told_reminder(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """What comes at the hour; None when it was answered, moved or deleted since. Late it says when it was due."""
    row = reminder_seen_by(session, content["reminder_id"], asked_by=caller.collaborator)
    if row is None or row.state is ReminderState.DONE or row.snoozed_until or row.reminded_at is None:
        return None
    text = caller.t(_("Reminder: {subject}"), subject=row.note.subject)
    due_at = datetime.fromisoformat(content["due_at"])
    if caller.office.now() - due_at > LATE_AFTER:
        when = caller.t.moment(due_at, zone=caller.collaborator.zone, today=caller.today)
        text = caller.t(_("Late reminder, due {when}: {subject}"), when=when, subject=row.note.subject)
    return text, reminder_card(caller, row, told=text)


def reminder_card(caller: Caller, row: Reminder, *, told: str = "") -> list[Json]:
    """`told` stands in the place of the subject."""
    t, value, note = caller.t, str(row.id), row.note
    detail = note.detail if len(note.detail) <= DETAIL_SHOWN else f"{note.detail[:DETAIL_SHOWN]}…"
    due = t(_("due {when}"), when=due_words(caller, row))
    noted = t(_("noted {day}"), day=t.day(note.noted_on, today=caller.today))
    lines = rich(
        words(told or note.subject, bold=True),
        words(f"{label_of(note)} — {noted}{'' if told else f' · {due}'}"),
        words(detail),
    )
    snoozes = [(f"{snooze}:{row.id}", t(label)) for snooze, label in SNOOZES.items()]
    return [
        lines,
        actions(
            button(t(_("It’s done")), "reminder/done", value, style="primary"),
            button(t(_("Make an action")), "note/act", str(note.id)),
            button(t(_("The note")), "note/open", str(note.id)),
            overflow("reminder/snooze", snoozes),
        ),
    ]


# The list


def show_reminders(interaction: Interaction, _text: str = "") -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        rows = open_reminders(session, asked_by=caller.collaborator, limit=SHOWN)
        blocks = [reminder_row(caller, row) for row in rows]
    title = caller.t(_("Reminders"))
    said = _("Nothing to be reminded of. `/crm note Dupont` writes a note; tick “Remind somebody of it” there.")
    interaction.say(title, [rich(words(title, bold=True)), *(blocks or [rich(filled(caller.t(said)))])])


def reminder_row(caller: Caller, row: Reminder) -> Json:
    """A line, with the button that opens the card."""
    overdue = f" ⚠ {caller.t(_('overdue'))}" if row.snoozed_until is None and row.due_at < caller.office.now() else ""
    line = f"{capitalized(due_words(caller, row))}{overdue} — {row.note.subject} · {label_of(row.note)}"
    return section(plain(line), accessory=button(caller.t(_("Open")), "reminder/open", str(row.id)))


def home_blocks(session: Session, caller: Caller) -> list[Json]:
    """Those of today and before, under a title; nothing without any."""
    rows = open_reminders(session, asked_by=caller.collaborator, on=caller.today, limit=SHOWN_AT_HOME)
    if not rows:
        return []
    return [rich(words(caller.t(_("Reminders")), bold=True)), *(reminder_row(caller, row) for row in rows)]


# Answers


def _open(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        row = seen_reminder(session, caller, int(interaction.value))
        card = reminder_card(caller, row)
    interaction.say(row.note.subject, card)


def _answer(interaction: Interaction, reminder_id: int, change: Callable[[Session, Caller, int], str]) -> None:
    """Puts what was done, and the way back, in the place of the card."""
    interaction.ack()
    with interaction.writing() as session:
        said = change(session, interaction.caller, reminder_id)
    back = button(interaction.t(_("Undo")), "reminder/reopen", str(reminder_id))
    interaction.say(said, [section(plain(said)), actions(back)], replace=True)


def _finish(session: Session, caller: Caller, reminder_id: int) -> str:
    row = finish_reminder(session, reminder_id, by=caller.collaborator, now=caller.office.now())
    return caller.t(_("✓ Done: {subject}"), subject=row.note.subject)


def _done(interaction: Interaction) -> None:
    _answer(interaction, int(interaction.value), _finish)


def _snooze(interaction: Interaction) -> None:
    key, _colon, reminder_id = interaction.value.partition(":")
    snooze = Snooze(key)

    def change(session: Session, caller: Caller, reminder_id: int) -> str:
        now = caller.office.now()
        row = snooze_reminder(session, reminder_id, by=caller.collaborator, snooze=snooze, now=now)
        return caller.t(_("Snoozed until {when}: {subject}"), when=due_words(caller, row), subject=row.note.subject)

    _answer(interaction, int(reminder_id), change)


def _reopen(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        row = reopen_reminder(session, int(interaction.value), by=caller.collaborator, now=interaction.office.now())
        card = reminder_card(caller, row)
    interaction.say(row.note.subject, card, replace=True)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("reminders",), "fr": ("rappels",), "nl": ("herinneringen",)},
            "",
            _("What you are to be reminded of, the overdue first"),
            show_reminders,
            reads=True,
        )
    )
    slack.action("reminder/open", _open)
    slack.action("reminder/done", _done)
    slack.action("reminder/snooze", _snooze)
    slack.action("reminder/reopen", _reopen)
