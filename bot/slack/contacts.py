"""Contacts in Slack: the form, also from within another form, and the list of a relation's people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, overflow, plain, rich, section, words
from bot.slack.choices import Checks, Choice
from bot.slack.fields import MailText, Option, Text
from bot.slack.finding import lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import NotFound
from store.consent import refusal
from store.contacts import (
    Contact,
    ContactKind,
    add_contact,
    contact_seen_by,
    contacts_of,
    edit_contact,
    mail_for,
    phone_for,
)
from store.relations import relation_seen_by

LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "en": "English"}
SHOWN = 20


def languages(_caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(code, name) for code, name in LANGUAGE_NAMES.items()]


class ContactForm(Form, id="contact", title=_("Contact"), submit=_("Save")):
    name = Text(_("Name"))
    mail = MailText(_("E-mail")).optional()
    phone = Text(_("Phone"), max_length=50).optional()
    function = Text(_("Function"), hint=_("What this person does there")).optional()
    language = Choice(_("Language"), among=languages, hint=_("Of invitations and mailings")).optional()
    kinds = Checks(_("Contact for"), among=lambda caller, _form: lines_of(caller, ContactKind))


def open_new_contact(
    interaction: Interaction, *, relation_id: int, name: str = "", waiting: Mapping[str, Any] | None = None
) -> None:
    """`waiting` names the form that will choose the new contact (see `serving`)."""
    open_form(interaction, lambda caller: blank_form(caller, relation_id, name, waiting))


def blank_form(
    caller: Caller, relation_id: int, name: str = "", waiting: Mapping[str, Any] | None = None
) -> ContactForm:
    with caller.reading() as session:
        if relation_seen_by(session, relation_id, asked_by=caller.collaborator) is None:
            raise NotFound
    form = ContactForm(relation=relation_id, **({"waiting": dict(waiting)} if waiting else {}))
    form.name = name
    return form


def open_edit(interaction: Interaction, contact_id: int) -> None:
    open_form(interaction, lambda caller: edit_form(caller, contact_id))


def edit_form(caller: Caller, contact_id: int) -> ContactForm:
    """The contact as it stands. Raises NotFound."""
    with caller.reading() as session:
        contact = contact_seen_by(session, contact_id, asked_by=caller.collaborator)
        if contact is None:
            raise NotFound
        form = ContactForm(
            record=contact.id,
            version=contact.version,
            person_version=contact.person.version,
            relation=contact.relation_id,
        )
        form.name, form.function = contact.person.name, contact.function
        form.mail, form.phone = mail_for(session, contact) or "", phone_for(session, contact) or ""
        code = contact.person.language
        form.language = Option(code, LANGUAGE_NAMES[code]) if code else None
        chosen = {str(role.kind_id) for role in contact.roles}
    form.kinds = tuple(one for one in lines_of(caller, ContactKind) if one.value in chosen)
    return form


def save(session: Session, caller: Caller, form: ContactForm) -> Saved:
    facts: dict[str, Any] = {
        "name": form.name,
        "mail": form.mail or "",
        "phone": form.phone or "",
        "function": form.function or "",
        "language": form.language.value if form.language else "",
        "kind_ids": [kind.id for kind in form.kinds],
    }
    now, by = caller.office.now(), caller.collaborator
    if "record" in form.about:
        seen = {"version": form.about.get("version"), "person_version": form.about.get("person_version")}
        contact = edit_contact(session, form.about["record"], by=by, now=now, **seen, **facts)
        text = caller.t(_("{name} is changed."), name=contact.person.name)
    else:
        contact = add_contact(session, by=by, now=now, relation_id=form.about["relation"], **facts)
        text = caller.t(_("{name} is a contact of {relation}."), name=form.name, relation=contact.relation.name)
    choice = Option(str(contact.id), contact.person.name, contact.function)
    return Saved(text, [section(plain(text)), *contact_card(session, caller, contact)], choice)


def contact_card(session: Session, caller: Caller, contact: Contact) -> list[Json]:
    person = contact.person
    function = f" · {contact.function}" if contact.function else ""
    kinds = caller.t.list([role.kind.label(caller.t.language) for role in contact.roles])
    lines = [mail_for(session, contact) or "", phone_for(session, contact) or "", kinds]
    is_refusing = refuses_mailings(session, contact)
    if is_refusing:
        lines.append(caller.t(_("Wants no mailings")))
    if contact.until_on is not None:
        lines.append(caller.t(_("Left {day}"), day=caller.t.day(contact.until_on, today=caller.today)))
    head = [*words(person.name, bold=True), *words(f" — {contact.relation.name}{function}")]
    return [rich(head, *(words(line) for line in lines)), actions(_menu(caller, contact, is_refusing=is_refusing))]


def refuses_mailings(session: Session, contact: Contact) -> bool:
    """Whether this person, or the address at this place, wants no mailing at all."""
    mail = mail_for(session, contact) or ""
    return refusal(session, person_id=contact.person_id, mail=mail, topic_id=None) is not None


def _menu(caller: Caller, contact: Contact, *, is_refusing: bool) -> Json:
    value = str(contact.id)
    ways = [("edit", caller.t(_("Edit")))]
    ways += [("again", caller.t(_("Wants mailings again")))] if is_refusing else []
    ways += [] if is_refusing else [("no_mailings", caller.t(_("Wants no mailings")))]
    ways += [("sendings", caller.t(_("List of sendings")))]
    ways += [("end", caller.t(_("Has left")))] if contact.until_on is None else []
    ways += [("delete", caller.t(_("Entered by mistake: delete")))]
    return overflow("contact/more", [(f"{what}:{value}", text) for what, text in ways])


def contact_list(session: Session, caller: Caller, relation_id: int) -> list[Json]:
    """Everybody who has a place at the relation today, each with what can be done."""
    relation = relation_seen_by(session, relation_id, asked_by=caller.collaborator)
    if relation is None:
        raise NotFound
    found = contacts_of(session, relation_id, asked_by=caller.collaborator, on=caller.today)
    blocks = [block for contact in found[:SHOWN] for block in contact_card(session, caller, contact)]
    if len(found) > SHOWN:
        blocks.append(context(plain(caller.t(_("{number} more"), number=len(found) - SHOWN))))
    if not found:
        blocks.append(section(plain(caller.t(_("No contact at {relation} yet."), relation=relation.name))))
    return [*blocks, actions(button(caller.t(_("+ New contact")), "contact/new", str(relation_id)))]


def show_contacts(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = contact_list(session, caller, int(interaction.value))
    interaction.say(caller.t(_("Contacts")), blocks)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ContactForm, save=save, fresh=edit_form))
    slack.action("contact/new", lambda i: open_new_contact(i, relation_id=int(i.value)))
    slack.action("relation/contacts", show_contacts)
