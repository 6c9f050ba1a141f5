"""What the buttons of an action's card do beside completing it: move, cancel, delete, and taking that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.action_choices import said_of_clock
from bot.slack.action_endings import open_unless_over, said_of_end
from bot.slack.action_times import Hours, require_hours
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.choices import Radio, Says
from bot.slack.fields import Day, Field, Hour, Toggle
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.relation_card import history_blocks, show_relation
from bot.slack.seen import seen_action
from bot.slack.serving import ReadFirst, Saved, Serving, open_form, serve_form
from bot.slack.telling import (
    DROPPING,
    SaysMails,
    drop_options,
    invite_as_said,
    said_of_mails,
    said_to_guests,
    tell_options,
    wants_to_tell,
    with_mails,
)
from bot.texts import _
from store.action_facts import facts_of
from store.actions import Action, Meaning, When
from store.base import BookError
from store.endings import delete_action, restore_action, set_meaning, take_cancelling_back
from store.inviting import invitations_of, invite, mails_for
from store.planning import edit_action


class MoveForm(Form, id="move", title=_("Move"), submit=_("Save")):
    on = Day(_("Date")).reacting()
    all_day = Toggle(_("Hours"), _("All day"))
    starts = Hour(_("From")).reacting().unless(all_day)
    ends = Hour(_("To")).reacting().optional().unless(all_day)
    clock = Says(said_of_clock)
    tell = Radio(_("Invitations"), among=tell_options).only_if(lambda form: form.about["has_guests"])
    told = SaysMails(lambda caller, form: _said_of_move(caller, form))  # noqa: PLW0108 (defined below)


# Move


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
    facts = replace(facts_of(action), when=_moved(action, form))
    if facts.when != action.when:
        require_hours(facts.when, caller.t)
    action = edit_action(session, by=by, action_id=action.id, version=form.about["version"], facts=facts, now=now)
    sent = invite_as_said(session, caller, form, action, now=now) if wants_to_tell(form.tell) else ()
    when = caller.t.when(action.when, today=caller.today)
    text = with_mails(caller.t(_("Moved to {when}."), when=when), sent, caller.t)
    return Saved(text, action_card(session, caller, action, told=text))


# Cancel and delete: done at once when nobody outside notices, else asked with who gets what


class DropForm(Form, id="drop", title=_("Out of the agenda"), submit=_("Delete the action")):
    told = Says(lambda _caller, form: form.about["said"])
    tell = Radio(_("Guests"), among=drop_options)

    def view(self, caller: Caller) -> Json:
        """With buttons that say what each does: where an action is cancelled, "Cancel" alone could be either."""
        t = caller.t
        submit = t(_("Cancel this action")) if self.about["what"] == "cancel" else t(self.submit)
        return super().view(caller) | {"submit": plain(submit, 24), "close": plain(t(_("Go back")), 24)}


def _show_history(interaction: Interaction, action_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = history_blocks(session, caller, seen_action(session, caller, action_id).relation_id)
    interaction.say(caller.t(_("History")), blocks)


def _show_relation(interaction: Interaction, action_id: int) -> None:
    """From where it can be changed."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation_id = seen_action(session, caller, action_id).relation_id
    show_relation(interaction, relation_id)


def _drop(interaction: Interaction, action_id: int, *, what: str) -> None:
    def build(caller: Caller) -> DropForm | None:
        with caller.reading() as session:
            action = seen_action(session, caller, action_id)
            mails = mails_for(
                session, facts_of(action), action_id=action.id, meaning=Meaning.CANCELLED, now=caller.office.now()
            )
        if mails:
            said = said_of_mails(mails, caller.t, choice=DROPPING)
            form = DropForm(record=action.id, version=action.version, what=what, said=said)
            form.tell = drop_options(caller)[0]
            return form
        with interaction.writing() as session:
            saved = _dropped(session, caller, action_id, what)
        interaction.say(saved.text, saved.blocks, replace=True)
        return None

    open_form(interaction, build)


def save_drop(session: Session, caller: Caller, form: DropForm) -> Saved:
    seen_action(session, caller, form.about["record"]).expect_version(form.about["version"])
    return _dropped(session, caller, form.about["record"], form.about["what"], form)


def _dropped(session: Session, caller: Caller, action_id: int, what: str, form: DropForm | None = None) -> Saved:
    """Nobody is told without a form that said who."""
    now, by = caller.office.now(), caller.collaborator
    if what == "cancel":
        action = set_meaning(session, by=by, action_id=action_id, meaning=Meaning.CANCELLED, now=now)
        text = caller.t(_("{subject} is cancelled."), subject=action.subject)
    else:
        action = delete_action(session, by=by, action_id=action_id, now=now)
        text = caller.t(_("{subject} is deleted."), subject=action.subject)
    tells = form is not None and wants_to_tell(form.tell)
    sent = invite_as_said(session, caller, form, action, now=now, choice=DROPPING) if form and tells else ()
    text = with_mails(text, sent, caller.t)
    undo = button(caller.t(_("Undo")), "action/undo", f"{what}:{int(bool(sent))}:{action_id}")
    return Saved(text, [section(plain(text)), actions(undo)])


def undo_drop(interaction: Interaction) -> None:
    interaction.ack()
    what, told, action_id = interaction.value.split(":")
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        if what == "cancel":
            action = take_cancelling_back(session, by=caller.collaborator, action_id=int(action_id), now=now)
        else:
            action = restore_action(session, by=caller.collaborator, action_id=int(action_id), now=now)
        sent = invite(session, action, now=now) if told == "1" else ()
        text = with_mails(caller.t(_("{subject} is back in the agenda."), subject=action.subject), sent, caller.t)
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MoveForm, save=save_move, chosen=follow))
    serve_form(slack, Serving(DropForm, save=save_drop))
    slack.action("action/move", open_move)
    slack.action("action/undo", undo_drop)
    slack.menu(ACTION_MENU, "cancel", _("Cancel this action"), partial(_drop, what="cancel"), at=10)
    slack.menu(ACTION_MENU, "history", _("History"), _show_history, at=20)
    slack.menu(ACTION_MENU, "relation", _("Relation"), _show_relation, at=45)
    slack.menu(ACTION_MENU, "delete", _("Delete"), partial(_drop, what="delete"), at=90)
