"""The agenda in Slack: days as a list, a month as a grid; one's own, a colleague's, the team's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.one_line.agendas import COMING, Span, days_around, moved_on, read_agenda
from bot.slack.action_card import action_card, action_row, said_when
from bot.slack.agenda_month import month_blocks
from bot.slack.agenda_team import team_blocks
from bot.slack.blocks import DIVIDER, Json, actions, button, capitalized, context, mrkdwn, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import seen_action
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.administration import edit_collaborator
from store.agenda import AgendaEntry, agenda_of, times_taken
from store.base import BookError
from store.collaborators import Collaborator, collaborators_matching
from store.overlaps import overlapping
from store.recurring import occurrence_on

MOST_SHOWN = 40
"""Blocks: a message takes 50."""
LONGEST_ASKED = timedelta(days=61)


@dataclass(frozen=True, slots=True)
class AgendaView:
    """What a message shows, and its buttons carry: "week:2026-11-23:2026-11-29:12", the last a colleague or "team"."""

    span: Span
    first: date
    last: date
    whose: str

    @classmethod
    def read(cls, value: str) -> AgendaView:
        span, first, last, whose = value.split(":")
        return cls(Span(span), date.fromisoformat(first), date.fromisoformat(last), whose)

    def __str__(self) -> str:
        return f"{self.span}:{self.first}:{self.last}:{self.whose}"

    def moved(self, steps: int) -> AgendaView:
        return AgendaView(self.span, *moved_on(self.span, self.first, self.last, steps), self.whose)

    def as_span(self, span: Span) -> AgendaView:
        return AgendaView(span, *days_around(span, self.first), self.whose)


def show_agenda(interaction: Interaction, text: str = "") -> None:
    """What was typed says which days, and whose agenda; with nothing it is one's own of the days to come."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        view = _view_typed(session, caller, text)
        blocks = view_blocks(session, caller, view, with_over=caller.collaborator.shows_done)
    interaction.say(caller.t(_("Agenda")), blocks)


def _view_typed(session: Session, caller: Caller, text: str) -> AgendaView:
    asked = read_agenda(text, today=caller.today, t=caller.t)
    if asked is None:
        raise _not_understood(caller)
    if asked.last - asked.first > LONGEST_ASKED:
        raise BookError(_("An agenda shows {days} days at most. Ask for a month: {example}"),
                        days=LONGEST_ASKED.days + 1, example=caller.t(_("/agenda month")))  # fmt: skip
    whose = "team" if asked.is_team else str(_whose(session, caller, asked.name).id)
    is_short = asked.is_team and asked.span is Span.DAYS and asked.last - asked.first == COMING
    view = AgendaView(asked.span, asked.first, asked.last, whose)
    return view.as_span(Span.DAY) if is_short else view


def _not_understood(caller: Caller) -> BookError:
    examples = (_("/agenda tomorrow"), _("/agenda week"), _("/agenda from 3/12 to 10/12"), _("/agenda team"))
    tried = caller.t.list([caller.t(one) for one in examples])
    return BookError(_("These are no days, and no colleague’s name. Try {examples}."), examples=tried)


def view_blocks(session: Session, caller: Caller, view: AgendaView, *, with_over: bool) -> list[Json]:
    """The days, and below them the ways to others."""
    first, last, title = view.first, view.last, _title(session, caller, view)
    if view.whose == "team":
        shown = team_blocks(session, caller, first=first, last=last, with_over=with_over)
    else:
        whose = session.get_one(Collaborator, int(view.whose))
        days = month_blocks if view.span is Span.MONTH else listed
        shown = days(session, caller, whose, first=first, last=last, with_over=with_over)
    return [title, *shown, DIVIDER, *_ways(caller, view, with_over=with_over)]


def _title(session: Session, caller: Caller, view: AgendaView) -> Json:
    t = caller.t
    days = t.month(view.first) if view.span is Span.MONTH else t.days(view.first, view.last, today=caller.today)
    if view.whose == "team":
        return rich(words(f"{t(_('Agenda of the team'))} · {days}", bold=True))
    whose = session.get_one(Collaborator, int(view.whose))
    is_own = whose.id == caller.collaborator.id
    said = t(_("Your agenda")) if is_own else t(_("Agenda of {name}"), name=whose.name)
    return rich(words(f"{said} · {days}", bold=True))


def _ways(caller: Caller, view: AgendaView, *, with_over: bool) -> list[Json]:
    t = caller.t
    other = _("Hide completed") if with_over else _("Show completed")
    spans = {Span.DAY: _("Day"), Span.WEEK: _("Week"), Span.MONTH: _("Month")}
    if view.whose == "team":
        del spans[Span.MONTH]
    return [
        actions(
            button("‹", "agenda/before", str(view.moved(-1))),
            button("›", "agenda/after", str(view.moved(1))),
            *(
                button(t(name), f"agenda/{span}", str(view.as_span(span)))
                for span, name in spans.items()
                if span is not view.span
            ),
            button(t(other), "agenda/completed", str(view)),
        ),
        actions(
            button(t(_("+ New action")), "action/new", style="primary"),
            button(t(_("Dossiers")), "dossier/list"),
        ),
    ]


