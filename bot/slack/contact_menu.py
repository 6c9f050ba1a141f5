"""The ⋮ menu of a contact's card: what happened to them, and what they want to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, plain, rich, section, words
from bot.slack.contacts import contact_card, open_edit
from bot.slack.fields import Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.mailing_card import SKIP_NAMES
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import BookError, NotFound
from store.consent import ConsentSource, Refusal, give_consent, lift_suppression, refusal, withdraw_consent
from store.contacts import (
    Contact,
    contact_seen_by,
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


def choose_more(interaction: Interaction) -> None:
    what, _colon, row_id = interaction.value.partition(":")
    contact_id = int(row_id)
    if what == "edit":
        open_edit(interaction, contact_id)
    elif what == "again":
        open_form(interaction, lambda _caller: MailingsAgainForm(record=contact_id))
    elif what == "sendings":
        show_sendings(interaction, contact_id)
    else:
        _change(interaction, what, contact_id)


def _change(interaction: Interaction, what: str, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        text = CHANGES[what](session, caller, contact_id)
    undo = button(caller.t(_("Undo")), f"contact/undo_{what}", str(contact_id))
    interaction.say(text, [section(plain(text)), actions(undo)])


def _ends(session: Session, caller: Caller, contact_id: int) -> str:
    by, now = caller.collaborator, caller.office.now()
    # Yesterday was the last day: from this moment no form offers somebody who is gone.
    contact = end_contact(session, contact_id, by=by, on=caller.today - timedelta(days=1), now=now)
    text = _("{name} has left {relation}; what was done together stays.")
    return caller.t(text, name=contact.person.name, relation=contact.relation.name)


def _is_deleted(session: Session, caller: Caller, contact_id: int) -> str:
    contact = delete_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    text = _("{name} is no longer a contact of {relation}.")
    return caller.t(text, name=contact.person.name, relation=contact.relation.name)


def _refuses(session: Session, caller: Caller, contact_id: int) -> str:
    contact = _seen(session, caller, contact_id)
    withdraw_consent(
        session,
        person_id=contact.person_id,
        topic_id=None,
        source=ConsentSource.COLLABORATOR,
        wording="told a collaborator",
        by=caller.collaborator,
        now=caller.office.now(),
    )
    return caller.t(_("{name} gets no mailings any more."), name=contact.person.name)


CHANGES: dict[str, Callable[[Session, Caller, int], str]] = {
    "end": _ends,
    "delete": _is_deleted,
    "no_mailings": _refuses,
}


def _takes_back(interaction: Interaction, what: str) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        by, now, contact_id = caller.collaborator, caller.office.now(), int(interaction.value)
        if what == "end":
            contact = reopen_contact(session, contact_id, by=by, now=now)
        elif what == "delete":
            contact = restore_contact(session, contact_id, by=by, now=now)
        else:
            contact = _seen(session, caller, contact_id)
            _wants_again(session, caller, contact, "recorded by mistake")
        card = contact_card(session, caller, contact)
    interaction.say(contact.person.name, card, replace=True)


# Mailings again


def save_again(session: Session, caller: Caller, form: MailingsAgainForm) -> Saved:
    contact = _seen(session, caller, form.about["record"])
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


def _seen(session: Session, caller: Caller, contact_id: int) -> Contact:
    contact = contact_seen_by(session, contact_id, asked_by=caller.collaborator)
    if contact is None:
        raise NotFound
    return contact


# The list of sendings


def show_sendings(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        contact = _seen(session, caller, contact_id)
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


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MailingsAgainForm, save=save_again))
    slack.action("contact/more", choose_more)
    slack.action("contact/undo_end", lambda interaction: _takes_back(interaction, "end"))
    slack.action("contact/undo_delete", lambda interaction: _takes_back(interaction, "delete"))
    slack.action("contact/undo_no_mailings", lambda interaction: _takes_back(interaction, "no_mailings"))
