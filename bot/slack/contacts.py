"""Contacts in Slack: the form, also from within another form, and the list of a relation's people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.choices import Checks, Choice
from bot.slack.fields import MailText, Option, Text
from bot.slack.finding import lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.consent import refusal
from store.contacts import (
    Contact,
    ContactKind,
    add_contact,
    contacts_of,
    edit_contact,
    mail_for,
    phone_for,
)

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
        seen_relation(session, caller, relation_id)
    form = ContactForm(relation=relation_id, **({"waiting": dict(waiting)} if waiting else {}))
    form.name = name
    return form


def open_edit(interaction: Interaction, contact_id: int) -> None:
    open_form(interaction, lambda caller: edit_form(caller, contact_id))


def edit_form(caller: Caller, contact_id: int) -> ContactForm:
    """The contact as it stands. Raises NotFound."""
    with caller.reading() as session:
        contact = seen_contact(session, caller, contact_id)
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
    menu = CONTACT_MENU.element(caller, contact.id, without=_without(contact, is_refusing=is_refusing))
    return [rich(head, *(words(line) for line in lines)), actions(menu)]


def refuses_mailings(session: Session, contact: Contact) -> bool:
    """Whether this person, or the address at this place, wants no mailing at all."""
    mail = mail_for(session, contact) or ""
    return refusal(session, person_id=contact.person_id, mail=mail, topic_id=None) is not None


def _without(contact: Contact, *, is_refusing: bool) -> set[str]:
    """The lines of the menu that make no sense for this contact."""
    return {"no_mailings" if is_refusing else "again"} | ({"end"} if contact.until_on is not None else set())


def contact_list(session: Session, caller: Caller, relation_id: int) -> list[Json]:
    """Everybody who has a place at the relation today, each with what can be done."""
    relation = seen_relation(session, caller, relation_id)
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
    slack.menu(CONTACT_MENU, "edit", _("Edit"), open_edit, at=10)
