"""The agenda in Slack: a few days as a list, one's own or a colleague's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card, action_row
from bot.slack.blocks import DIVIDER, Json, actions, button, context, mrkdwn, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import seen_action
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.agenda import AgendaEntry, agenda_of
from store.base import NotFound
from store.collaborators import Collaborator, collaborators_matching
from store.recurring import occurrence_on

DAYS = 7
MOST_SHOWN = 30


def show_agenda(interaction: Interaction, text: str = "") -> None:
    """The next seven days; behind the command may stand a colleague's name."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        whose = _whose(session, caller, text)
        blocks = agenda_blocks(session, caller, whose, first=caller.today, days=DAYS)
    interaction.say(caller.t(_("Agenda")), blocks)


def agenda_blocks(
    session: Session, caller: Caller, whose: Collaborator, *, first: date, days: int, begins: bool = True
) -> list[Json]:
    """Day by day. `begins` adds the button that plans something, where none stands nearby."""
    last = first + timedelta(days=days - 1)
    zone = caller.collaborator.zone
    entries = agenda_of(session, whose.id, first, last, zone=zone, asked_by=caller.collaborator)
    title = caller.t(_("Agenda of {name}"), name=whose.name) if whose.id != caller.collaborator.id else ""
    blocks = [section(plain(title))] if title else []
    if not entries:
        blocks.append(_empty(caller, first, days))
    for day, group in groupby(entries[:MOST_SHOWN], key=lambda entry: max(entry.when.starts_on, first)):
        blocks.append(rich(words(_day_title(caller, day), bold=True)))
        blocks += _rows(caller, list(group))
    if len(entries) > MOST_SHOWN:
        blocks.append(context(plain(caller.t(_("{number} more"), number=len(entries) - MOST_SHOWN))))
    if begins:
        new = button(caller.t(_("+ New action")), "action/new", style="primary")
        blocks += [DIVIDER, actions(new, button(caller.t(_("Dossiers")), "dossier/list"))]
    return blocks


def _whose(session: Session, caller: Caller, text: str) -> Collaborator:
    if not text:
        return caller.collaborator
    found = collaborators_matching(session, text.lstrip("@"), limit=2)
    if len(found) != 1:
        raise NotFound(_("No colleague is found under that name. Try the first name, or part of the address."))
    return found[0]


def _day_title(caller: Caller, day: date) -> str:
    said = caller.t.day(day, today=caller.today)
    return said[:1].upper() + said[1:]


def _rows(caller: Caller, entries: Sequence[AgendaEntry]) -> list[Json]:
    clashing = overlapping(entries)
    return [_row(caller, entry, clashes=index in clashing) for index, entry in enumerate(entries)]


def _row(caller: Caller, entry: AgendaEntry, *, clashes: bool) -> Json:
    clash = f" ⚠ {caller.t(_('overlaps'))}" if clashes else ""
    if entry.action is None:
        return section(plain(f"{caller.t(_('busy'))} — {caller.t.when(entry.when, today=caller.today)}{clash}"))
    return action_row(caller, entry.action, at=entry.when, on=entry.on, note=clash)


def overlapping(entries: Sequence[AgendaEntry]) -> set[int]:
    """Positions of the timed entries that share time with another one."""
    timed = [(index, entry.when) for index, entry in enumerate(entries) if not entry.when.is_all_day]
    return {
        index
        for one, first in timed
        for other, second in timed
        if one < other and first.starts_at < second.ends_at and second.starts_at < first.ends_at
        for index in (one, other)
    }


def _empty(caller: Caller, first: date, days: int) -> Json:
    until = caller.t.day(first + timedelta(days=days - 1), today=caller.today)
    text = caller.t(_("Nothing planned until {day}: try {example}"), day=until, example="`/action Dupont`")
    return section(mrkdwn(text))


def open_action(interaction: Interaction) -> None:
    """The card of the action that the button stands for; an occurrence gets its row with that ("12@2026-03-05")."""
    interaction.ack()
    caller = interaction.caller
    action_id, _at, on = interaction.value.partition("@")
    if on:
        with interaction.writing() as session:
            day, now = date.fromisoformat(on), caller.office.now()
            action_id = str(occurrence_on(session, int(action_id), day, by=caller.collaborator, now=now).id)
    with caller.reading() as session:
        action = seen_action(session, caller, int(action_id))
        card = action_card(session, caller, action)
    interaction.say(action.subject, card)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("agenda",), "fr": ("agenda",), "nl": ("agenda",)},
            "",
            _("Your agenda: today and the days to come"),
            show_agenda,
            reads=True,
        )
    )
    slack.action("action/open", open_action)
