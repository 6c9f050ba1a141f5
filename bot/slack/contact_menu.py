"""The ⋮ menu of a contact's card: what happened to them, and what they want to be sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, Words, plain, rich, section, words
from bot.slack.contacts import contact_card
from bot.slack.fields import Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.mailing_card import SKIP_NAMES
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import BookError
from store.consent import ConsentSource, Refusal, give_consent, lift_suppression, refusal, withdraw_consent
from store.contacts import (
    Contact,
    delete_contact,
    end_contact,
    mail_for,
    reopen_contact,
    restore_contact,
)
from store.handover import MailState
from store.mailings import Delivery, deliveries_of_person

SENDINGS = 20
MAIL_STATES = {
    MailState.QUEUED: _("waits"),
    MailState.DRAFTING: _("is being written"),
    MailState.HANDED_OVER: _("is on its way"),
    MailState.SENT: _("sent"),
    MailState.DRAFTED: _("among the drafts"),
    MailState.FAILED: _("failed"),
    MailState.UNKNOWN: _("unknown whether it left"),
}


class MailingsAgainForm(Form, id="mailings_again", title=_("Mailings again"), submit=_("Save")):
    wording = Text(_("How and when they asked for it"), hint=_("“By phone on 3 May”, for instance"))


# What changes at once, each with its way back


def _end(session: Session, caller: Caller, contact_id: int) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    # Yesterday was the last day: from this moment no form offers somebody who is gone.
    contact = end_contact(session, contact_id, by=by, on=caller.today - timedelta(days=1), now=now)
    text = _("{name} has left {relation}; what was done together stays.")
    return Saved(caller.t(text, name=contact.person.name, relation=contact.relation.name))


def _delete(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = delete_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    text = _("{name} is no longer a contact of {relation}.")
    return Saved(caller.t(text, name=contact.person.name, relation=contact.relation.name))


def _refuse(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = seen_contact(session, caller, contact_id)
    withdraw_consent(
        session,
        person_id=contact.person_id,
        topic_id=None,
        source=ConsentSource.COLLABORATOR,
        wording="told a collaborator",
        by=caller.collaborator,
        now=caller.office.now(),
    )
    return Saved(caller.t(_("{name} gets no mailings any more."), name=contact.person.name))


def _reopen(session: Session, caller: Caller, contact_id: int) -> Saved:
    return _back(session, caller, reopen_contact(session, contact_id, by=caller.collaborator, now=caller.office.now()))


def _restore(session: Session, caller: Caller, contact_id: int) -> Saved:
    return _back(session, caller, restore_contact(session, contact_id, by=caller.collaborator, now=caller.office.now()))


def _unrefuse(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = seen_contact(session, caller, contact_id)
    _wants_again(session, caller, contact, "recorded by mistake")
    return _back(session, caller, contact)


def _back(session: Session, caller: Caller, contact: Contact) -> Saved:
    return Saved(contact.person.name, contact_card(session, caller, contact))


# Mailings again


def save_again(session: Session, caller: Caller, form: MailingsAgainForm) -> Saved:
    contact = seen_contact(session, caller, form.about["record"])
    _wants_again(session, caller, contact, form.wording)
    mail = mail_for(session, contact) or ""
    if refusal(session, person_id=contact.person_id, mail=mail, topic_id=None) is Refusal.SUPPRESSED:
        if not caller.collaborator.is_admin:
            raise BookError(_("This address left all mailings by itself: only an administrator can let it back in."))
        lift_suppression(session, mail, by=caller.collaborator)
    text = caller.t(_("{name} gets mailings again."), name=contact.person.name)
    return Saved(text, [section(plain(text)), *contact_card(session, caller, contact)])


def _wants_again(session: Session, caller: Caller, contact: Contact, wording: str) -> None:
    give_consent(
        session,
        person_id=contact.person_id,
        topic_id=None,
        source=ConsentSource.COLLABORATOR,
        wording=wording,
        by=caller.collaborator,
        now=caller.office.now(),
    )


# The list of sendings


def show_sendings(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        contact = seen_contact(session, caller, contact_id)
        blocks = sending_blocks(session, caller, contact)
    interaction.say(caller.t(_("List of sendings")), blocks)


def sending_blocks(session: Session, caller: Caller, contact: Contact) -> list[Json]:
    """What this person was sent or not, newest first."""
    found = deliveries_of_person(session, contact.person_id, asked_by=caller.collaborator, limit=SENDINGS)
    none = words(caller.t(_("No mailing yet."))) if not found else []
    return [rich(words(contact.person.name, bold=True), none, *(_sending(caller, one) for one in found))]


def _sending(caller: Caller, one: Delivery) -> Words:
    why = one.skipped_because
    state = caller.t(SKIP_NAMES[why] if why else MAIL_STATES[one.state])
    at = one.finished_at or one.mailing.created_at
    day = caller.t.moment(at, zone=caller.collaborator.zone, today=caller.today)
    return words(f"{day} · {one.mailing.name} — {state}")


def _open_again(interaction: Interaction, contact_id: int) -> None:
    open_form(interaction, lambda _caller: MailingsAgainForm(record=contact_id))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MailingsAgainForm, save=save_again))
    end = change_at_once(slack, "contact/end", _end, undo=_reopen)
    delete = change_at_once(slack, "contact/delete", _delete, undo=_restore)
    refuse = change_at_once(slack, "contact/no_mailings", _refuse, undo=_unrefuse)
    slack.menu(CONTACT_MENU, "no_mailings", _("Wants no mailings"), refuse, at=20)
    slack.menu(CONTACT_MENU, "again", _("Wants mailings again"), _open_again, at=20)
    slack.menu(CONTACT_MENU, "sendings", _("List of sendings"), show_sendings, at=30)
    slack.menu(CONTACT_MENU, "end", _("Has left"), end, at=40)
    slack.menu(CONTACT_MENU, "delete", _("Entered by mistake: delete"), delete, at=90)
