"""A month of an agenda: a grid of days with how much stands on each, and a menu that opens one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from babel import Locale
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, plain
from bot.texts import _
from store.agenda import agenda_counts
from store.collaborators import Collaborator

CELL = 6
MOST_SAID = 99


def month_blocks(
    session: Session, caller: Caller, whose: Collaborator, *, first: date, last: date, with_over: bool
) -> list[Json]:
    counts = agenda_counts(session, whose.id, first, last, zone=caller.collaborator.zone, with_over=with_over)
    grid = {"type": "text", "text": month_grid(first, last, counts, caller.t.locale, today=caller.today)}
    drawn = {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [grid]}]}
    return [drawn, actions(_days_menu(caller, whose, first, last, counts))]


def month_grid(first: date, last: date, counts: Counter[date], locale: Locale, *, today: date) -> str:
    """Weeks as lines, beginning on the locale's first day of the week; "24·3" is the 24th with three actions."""
    names = locale.days["stand-alone"]["abbreviated"]
    days_of_week = [(locale.first_week_day + number) % 7 for number in range(7)]
    lines = ["".join(f"{names[day].rstrip('.')[:2]:<{CELL}}" for day in days_of_week).rstrip()]
    line = " " * CELL * ((first.weekday() - locale.first_week_day) % 7)
    on = first
    while on <= last:
        line += f"{_cell(on, counts[on], is_today=on == today):<{CELL}}"
        if (on.weekday() - locale.first_week_day) % 7 == 6 or on == last:
            lines.append(line.rstrip())
            line = ""
        on += timedelta(days=1)
    return "\n".join(lines)


def _cell(on: date, count: int, *, is_today: bool) -> str:
    said = f"{on.day}·{count if count <= MOST_SAID else f'{MOST_SAID}+'}" if count else str(on.day)
    return f"›{said}" if is_today else said


def _days_menu(caller: Caller, whose: Collaborator, first: date, last: date, counts: Counter[date]) -> Json:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    lines = [{"text": plain(_label(caller, on, counts[on]), 75), "value": f"day:{on}:{on}:{whose.id}"} for on in days]
    placeholder = plain(caller.t(_("Open a day")), 75)
    return {"type": "static_select", "action_id": "agenda/open-day", "options": lines, "placeholder": placeholder}


def _label(caller: Caller, on: date, count: int) -> str:
    day = caller.t.day(on, today=caller.today)
    return f"{day} · {caller.t.n('{number} action', '{number} actions', count)}" if count else day
