"""Moving an action to another day or hour, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.action_choices import said_of_clock
from bot.slack.action_endings import card_of_what_happened, open_unless_over, said_of_end
from bot.slack.action_times import Hours, require_hours
from bot.slack.blocks import actions, button
from bot.slack.choices import Radio, Says
from bot.slack.fields import Day, Field, Hour, Toggle
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import seen_action
from bot.slack.serving import ReadFirst, Saved, Serving, serve_form
from bot.slack.telling import SaysMails, invite_as_said, said_to_guests, tell_options, wants_to_tell, with_mails
from bot.texts import _
from store.action_facts import facts_of
from store.actions import Action, When
from store.base import BookError
from store.inviting import invitations_of, invite
from store.planning import edit_action, require_editable


class MoveForm(Form, id="move", title=_("Move"), submit=_("Save")):
    on = Day(_("Date")).reacting()
    all_day = Toggle(_("Hours"), _("All day"))
    starts = Hour(_("From")).reacting().unless(all_day)
    ends = Hour(_("To")).reacting().optional().unless(all_day)
    clock = Says(said_of_clock)
    tell = Radio(_("Invitations"), among=tell_options).only_if(lambda form: form.about["has_guests"])
    told = SaysMails(lambda caller, form: _said_of_move(caller, form))  # noqa: PLW0108 (defined below)


def open_move(interaction: Interaction) -> None:
    def make(session: Session, caller: Caller, action: Action) -> MoveForm:
        has_guests = bool(action.participants or invitations_of(session, action.id))
        form = MoveForm(record=action.id, version=action.version, has_guests=has_guests)
        form.on, form.all_day = action.starts_on, action.starts_time is None
        form.starts, form.ends = action.starts_time, action.ends_time
        lasts = _wall_length(action)
        form.about |= {"zone": action.zone, "lasts_min": lasts // timedelta(minutes=1), "ends": _written(form.ends)}
        form.tell = tell_options(caller)[0]
        return form

    open_unless_over(interaction, int(interaction.value), make)


def _wall_length(action: Action) -> timedelta:
    """By the wall clock; of whole days that of its type, for when hours are given."""
    if action.starts_time is None or action.ends_time is None:
        return timedelta(minutes=action.type.duration_min)
    return Hours(action.starts_time, action.ends_time, (action.ends_on - action.starts_on).days).lasts


def _written(at: time | None) -> str:
    return at.isoformat("minutes") if at else ""


def _hours(form: MoveForm) -> Hours:
    """From the new start: as long as before, unless another end stands there than was filled in. Raises BookError."""
    if form.starts is None:
        raise BookError(_("Please fill this in."), field="starts")
    follows = Hours.lasting(form.starts, timedelta(minutes=form.about["lasts_min"]))
    if form.ends is None or _written(form.ends) == form.about["ends"]:
        return follows
    days, rest = divmod(form.about["lasts_min"], 24 * 60)
    passes_midnight = rest > 0 and follows.ends <= follows.starts and form.ends <= form.starts
    return Hours(form.starts, form.ends, days + passes_midnight)


def follow(_caller: Caller, form: MoveForm, changed: Field[Any]) -> None:
    """Another start takes the end along; another end changes how long it lasts."""
    if form.all_day or form.starts is None:
        return
    hours = _hours(form)
    if changed.name == MoveForm.ends.name and hours.lasts > timedelta(0):
        form.about["lasts_min"] = hours.lasts // timedelta(minutes=1)
    elif changed.name != MoveForm.ends.name and form.ends != hours.ends:
        form.fill(MoveForm.ends, hours.ends)
    if hours.lasts > timedelta(0):
        form.about["ends"] = _written(form.ends)


def _moved(action: Action, form: MoveForm) -> When:
    """The action's length stays: whole days by their number, hours unless a new end is given."""
    if form.all_day:
        days = action.ends_on - action.starts_on
        return When.day(form.on, zone=action.zone, until=form.on + days)
    hours = _hours(form)
    ends_on = form.on + timedelta(days=hours.nights)
    return When(form.on, hours.starts, ends_on, hours.ends, action.zone)


def _said_of_move(caller: Caller, form: MoveForm) -> str:
    if not form.about["has_guests"] or form.problems():
        return ""
    with caller.reading() as session:
        action = seen_action(session, caller, form.about["record"])
        facts = replace(facts_of(action), when=_moved(action, form))
        return said_to_guests(session, caller, facts, action.id)


def save_move(session: Session, caller: Caller, form: MoveForm) -> Saved:
    now, by = caller.office.now(), caller.collaborator
    action = seen_action(session, caller, form.about["record"])
    if action.is_over and action.version != form.about["version"]:
        form.about["version"] = action.version  # saving again is then a decision
        said = said_of_end(session, caller, action)
        raise ReadFirst(_("{what} Save again to move it all the same."), what=said)
    before, facts = action.when, replace(facts_of(action), when=_moved(action, form))
    if facts.when != action.when:
        require_hours(facts.when, caller.t)
    action = edit_action(session, by=by, action_id=action.id, version=form.about["version"], facts=facts, now=now)
    sent = invite_as_said(session, caller, form, action, now=now) if wants_to_tell(form.tell) else ()
    when = caller.t.when(action.when, today=caller.today)
    text = with_mails(caller.t(_("Moved to {when}."), when=when), sent, caller.t)
    card = action_card(session, caller, action, told=text)
    if before == action.when:
        return Saved(text, card)
    value = f"{action.id}|{action.version}|{int(bool(sent))}|{_written_when(before)}"
    return Saved(text, [*card, actions(button(caller.t(_("Undo")), "action/move/undo", value))])


def _written_when(when: When) -> str:
    return f"{when.starts_on}|{_written(when.starts_time)}|{when.ends_on}|{_written(when.ends_time)}"


def _read_when(written: str, zone: str) -> When:
    starts_on, starts, ends_on, ends = written.split("|")
    hours = [time.fromisoformat(one) if one else None for one in (starts, ends)]
    return When(date.fromisoformat(starts_on), hours[0], date.fromisoformat(ends_on), hours[1], zone)


def undo_move(interaction: Interaction) -> None:
    """Back to where it was, unless somebody changed it since; whoever was told of the move is told of this too."""
    interaction.ack()
    action_id, version, told, before = interaction.value.split("|", 3)
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        action = require_editable(session, int(action_id), by=caller.collaborator)
        if action.version != int(version):
            text, card = card_of_what_happened(session, caller, action)
        else:
            facts = replace(facts_of(action), when=_read_when(before, action.zone))
            action = edit_action(
                session, by=caller.collaborator, action_id=action.id, version=action.version, facts=facts, now=now
            )
            sent = invite(session, action, now=now) if told == "1" else ()
            when = caller.t.when(action.when, today=caller.today)
            text = with_mails(caller.t(_("Moved to {when}."), when=when), sent, caller.t)
            card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MoveForm, save=save_move, chosen=follow))
    slack.action("action/move", open_move)
    slack.action("action/move/undo", undo_move)
