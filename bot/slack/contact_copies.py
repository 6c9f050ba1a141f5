"""A contact copied into another relation: the same person gets a further place there, never a second person.

History, consent and suppression are the person's and their address's, so they are there at once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Checks, Search
from bot.slack.contact_card import made_card
from bot.slack.fields import MailText, Text
from bot.slack.finding import find_relations, lines_of, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.contacts import ContactKind, add_contact


class CopyForm(Form, id="contact_copy", title=_("Copy into"), submit=_("Copy")):
    relation = Search(
        _("Into"), find=find_relations, hint=_("A client, supplier, group or prospect; a new one can be added here")
    ).reacting()
    function = Text(_("Function"), hint=_("What this person does there")).optional()
    mail = MailText(_("E-mail"), hint=_("At that place; empty for the person’s own")).optional()
    phone = Text(_("Phone"), max_length=50).optional()
    kinds = Checks(_("Contact for"), among=lambda caller, _form: lines_of(caller, ContactKind))


def open_copy(interaction: Interaction, contact_id: int) -> None:
    def build(caller: Caller) -> CopyForm:
        with caller.reading() as session:
            contact = seen_contact(session, caller, contact_id)
            form = CopyForm(contact=contact_id, person=contact.person_id)
            form.function = contact.function
            return form

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: CopyForm) -> Saved:
    source = seen_contact(session, caller, form.about["contact"])
    contact = add_contact(
        session,
        by=caller.collaborator,
        now=caller.office.now(),
        relation_id=referred(form.relation)[0],
        person_id=source.person_id,
        function=form.function or "",
        mail=form.mail or "",
        phone=form.phone or "",
        since_on=caller.today,
        kind_ids=[kind.id for kind in form.kinds],
    )
    text = caller.t(
        _("{name} is a contact of {relation} too, and stays one of {other}."),
        name=contact.person.name,
        relation=contact.relation.name,
        other=source.relation.name,
    )
    return Saved(text, made_card(session, caller, contact, text))


def _new_relation(interaction: Interaction, _form: CopyForm, name: str, waiting: dict[str, Any]) -> None:
    open_new_relation(interaction, name=name, waiting=waiting)


def register(slack: Listening) -> None:
    # Where the person has a place already, it is the relation that was chosen wrongly.
    named = {"name": "relation", "kind_ids": "kinds"}
    serve_form(slack, Serving(CopyForm, save=save, create={CopyForm.relation: _new_relation}, named=named))
    slack.menu(CONTACT_MENU, "copy", _("Copy into…"), open_copy, at=60)
