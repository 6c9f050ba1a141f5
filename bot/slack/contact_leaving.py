"""A contact leaves: the last day is asked, what is still under way is shown, each with the way to change it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_words
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, section, unstyled
from bot.slack.choices import Says
from bot.slack.contact_card import contact_card
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.contacts import Contact, end_contact, rank_contact, reopen_contact
from store.leaving import FirstPlace, left_behind
from store.mailings import Delivery, leave_out, put_back_in


def said_before(caller: Caller, form: LeavingForm) -> str:
    """How much is still under way, before anything is saved."""
    t, last_on = caller.t, form.draft(LeavingForm.last_on) or caller.today
    with caller.reading() as session:
        contact = seen_contact(session, caller, form.about["record"])
        found = left_behind(session, contact, asked_by=caller.collaborator, last_on=last_on)
        if found.is_empty:
            return ""
        parts = []
        if found.actions:
            parts.append(t.n("{number} action to come", "{number} actions to come", len(found.actions)))
        if found.deliveries:
            parts.append(t.n("{number} mailing under way", "{number} mailings under way", len(found.deliveries)))
        parts += [t(_("first for {kind}"), kind=one.kind.label(t.language)) for one in found.first_places]
    return t(_("Still there: {list}. After saving, each can be changed."), list=t.list(parts))


class LeavingForm(Form, id="contact_leaving", title=_("No longer works there"), submit=_("Save")):
    last_on = Day(_("Last day")).reacting()
    before = Says(said_before)


def open_leaving(interaction: Interaction, contact_id: int) -> None:
    def build(caller: Caller) -> LeavingForm:
        with caller.reading() as session:
            contact = seen_contact(session, caller, contact_id)
            form = LeavingForm(record=contact_id, version=contact.version)
        form.last_on = caller.today
        return form

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: LeavingForm) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    contact = end_contact(
        session, form.about["record"], by=by, on=form.last_on, now=now, version=form.about.get("version")
    )
    t = caller.t
    text = _("{name}’s last day at {relation}: {day}. What was done together stays.")
    day = t.day(form.last_on, today=caller.today)
    said = t(text, name=contact.person.name, relation=contact.relation.name, day=day)
    back = actions(button(t(_("Undo")), "contact/end/undo", str(contact.id)))
    return Saved(said, [section(plain(said)), *still_there(session, caller, contact, form.last_on), back])


def still_there(session: Session, caller: Caller, contact: Contact, last_on: date) -> list[Json]:
    """What is still under way, each with the button that changes it."""
    found = left_behind(session, contact, asked_by=caller.collaborator, last_on=last_on)
    t = caller.t
    rows = [
        section(
            plain(unstyled(action_words(caller, one))), accessory=button(t(_("Change")), "action/edit", str(one.id))
        )
        for one in found.actions[:10]
    ]
    rows += [_mailing(caller, one) for one in found.deliveries[:5]]
    return rows + [_first_place(caller, contact, one) for one in found.first_places[:10]]


def _mailing(caller: Caller, one: Delivery) -> Json:
    t, mailing = caller.t, one.mailing
    line = plain(t(_("Mailing “{name}” will still go to {mail}."), name=mailing.name, mail=one.mail))
    is_mine = caller.collaborator.id in {mailing.created_by_id, mailing.mailbox.collaborator_id}
    if not (is_mine or caller.collaborator.is_admin):
        return section(line)
    return section(line, accessory=button(t(_("Leave out")), "delivery/leave_out", str(one.id)))


def _first_place(caller: Caller, contact: Contact, one: FirstPlace) -> Json:
    t, kind = caller.t, one.kind.label(caller.t.language)
    if one.follower is None:
        said = t(_("Nobody else is there for {kind}."), kind=kind)
        return section(plain(said), accessory=button(t(_("+ New contact")), "contact/new", str(contact.relation_id)))
    follower = one.follower.person.name
    said = t(_("First for {kind}. From the next day, {name} is filled in."), kind=kind, name=follower)
    value = f"{one.follower.id}:{one.kind.id}"
    return section(plain(said), accessory=button(t(_("Put {name} first"), name=follower), "contact/first", value))


def put_first(interaction: Interaction) -> None:
    interaction.ack()
    contact_id, _colon, kind_id = interaction.value.partition(":")
    caller = interaction.caller
    with interaction.writing() as session:
        contact = seen_contact(session, caller, int(contact_id))
        rank_contact(session, contact.id, by=caller.collaborator, kind_id=int(kind_id), rank=1)
        kind = next(role.kind.label(caller.t.language) for role in contact.roles if role.kind_id == int(kind_id))
        text = caller.t(_("{name} is first for {kind} now."), name=contact.person.name, kind=kind)
        blocks = [section(plain(text)), *contact_card(session, caller, contact)]
    interaction.say(text, blocks)


def _leave_out(session: Session, caller: Caller, delivery_id: int) -> Saved:
    row = leave_out(session, delivery_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("“{mailing}” goes out without {name}."), mailing=row.mailing.name, name=row.name))


def _put_back(session: Session, caller: Caller, delivery_id: int) -> Saved:
    row = put_back_in(session, delivery_id, by=caller.collaborator)
    return Saved(caller.t(_("“{mailing}” goes to {name} again."), mailing=row.mailing.name, name=row.name))


def _back(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = reopen_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    return Saved(contact.person.name, contact_card(session, caller, contact))


def take_back(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        saved = _back(session, caller, int(interaction.value))
    interaction.say(saved.text, saved.blocks, replace=True)


def register(slack: Listening) -> None:
    named = {"until_on": "last_on"}
    serving = Serving(LeavingForm, save=save, named=named, chosen=lambda _caller, _form, _changed: None)
    serve_form(slack, serving)
    back = change_at_once(slack, "contact/back", _back)
    change_at_once(slack, "delivery/leave_out", _leave_out, undo=_put_back)
    slack.action("contact/end/undo", take_back)
    slack.action("contact/first", put_first)
    slack.menu(CONTACT_MENU, "end", _("No longer works there"), open_leaving, at=40)
    slack.menu(CONTACT_MENU, "back", _("Is still there"), back, at=40)
