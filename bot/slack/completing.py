"""Completing an action: its report, the points discussed, the next action, and taking all that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card, action_words
from bot.slack.action_endings import card_of_what_happened, open_unless_over, said_of_end
from bot.slack.action_filling import blank_form
from bot.slack.action_form import ActionForm, facts_in
from bot.slack.blocks import Json, actions, button, context, filled, plain, rich
from bot.slack.choices import Checks, Choice, Says, Unfold
from bot.slack.expense_fields import ExpenseLines, book_lines
from bot.slack.expenses import said_of_expenses
from bot.slack.fields import Day, Option, Text
from bot.slack.finding import colleague, lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.relation_fact_fields import (
    fill_from_action,
    new_value,
    note_from_action,
    said_of_facts,
    which_came_last,
)
from bot.slack.report_points import options_of_rows, planned_rows, ticked_texts
from bot.slack.seen import seen_action
from bot.slack.serving import ReadFirst, Saved, Serving, open_form, serve_form
from bot.texts import _
from store.actions import Action, ActionType, Meaning
from store.endings import complete_action, delete_action, take_completion_back
from store.expenses import Expense, restore_expense, withdraw_expenses
from store.planning import plan_action, require_editable
from store.relation_facts import What

NONE = "0"
"""The choice of no next action."""
WORKING_DAY_BEGINS = time(9)


def points_planned(caller: Caller, form: CompleteForm) -> list[Option]:
    with caller.reading() as session:
        return options_of_rows(caller, planned_rows(seen_action(session, caller, form.about["record"])))


def booked_so_far(caller: Caller, form: CompleteForm) -> str:
    with caller.reading() as session:
        return said_of_expenses(session, caller, form.about["record"])


def next_types(caller: Caller, _form: Any) -> list[Option]:
    return [Option(NONE, caller.t(_("No next action"))), *lines_of(caller, ActionType)]


class CompleteForm(Form, id="complete", title=_("Complete"), submit=_("Complete")):
    headline = Text(_("What came out of it"), max_length=150, hint=_("One line: the history shows it"))
    ticked = Checks(
        _("Points planned"), among=points_planned, hint=_("Tick what was discussed: the rest goes to the next action")
    )
    discussed = Text(
        _("Also discussed"), max_length=3000, lines=True, hint=_("Points that were not planned, one per line")
    ).optional()
    report = Text(_("Detail"), max_length=3000, lines=True).optional()
    changes = Unfold(_("+ New status or priority of the relation"))
    new_status = new_value(What.STATUS).when(changes)
    new_priority = new_value(What.PRIORITY).when(changes)
    status_order, priority_order = which_came_last(What.STATUS), which_came_last(What.PRIORITY)
    booked = Says(booked_so_far)
    expenses = ExpenseLines()
    next_type = Choice(_("Next action"), among=next_types).reacting().optional()
    next_on = Day(_("Next action on")).optional().only_if(lambda form: form.has_next)

    @property
    def has_next(self) -> bool:
        chosen = self.draft(CompleteForm.next_type)
        return chosen is not None and chosen.value != NONE


def open_complete(interaction: Interaction) -> None:
    open_unless_over(interaction, int(interaction.value), complete_form)


def complete_form(session: Session, caller: Caller, action: Action) -> CompleteForm:
    """With what was reported before completing it was taken back, and the next action that the type proposes."""
    form = CompleteForm(record=action.id, version=action.version)
    form.headline, form.report = action.headline, action.report
    fill_from_action(session, caller, form, action.id)
    form.changes = bool(form.new_status or form.new_priority)
    if action.type.asks_expenses:
        form.expenses = [CompleteForm.expenses.kind()]
    planned = planned_rows(action)
    form.ticked = tuple(options_of_rows(caller, [row for row in planned if row.is_discussed]))
    form.discussed = "\n".join(row.text for row in action.point_rows if not row.is_planned)
    if action.type.next_type_id is not None:
        proposed = (one for one in lines_of(caller, ActionType) if one.id == action.type.next_type_id)
        form.next_type = next(proposed, None)
    form.next_on = proposed_day(caller.today, action.type.next_after_days)
    return form


def proposed_day(today: date, after_days: int | None) -> date:
    """A week later unless the type says otherwise; on a Monday rather than in a weekend."""
    on = today + timedelta(days=7 if after_days is None else after_days)
    return on + timedelta(days=max(0, 7 - on.weekday())) if on.weekday() > 4 else on


def save_complete(session: Session, caller: Caller, form: CompleteForm) -> Saved:
    by, now, action_id = caller.collaborator, caller.office.now(), form.about["record"]
    action = require_editable(session, action_id, by=by)
    if action.is_over and action.version != form.about["version"]:
        form.about["version"] = action.version  # saving again is then a decision
        said = said_of_end(session, caller, action)
        raise ReadFirst(_("{what} Save again to replace that with what stands here."), what=said)
    ticked = ticked_texts(form.ticked, [row.text for row in planned_rows(action)])
    action = complete_action(
        session,
        by=by,
        action_id=action_id,
        version=form.about["version"],
        headline=form.headline,
        discussed="\n".join([*ticked, form.discussed or ""]),
        report=form.report or "",
        now=now,
    )
    note_from_action(session, caller, form, action.id)
    booked = book_lines(session, caller, action.id, form.expenses, name=CompleteForm.expenses.name)
    following = _plan_next(session, caller, form, action)
    session.refresh(action)
    text = caller.t(_("{subject} is done."), subject=action.subject)
    return Saved(text, completed_card(session, caller, action, following, booked=booked, told=text))


def _plan_next(session: Session, caller: Caller, form: CompleteForm, action: Action) -> Action | None:
    if not form.has_next or form.next_type is None:
        return None
    on = form.next_on or proposed_day(caller.today, None)
    following = next_form(caller, session, action, type_id=form.next_type.id, on=on)
    facts = replace(facts_in(session, following), dossier_id=action.dossier_id)
    return plan_action(session, by=caller.collaborator, facts=facts, now=caller.office.now())


def next_form(caller: Caller, session: Session, action: Action, *, type_id: int, on: date) -> ActionForm:
    """A new action that follows this one: the same relation, contact and representative, of that type and day."""
    key = session.get_one(ActionType, type_id).key
    form = blank_form(caller, action.relation_id, action.contact_id, type_key=key)
    form.on, form.representative, form.is_private = on, colleague(action.owner), action.is_private or form.is_private
    if not form.all_day:
        form.starts = action.starts_time or WORKING_DAY_BEGINS
    return form


def completed_card(
    session: Session, caller: Caller, action: Action, following: Action | None, *, booked: Sequence[int], told: str
) -> list[Json]:
    """The action done, what it made of the relation and cost, the next one if it was planned at once, the way back.

    `booked` are the ids of the expenses that were typed with it.
    """
    noted = [*said_of_facts(session, caller, action.id), said_of_expenses(session, caller, action.id)]
    said = " · ".join(filter(None, noted))
    card = [*action_card(session, caller, action, told=told), *([context(plain(said))] if said else [])]
    undo = f"{action.id}:{action.version}:{following.id if following else ''}:{_written(booked)}"
    buttons = [button(caller.t(_("Undo")), "action/complete/undo", undo)]
    if following is None:
        buttons.append(button(caller.t(_("Next action")), "action/next", str(action.id)))
        return [*card, actions(*buttons)]
    buttons.append(button(caller.t(_("Open the next one")), "action/open", str(following.id)))
    coming = filled(caller.t(_("Next: {action}")), action=action_words(caller, following))
    return [*card, rich(coming), actions(*buttons)]


def undo_complete(interaction: Interaction) -> None:
    """Plans it again, and takes back what came with it: the next action and the expenses that were typed in the same
    form, unless somebody changed them since. Expenses from before stay.
    """
    interaction.ack()
    action_id, version, next_id, booked = interaction.value.split(":")
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        by = caller.collaborator
        action = require_editable(session, int(action_id), by=by)
        if action.status.meaning is not Meaning.DONE or action.version != int(version):
            text, card = card_of_what_happened(session, caller, action)
        else:
            action = take_completion_back(session, by=by, action_id=action.id, version=action.version, now=now)
            if next_id and (following := session.get(Action, int(next_id))) and following.version == 1:
                delete_action(session, by=by, action_id=following.id, now=now)
            withdrawn = withdraw_expenses(session, _read(booked), by=by, now=now)
            session.refresh(action)
            text = caller.t(_("{subject} is planned again."), subject=action.subject)
            card = action_card(session, caller, action, told=text) + _withdrawn(caller, withdrawn)
    interaction.say(text, card, replace=True)


def _withdrawn(caller: Caller, rows: Sequence[Expense]) -> list[Json]:
    """What was taken back of the expenses, with the way to keep it."""
    if not rows:
        return []
    said = caller.t.n("{number} expense was withdrawn with it.", "{number} expenses were withdrawn with it.", len(rows))
    keep = button(caller.t(_("Keep the expenses")), "action/complete/keep", _written([row.id for row in rows]))
    return [context(plain(said)), actions(keep)]


def keep_expenses(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        [*rows] = (restore_expense(session, one, by=caller.collaborator) for one in _read(interaction.value))
        action = rows[0].action
        text = said_of_expenses(session, caller, action.id)
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def _written(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _read(written: str) -> list[int]:
    return [int(one) for one in written.split(",") if one]


def open_next(interaction: Interaction) -> None:
    """The form of a new action that follows a completed one, filled in."""

    def build(caller: Caller) -> ActionForm:
        with caller.reading() as session:
            action = seen_action(session, caller, int(interaction.value))
            on = proposed_day(caller.today, action.type.next_after_days)
            return next_form(caller, session, action, type_id=action.type.next_type_id or action.type_id, on=on)

    open_form(interaction, build)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(CompleteForm, save=save_complete))
    slack.action("action/complete", open_complete)
    slack.action("action/complete/undo", undo_complete)
    slack.action("action/complete/keep", keep_expenses)
    slack.action("action/next", open_next)
