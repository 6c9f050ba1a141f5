"""The shortcut on a message: who is named in it becomes a relation, or a contact at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import plain, section
from bot.slack.choices import Says, Search
from bot.slack.fields import MailText, Option, Text
from bot.slack.finding import find_known, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.message_reading import PUBLIC_DOMAINS, Told, domain_of, read_message
from bot.slack.relation_card import relation_card
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.addresses import MailLine, PhoneLine
from store.base import BookError
from store.contacts import add_contact
from store.duplicates import possible_duplicates
from store.involvements import set_representative
from store.relations import Relation, RelationKind, add_relation
from store.search import search_options
from store.words import name_key


def _known(caller: Caller, form: Any) -> str:
    names = form.about.get("known") or ()
    return caller.t(_("Known with this address: {names}."), names=caller.t.list(names)) if names else ""


class FromMessageForm(Form, id="from_message", title=_("Add to Rapport"), submit=_("Save")):
    known = Says(_known)
    person = Text(_("Person")).optional()
    company = Search(_("Company"), find=find_known, hint=_("Empty it to add a new one")).reacting().optional()
    new_company = Text(_("New company")).optional().only_if(lambda form: form.values["company"] is None)
    mail = MailText(_("E-mail")).optional()
    phone = Text(_("Phone"), max_length=50).optional()


def _open(interaction: Interaction) -> None:
    text = str(interaction.body["message"].get("text") or "")
    open_form(interaction, lambda caller: form_told(caller, text))


def form_told(caller: Caller, text: str) -> FromMessageForm:
    """Filled with what the text tells of somebody; it may be an address alone."""
    own = domain_of(caller.collaborator.mail)
    told = read_message(text, country=caller.office.settings.office.country, own_domain=own)
    with caller.reading() as session:
        same = possible_duplicates(session, mails=[told.mail], asked_by=caller.collaborator) if told.mail else ()
        company = _company(session, caller, told)
    form = FromMessageForm(known=[one.name for one in same[:3]])
    form.person, form.mail, form.phone = told.person, told.mail, told.phone
    form.company, form.new_company = company, "" if company else told.company
    return form


def _company(session: Session, caller: Caller, told: Told) -> Option | None:
    """The one relation that has addresses of this domain, else the one of this name."""
    domain = domain_of(told.mail)
    if domain and domain not in PUBLIC_DOMAINS:
        found = _found(session, caller, f"@{domain}")
        if len(found) == 1:
            return found[0]
    key = name_key(told.company)
    same = [one for one in _found(session, caller, told.company) if name_key(one.label) == key] if key else []
    return same[0] if len(same) == 1 else None


def _found(session: Session, caller: Caller, text: str) -> Sequence[Option]:
    """Each relation once, by its own name: of a contact, that of where they are."""
    found = search_options(session, text, asked_by=caller.collaborator, on=caller.today, limit=50)
    ids = dict.fromkeys(option.relation_id for option in found.options)
    return [Option(str(one), seen_relation(session, caller, one).name) for one in ids]


def _save(session: Session, caller: Caller, form: FromMessageForm) -> Saved:
    person, company = form.person or "", _chosen_or_new(session, caller, form)
    now = caller.office.now()
    if company is None and not person:
        raise BookError(_("Say who it is: a person, a company, or both."), field="person")
    if company is None:
        company = _add(session, caller, form, person, RelationKind.PERSON, now)
        text = caller.t(_("{name} is in the book."), name=company.name)
    elif person:
        contact = add_contact(
            session,
            by=caller.collaborator,
            now=now,
            relation_id=company.id,
            name=person,
            mail=form.mail or "",
            phone=form.phone or "",
        )
        text = caller.t(_("{person} is in the book, at {relation}."), person=contact.person.name, relation=company.name)
    elif form.company:
        raise BookError(_("{name} is in the book already: who is the person?"), field="person", name=company.name)
    else:
        text = caller.t(_("{name} is in the book."), name=company.name)
    return Saved(text, [section(plain(text)), *relation_card(session, caller, company)])


def _chosen_or_new(session: Session, caller: Caller, form: FromMessageForm) -> Relation | None:
    if form.company:
        return seen_relation(session, caller, referred(form.company)[0])
    if form.new_company:
        return _add(session, caller, form, form.new_company, RelationKind.COMPANY, caller.office.now())
    return None


def _add(
    session: Session, caller: Caller, form: FromMessageForm, name: str, kind: RelationKind, now: datetime
) -> Relation:
    """With the address and phone, unless they are those of a person there; the caller looks after it."""
    by, is_theirs = caller.collaborator, kind is RelationKind.PERSON or not form.person
    mails = [MailLine(form.mail)] if form.mail and is_theirs else []
    phones = [PhoneLine(form.phone)] if form.phone and is_theirs else []
    made = add_relation(session, by=by, now=now, name=name, kind=kind, mails=mails, phones=phones)
    set_representative(session, by=by, relation_id=made.id, collaborator_id=by.id, on=caller.today, now=now)
    return made


def register(slack: Listening) -> None:
    named = {"name": "person", "mails": "mail", "phones": "phone"}
    serve_form(slack, Serving(FromMessageForm, save=_save, named=named))
    slack.shortcut("add_to_book", _open)
