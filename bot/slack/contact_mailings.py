"""What a contact may be sent: every topic with its state, its source and its date, under one master switch."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Checks, Says
from bot.slack.contact_card import contact_card
from bot.slack.contact_words import day_of
from bot.slack.fields import Option, Text, Toggle
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, SuppressionReason
from store.contacts import Contact, mail_for
from store.subscriptions import Mailings, mailings_of, put_mailings, refuse_all, take_back_refusal

SOURCES = {
    ConsentSource.PERSON: _("said so, {day}"),
    ConsentSource.COLLABORATOR: _("{who} noted it, {day}"),
    ConsentSource.IMPORT: _("imported, {day}"),
    ConsentSource.MERGE: _("from a merge, {day}"),
}
REASONS = {
    SuppressionReason.UNSUBSCRIBED: _("Nothing goes to {mail}: it left all mailings, {day}."),
    SuppressionReason.BOUNCED: _("Nothing goes to {mail}: mails come back, {day}."),
    SuppressionReason.COMPLAINED: _("Nothing goes to {mail}: it complained of a mailing, {day}."),
    SuppressionReason.OFFICE: _("Nothing goes to {mail}: the office excluded it, {day}."),
    SuppressionReason.ERASED: _("Nothing goes to {mail}: somebody who had it asked to be forgotten, {day}."),
}


def topics(caller: Caller, form: MailingsForm) -> list[Option]:
    """Each with what stands, who said so and when."""
    with caller.reading() as session:
        found = mailings_of(session, seen_contact(session, caller, form.about["record"])).topics
        return [
            Option(str(one.topic.id), one.topic.label(caller.t.language), _standing(session, caller, one.fact))
            for one in found
        ]


def _standing(session: Session, caller: Caller, fact: Consent | None) -> str:
    t = caller.t
    if fact is None:
        return t(_("no choice known yet"))
    by = session.get(Collaborator, fact.by_id) if fact.by_id else None
    day = day_of(caller, fact.at)
    said = t(SOURCES[fact.source], who=by.name if by else t(_("a colleague")), day=day)
    state = t(_("yes")) if fact.is_given else t(_("no"))
    return " · ".join(part for part in (t.labelled(state, said), fact.wording) if part)


def said_of_address(caller: Caller, form: MailingsForm) -> str:
    with caller.reading() as session:
        contact = seen_contact(session, caller, form.about["record"])
        suppression = mailings_of(session, contact).suppression
        if suppression is None:
            return ""
        mail, day = mail_for(session, contact) or "", day_of(caller, suppression.at)
        return caller.t(REASONS[suppression.reason], mail=mail, day=day)


def _help(caller: Caller, _form: Any) -> str:
    return caller.t(
        _(
            "Those who said nothing may be written to about their business. Those who unsubscribe by the link in a "
            "mail, or tell you so, get no more: only they can take that back, through you or by themselves."
        )
    )


class MailingsForm(Form, id="contact_mailings", title=_("Mailings"), submit=_("Save")):
    address = Says(said_of_address)
    receives = Toggle(_("Include in mailings"), _("Yes: receives mailings")).reacting()
    topics = Checks(_("Topics"), among=topics).when(receives)
    wording = Text(
        _("How and when they said so"), hint=_("“By phone on 3 May”, for instance; needed for each new yes")
    ).optional()
    help = Says(_help)


def form_of(caller: Caller, contact_id: int) -> MailingsForm:
    """As it stands. Raises NotFound."""
    with caller.reading() as session:
        found = mailings_of(session, seen_contact(session, caller, contact_id))
    form = MailingsForm(record=contact_id, last_fact_id=found.last_fact_id)
    form.receives = found.receives
    form.topics = tuple(
        Option(str(one.topic.id), one.topic.label(caller.t.language)) for one in found.topics if _ticked(found, one)
    )
    return form


def _ticked(found: Mailings, one: Any) -> bool:
    return bool(one.is_wanted if found.receives else one.when_lifted)


def save(session: Session, caller: Caller, form: MailingsForm) -> Saved:
    contact = seen_contact(session, caller, form.about["record"])
    put_mailings(
        session,
        contact,
        receives=form.receives,
        topic_ids={one.id for one in form.topics or ()},
        wording=form.wording or "",
        by=caller.collaborator,
        now=caller.office.now(),
        last_fact_id=form.about.get("last_fact_id"),
    )
    return _said(session, caller, contact)


def _said(session: Session, caller: Caller, contact: Contact) -> Saved:
    t, found = caller.t, mailings_of(session, contact)
    names = [one.topic.label(t.language) for one in found.topics if one.is_wanted]
    if not found.receives:
        text = t(_("{name} gets no mailings any more."), name=contact.person.name)
    elif len(names) == len(found.topics):
        text = t(_("{name} gets all mailings."), name=contact.person.name)
    else:
        topics_there = t.list(names) if names else t(_("those without a topic"))
        text = t(_("{name} gets mailings on: {topics}."), name=contact.person.name, topics=topics_there)
    return Saved(text, [section(plain(text)), *contact_card(session, caller, contact)])


# At once, with its way back


def _refuse(interaction: Interaction, contact_id: int) -> None:
    """There is a way back from what was written down now, none from what the person had said before."""
    interaction.ack()
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        contact = seen_contact(session, caller, contact_id)
        fact = refuse_all(session, contact, wording="told a collaborator", by=caller.collaborator, now=now)
        text = caller.t(_("{name} gets no mailings any more."), name=contact.person.name)
        ways = [button(caller.t(_("Undo")), "contact/no_mailings/undo", f"{contact_id}:{fact.id}")] if fact else []
    interaction.say(text, [section(plain(text)), *([actions(*ways)] if ways else [])])


def _take_back(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    contact_id, _colon, fact_id = interaction.value.partition(":")
    with interaction.writing() as session:
        contact = seen_contact(session, caller, int(contact_id))
        take_back_refusal(session, contact, int(fact_id), by=caller.collaborator)
        name, card = contact.person.name, contact_card(session, caller, contact)
    interaction.say(name, card, replace=True)


def open_mailings_of(interaction: Interaction, contact_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, contact_id))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MailingsForm, save=save, fresh=form_of, chosen=lambda _caller, _form, _changed: None))
    slack.action("contact/no_mailings/undo", _take_back)
    slack.menu(CONTACT_MENU, "mailings", _("Mailings"), open_mailings_of, at=20)
    slack.menu(CONTACT_MENU, "no_mailings", _("Wants no mailings"), _refuse, at=50)
