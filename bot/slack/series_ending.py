"""Ending a series from the ⋮ of one of its occurrences, and taking that back."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Radio, Says
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.seen import seen_action
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.telling import DROPPING, drop_options, invite_all_as_said, said_of_mails, wants_to_tell, with_mails
from bot.texts import _
from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.base import NotFound
from store.inviting import MailNews, invite, mails_for
from store.recurring import end_series, ended_before, first_time, resume_series, whole_of
from store.series import series_of


class EndSeriesForm(Form, id="end-series", title=_("End the series"), submit=_("End the series")):
    tell = Radio(_("Guests"), among=drop_options)
    told = Says(lambda _caller, form: form.about["said"])


def open_end(interaction: Interaction, action_id: int) -> None:
    """Asks first when guests would hear of it; else it is done at once."""

    def build(caller: Caller) -> EndSeriesForm | None:
        with caller.reading() as session:
            action = seen_action(session, caller, action_id)
            mails = _mails(session, caller, action)
        if mails:
            said = said_of_mails(mails, caller.t, choice=DROPPING)
            form = EndSeriesForm(record=action.id, version=action.version, said=said)
            form.tell = drop_options(caller)[0]
            return form
        with interaction.writing() as session:
            saved = _ended(session, caller, action_id, None)
        interaction.say(saved.text, saved.blocks, replace=True)
        return None

    open_form(interaction, build)


def _mails(session: Session, caller: Caller, action: Action) -> tuple[MailNews, ...]:
    whole, now = whole_of(session, action), caller.office.now()
    if whole is None:
        raise NotFound
    left = ended_before(action)
    if left is None:
        return mails_for(session, facts_of(whole), action_id=whole.id, meaning=Meaning.CANCELLED, now=now)
    return mails_for(session, left[1], action_id=whole.id, meaning=Meaning.PLANNED, now=now)


def save_end(session: Session, caller: Caller, form: EndSeriesForm) -> Saved:
    seen_action(session, caller, form.about["record"]).expect_version(form.about["version"])
    return _ended(session, caller, form.about["record"], form)


def _ended(session: Session, caller: Caller, action_id: int, form: EndSeriesForm | None) -> Saved:
    """Nobody is told without a form that said who."""
    action = seen_action(session, caller, action_id)
    series, on = series_of(action), action.recurs_on
    if series is None or on is None:
        raise NotFound
    until_on, count, now = series.until_on, series.count, caller.office.now()
    changed = end_series(session, by=caller.collaborator, action_id=action_id, now=now)
    tells = form is not None and wants_to_tell(form.tell)
    sent = (
        invite_all_as_said(session, caller, form, changed, now=now, choice=DROPPING)
        if form is not None and tells
        else ()
    )
    day = caller.t.day(on, today=caller.today)
    text = caller.t(_("{subject}: no longer from {day} on."), subject=action.subject, day=day)
    value = f"{changed.action.id}:{int(bool(sent))}:{until_on or ''}:{count or ''}"
    undo = button(caller.t(_("Undo")), "series/resume", value)
    text = with_mails(text, sent, caller.t)
    return Saved(text, [section(plain(text)), actions(undo)])


def undo_end(interaction: Interaction) -> None:
    interaction.ack()
    action_id, told, until_on, count = interaction.value.split(":")
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        changed = resume_series(
            session,
            by=caller.collaborator,
            action_id=int(action_id),
            until_on=date.fromisoformat(until_on) if until_on else None,
            count=int(count) if count else None,
            now=now,
        )
        if told == "1":
            for one in changed.concerned:
                invite(session, one, now=now)
        text = caller.t(_("{subject} is back in the agenda."), subject=changed.action.subject)
        action = first_time(session, changed.action, by=caller.collaborator, now=now)
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(EndSeriesForm, save=save_end))
    slack.action("series/resume", undo_end)
    slack.menu(ACTION_MENU, "series", _("End the series here"), open_end, at=15)
