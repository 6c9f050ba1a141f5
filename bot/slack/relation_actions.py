"""The actions of a relation as a list: of an interval, with or without what is done, and with its notes folded out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_row
from bot.slack.blocks import Json, actions, button, plain, quoted, rich, section, words
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.intervals import require_order, said_interval, split_interval
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import RELATION_MENU
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.actions import Action
from store.administration import edit_collaborator
from store.agenda import AgendaEntry
from store.collaborators import Collaborator
from store.relation_actions import actions_of_relation

PAGE = 8
NOTE_SHOWN = 600


class ActionDaysForm(Form, id="action_days", title=_("Actions"), submit=_("Show")):
    first = Day(_("From")).optional()
    last = Day(_("To")).optional()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions to show, and whether with their notes; travels in a button's value."""

    relation_id: int
    first: date | None = None
    last: date | None = None
    page: int = 0
    has_notes: bool = False

    def __str__(self) -> str:
        return f"{self.relation_id}:{self.first or ''}:{self.last or ''}:{self.page}:{int(self.has_notes)}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is all its actions."""
        relation_id, *rest = value.split(":")
        first, last, page, has_notes = rest or ("", "", "0", "0")
        first_on, last_on = (date.fromisoformat(day) if day else None for day in (first, last))
        return cls(int(relation_id), first_on, last_on, int(page), has_notes == "1")


def show_typed(interaction: Interaction, text: str) -> None:
    """ "Dupont from:1/9 to:30/9". Raises BookError for what is no day."""
    name, first, last = split_interval(interaction.caller, text, may_come=True)
    with_relation(interaction, name, _show, "relation/actions", lambda one: str(Wanted(one, first, last)))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    _say(interaction, value, with_over=caller.collaborator.shows_done, replacing=replacing)


def _say(interaction: Interaction, value: str, *, with_over: bool, replacing: bool) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = action_blocks(session, caller, Wanted.read(value), with_over=with_over)
    interaction.say(caller.t(_("Actions")), blocks, replace=replacing)


def action_blocks(session: Session, caller: Caller, wanted: Wanted, *, with_over: bool) -> list[Json]:
    """A page of the actions, the latest first, and the ways to others. Raises NotFound."""
    t = caller.t
    relation = seen_relation(session, caller, wanted.relation_id)
    wanted = replace(wanted, relation_id=relation.id)
    found = actions_of_relation(
        session,
        relation.id,
        asked_by=caller.collaborator,
        today=caller.today,
        first_on=wanted.first,
        last_on=wanted.last,
        with_over=with_over,
        limit=PAGE + 1,
        offset=wanted.page * PAGE,
    )
    title = words(t(_("Actions: {name}"), name=relation.name), bold=True)
    blocks = [rich([*title, *words(said_interval(caller, wanted.first, wanted.last))])]
    for one in found[:PAGE]:
        blocks += _row(caller, one, has_notes=wanted.has_notes)
    if not found:
        blocks.append(section(plain(_nothing(caller, with_over=with_over))))
    has_notes = any(one.action is not None and _note_of(one.action) for one in found[:PAGE])
    return [*blocks, *_below(caller, wanted, with_over=with_over, has_more=len(found) > PAGE, has_notes=has_notes)]


def _row(caller: Caller, entry: AgendaEntry, *, has_notes: bool) -> list[Json]:
    if entry.action is None:
        return []
    row = action_row(caller, entry.action, at=entry.when, on=entry.on, says_with_whom=False, says_who=True)
    note = _note_of(entry.action) if has_notes else ""
    return [row, quoted(note)] if note else [row]


def _note_of(action: Action) -> str:
    """What was discussed and reported of one that is over; its headline stands in the row."""
    if not action.is_over:
        return ""
    note = "\n".join(part for part in (action.discussed, action.report) if part)
    return f"{note[:NOTE_SHOWN]}…" if len(note) > NOTE_SHOWN else note


def _nothing(caller: Caller, *, with_over: bool) -> str:
    if with_over:
        return caller.t(_("No action here. “+ New action” plans the first visit."))
    return caller.t(_("Nothing is planned here. “Show completed” shows what was done."))


def _below(caller: Caller, wanted: Wanted, *, with_over: bool, has_more: bool, has_notes: bool) -> list[Json]:
    t = caller.t
    turns = []
    if wanted.page:
        turns.append(button(t(_("Back")), "relation/actions/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        turns.append(button(t(_("Next")), "relation/actions/next", str(replace(wanted, page=wanted.page + 1))))
    if has_notes:
        said = t(_("Hide notes")) if wanted.has_notes else t(_("Show notes"))
        turns.append(button(said, "relation/actions/notes", str(replace(wanted, has_notes=not wanted.has_notes))))
    other = t(_("Hide completed")) if with_over else t(_("Show completed"))
    start = replace(wanted, page=0)
    turns.append(button(other, "relation/actions/completed", str(start)))
    turns.append(button(t(_("Other days")), "relation/actions/days", str(start)))
    new = button(t(_("+ New action")), "relation/act", str(wanted.relation_id), style="primary")
    return [actions(*turns), actions(new)]


def _turn_completed(interaction: Interaction) -> None:
    """Shows or hides what is over, here and in every agenda from now on."""
    interaction.ack()
    by = interaction.caller.collaborator
    with interaction.writing() as session:
        kept = session.get_one(Collaborator, by.id)
        changed = edit_collaborator(session, by.id, by=by, shows_done=not kept.shows_done)
    _say(interaction, interaction.value, with_over=changed.shows_done, replacing=True)


def _days_form(value: str) -> ActionDaysForm:
    wanted = Wanted.read(value)
    form = ActionDaysForm(record=value)
    form.first, form.last = wanted.first, wanted.last
    return form


def _show_days(session: Session, caller: Caller, form: ActionDaysForm) -> Saved:
    require_order(form.first, form.last)
    wanted = replace(Wanted.read(str(form.about["record"])), first=form.first, last=form.last)
    blocks = action_blocks(session, caller, wanted, with_over=caller.collaborator.shows_done)
    return Saved(caller.t(_("Actions")), blocks)


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value, replacing=replacing)

    return press


def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(Wanted(relation_id)))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("actions",), "fr": ("actions",), "nl": ("acties",)},
            _("Dupont from:2026-01-01"),
            _("The actions of a relation, all or of some days"),
            show_typed,
            reads=True,
        )
    )
    serve_form(slack, Serving(ActionDaysForm, save=_show_days))
    slack.action("relation/actions", _listing(replacing=False))
    for key in ("back", "next", "notes"):
        slack.action(f"relation/actions/{key}", _listing(replacing=True))
    slack.action("relation/actions/completed", _turn_completed)
    slack.action("relation/actions/days", lambda i: open_form(i, lambda _caller: _days_form(i.value)))
    slack.menu(RELATION_MENU, "actions", _("Actions"), _show_of_relation, at=32)