def _open_week(interaction: Interaction) -> None:
    """One's own, from Monday to Sunday, as a message."""
    interaction.ack()
    caller = interaction.caller
    me = caller.collaborator
    view = AgendaView(Span.WEEK, *days_around(Span.WEEK, caller.today), str(me.id))
    with caller.reading() as session:
        blocks = view_blocks(session, caller, view, with_over=me.shows_done)
    interaction.say(caller.t(_("Agenda")), blocks)


def _turn(interaction: Interaction) -> None:
    """Other days, in the place of these."""
    _show_in_place(interaction, interaction.caller.collaborator)


def _turn_completed(interaction: Interaction) -> None:
    """Shows or hides what is over, here and from now on."""
    by = interaction.caller.collaborator
    with interaction.writing() as session:
        kept = session.get_one(Collaborator, by.id)
        changed = edit_collaborator(session, by.id, by=by, shows_done=not kept.shows_done)
    _show_in_place(interaction, changed)


def _show_in_place(interaction: Interaction, kept: Collaborator) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        view = AgendaView.read(interaction.value)
        blocks = view_blocks(session, caller, view, with_over=kept.shows_done)
    interaction.say(caller.t(_("Agenda")), blocks, replace=True)


def agenda_blocks(
    session: Session, caller: Caller, whose: Collaborator, *, first: date, days: int, begins: bool = True
) -> list[Json]:
    """Day by day. `begins` adds the button that plans something, where none stands nearby."""
    last = first + timedelta(days=days - 1)
    title = caller.t(_("Agenda of {name}"), name=whose.name) if whose.id != caller.collaborator.id else ""
    blocks = [section(plain(title))] if title else []
    blocks += listed(session, caller, whose, first=first, last=last, with_over=caller.collaborator.shows_done)
    if begins:
        new = button(caller.t(_("+ New action")), "action/new", style="primary")
        blocks += [DIVIDER, actions(new, button(caller.t(_("Dossiers")), "dossier/list"))]
    return blocks


def listed(
    session: Session, caller: Caller, whose: Collaborator, *, first: date, last: date, with_over: bool
) -> list[Json]:
    """The days with their actions, as many as a message holds; a sentence where there are none."""
    me = caller.collaborator
    entries = agenda_of(
        session, whose.id, first, last, zone=me.zone, asked_by=me, with_over=with_over, limit=MOST_SHOWN
    )
    if not entries:
        return [_empty(caller, first, last)]
    blocks: list[Json] = []
    shown = 0
    for day, group in groupby(entries, key=lambda entry: max(entry.when.starts_on, first)):
        rows = _rows(caller, list(group))[: MOST_SHOWN - len(blocks) - 1]
        if not rows:
            break
        blocks += [rich(words(_day_title(caller, day), bold=True)), *rows]
        shown += len(rows)
    if len(entries) > shown:
        every = times_taken(session, whose.id, first, last, zone=me.zone, with_over=with_over)
        blocks.append(context(plain(caller.t(_("{number} more"), number=len(every) - shown))))
    return blocks


def _whose(session: Session, caller: Caller, name: str) -> Collaborator:
    if not name:
        return caller.collaborator
    found = collaborators_matching(session, name, limit=2)
    if not found:
        raise _not_understood(caller)
    if len(found) > 1:
        raise BookError(_("Several colleagues are called {name}. Type more of the name, or the address."), name=name)
    return found[0]


def _day_title(caller: Caller, day: date) -> str:
    return capitalized(caller.t.day(day, today=caller.today))


def _rows(caller: Caller, entries: Sequence[AgendaEntry]) -> list[Json]:
    clashing = overlapping(entries)
    return [_row(caller, entry, clashes=index in clashing) for index, entry in enumerate(entries)]


def _row(caller: Caller, entry: AgendaEntry, *, clashes: bool) -> Json:
    clash = f" ⚠ {caller.t(_('overlaps'))}" if clashes else ""
    if entry.action is None:
        return section(plain(f"{caller.t(_('busy'))}{said_when(caller, entry.when, says_day=False)}{clash}"))
    return action_row(caller, entry.action, at=entry.when, on=entry.on, note=clash, says_day=False)


def _empty(caller: Caller, first: date, last: date) -> Json:
    example = "`/action Dupont`"
    if first == last:
        day = caller.t.day(last, today=caller.today)
        text = caller.t(_("Nothing planned {day}: try {example}"), day=day, example=example)
    else:
        until = caller.t.day(last, today=caller.today)
        text = caller.t(_("Nothing planned until {day}: try {example}"), day=until, example=example)
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
            _("Your agenda: a day, a week, a month, from … to …; with a name a colleague’s, or the team’s"),
            show_agenda,
            reads=True,
        )
    )
    slack.action("action/open", open_action)
    for way in ("before", "after", *Span, "open-day"):
        slack.action(f"agenda/{way}", _turn)
    slack.action("agenda/open-week", _open_week)
    slack.action("agenda/completed", _turn_completed)
