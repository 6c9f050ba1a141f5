"""From when and until when something is so, in words."""

from __future__ import annotations

from datetime import date

from bot.office import Caller
from bot.texts import _


def validity(caller: Caller, since_on: date | None, until_on: date | None) -> str:
    """ "since 3 May", "from 1 January", "until yesterday", a range, or "" when neither day is known."""
    t, today = caller.t, caller.today
    if since_on and until_on:
        return t.days(since_on, until_on, today=today)
    if since_on:
        return t(_("since {day}") if since_on <= today else _("from {day}"), day=t.day(since_on, today=today))
    return t(_("until {day}"), day=t.day(until_on, today=today)) if until_on else ""
