"""The agenda of a team: day by day a line for each member, what is private shown as busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, capitalized, context, plain, rich, section, words
from bot.texts import _
from store.agenda import AgendaEntry, agenda_of
from store.collaborators import Collaborator, team_of
from store.overlaps import overlapping

MOST_MEMBERS = 20
MOST_EACH = 6
MOST_DAYS = 14


def team_blocks(session: Session, caller: Caller, *, first: date, last: date, with_over: bool) -> list[Json]:
    """At most two weeks of at most twenty members, each with their first actions of the day."""
    members = team_of(session, caller.collaborator)
    last = min(last, first + timedelta(days=MOST_DAYS - 1))
    zone = caller.collaborator.zone
    entries = {
        one.id: agenda_of(session, one.id, first, last, zone=zone, asked_by=caller.collaborator, with_over=with_over)
        for one in members[:MOST_MEMBERS]
    }
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    blocks = [block for on in days if (block := _day(caller, on, members[:MOST_MEMBERS], entries))]
    if not blocks:
        until = caller.t.days(first, last, today=caller.today)
        blocks = [section(plain(caller.t(_("Nobody of the team has anything planned: {days}."), days=until)))]
    more = len(members) - MOST_MEMBERS
    return [*blocks, context(plain(caller.t(_("{number} more"), number=more)))] if more > 0 else blocks


def _day(
    caller: Caller, on: date, members: Sequence[Collaborator], entries: Mapping[int, Sequence[AgendaEntry]]
) -> Json | None:
    """None for a day on which nobody has anything."""
    lines = [
        line
        for one in members
        if (line := _member(caller, one, [it for it in entries[one.id] if it.when.starts_on <= on <= it.when.ends_on]))
    ]
    said = caller.t.day(on, today=caller.today)
    return rich(words(capitalized(said), bold=True), *lines) if lines else None


def _member(caller: Caller, one: Collaborator, entries: Sequence[AgendaEntry]) -> Words:
    if not entries:
        return []
    clashing = overlapping(entries)
    said = [_entry(caller, entry, clashes=place in clashing) for place, entry in enumerate(entries[:MOST_EACH])]
    if len(entries) > MOST_EACH:
        said.append(caller.t(_("{number} more"), number=len(entries) - MOST_EACH))
    return words(caller.t.labelled(one.name, caller.t.apart(said)))


def _entry(caller: Caller, entry: AgendaEntry, *, clashes: bool) -> str:
    what = caller.t(_("busy"))
    if entry.action is not None:
        what, name = entry.action.subject, entry.action.relation.name
        what = what if name in what else f"{what} · {name}"
    clash = f" ⚠ {caller.t(_('overlaps'))}" if clashes else ""
    return f"{caller.t.hours(entry.when)} {what}{clash}".strip()
