"""Whose birthday it is today and in the days to come, among the contacts at one's own files."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, capitalized, context, plain, rich, words
from bot.texts import _
from store.celebrations import Celebration, celebrations

DAYS = 7
SHOWN = 8


def birthday_blocks(session: Session, caller: Caller) -> list[Json]:
    """Today's in bold, then those of the week; none for a week without a birthday."""
    t, today, usual = caller.t, caller.today, caller.office.settings.office.birthdays
    last = today + timedelta(days=DAYS - 1)
    found = celebrations(session, asked_by=caller.collaborator, first=today, last=last, office=usual)
    if not found:
        return []
    more = [context(plain(t(_("{number} more"), number=len(found) - SHOWN)))] if len(found) > SHOWN else []
    return [rich(words(t(_("Birthdays")), bold=True), *(_line(caller, one) for one in found[:SHOWN])), *more]


def _line(caller: Caller, one: Celebration) -> Words:
    day = capitalized(caller.t.day(one.on, today=caller.today))
    said = f"{one.contact.person.name} — {one.contact.relation.name}"
    return words(caller.t.labelled(day, said), bold=one.on == caller.today)
