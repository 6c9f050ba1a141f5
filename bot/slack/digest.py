"""What Rapport says by itself of somebody's own day: the morning digest, and reminders of actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_row
from bot.slack.agenda import listed
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.overdue import overdue_blocks
from bot.slack.reminders import home_blocks
from bot.texts import _
from store.actions import Action, Meaning, When
from store.agenda import agenda_of
from store.notes import LATE_AFTER
from store.series import moved, occurrences_between

Card = tuple[str, list[Json]]


def told_digest(session: Session, caller: Caller, content: dict[str, Any]) -> Card | None:
    """The day, with what is overdue and to be reminded of. None without any of it, and once the day is over."""
    me, today = caller.collaborator, caller.today
    due_at = datetime.fromisoformat(content["due_at"])
    if me.day_of(due_at) != today:
        return None
    rest = [*overdue_blocks(session, caller), *home_blocks(session, caller)]
    if not rest and not agenda_of(session, me.id, today, today, zone=me.zone, asked_by=me, with_over=False):
        return None
    text = caller.t(_("Your day, {day}"), day=caller.t.in_figures(today))
    head = [rich(words(text, bold=True))]
    if caller.office.now() - due_at > LATE_AFTER:
        head.append(context(plain(caller.t(_("Later than usual: Rapport was not running at {hour}."),
                                           hour=caller.t.hour(due_at.astimezone(ZoneInfo(me.zone)))))))  # fmt: skip
    day = listed(session, caller, me, first=today, last=today, with_over=False)[:20]
    ways = actions(
        button(caller.t(_("+ New action")), "action/new", style="primary"),
        button(caller.t(_("Agenda of the week")), "agenda/open-week"),
        button(caller.t(_("My preferences")), "preferences/open"),
    )
    return text, [*head, *day, *rest, ways]


def told_action_reminder(session: Session, caller: Caller, content: dict[str, Any]) -> Card | None:
    """None of what was moved, done, cancelled or deleted since. Late it says when it was due."""
    on = date.fromisoformat(content["on"]) if content["on"] else None
    action = session.get(Action, content["action_id"])
    when = _when_now(session, action, on) if action is not None else None
    if action is None or when is None or when.starts_at != datetime.fromisoformat(content["starts_at"]):
        return None
    said = caller.t.when(when, today=caller.today)
    text = caller.t(_("Reminder: {subject}, {when}"), subject=action.subject, when=said)
    due_at = datetime.fromisoformat(content["due_at"])
    if caller.office.now() - due_at > LATE_AFTER:
        due = caller.t.moment(due_at, zone=caller.collaborator.zone, today=caller.today)
        text = caller.t(_("Late reminder, due {due}: {subject}, {when}"), due=due, subject=action.subject, when=said)
    return text, [section(plain(text)), action_row(caller, action, at=when, on=on)]


def _when_now(session: Session, action: Action, on: date | None) -> When | None:
    """The time at which the action, or this occurrence, still takes place."""
    if action.deleted_at is not None or action.status.meaning is not Meaning.PLANNED:
        return None
    if on is None:
        return action.when
    when = moved(action.when, on)
    day = timedelta(days=1)
    stands = occurrences_between(session, [action], when.starts_at - day, when.ends_at + day)
    return when if any(one.on == on for one in stands) else None
