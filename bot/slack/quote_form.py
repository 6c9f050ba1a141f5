"""The form of a quote: of the opportunity's items, or one that the ERP has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, Radio, Says
from bot.slack.contact_words import said_of_filling
from bot.slack.documents import keep_files
from bot.slack.expense_fields import Decimals, currencies
from bot.slack.fields import Day, Option, Text
from bot.slack.files import Files, fetch_file
from bot.slack.forms import WHOM, Form
from bot.slack.seen import seen_opportunity
from bot.texts import _
from store.contacts import FilledIn, contacts_of, who_fills
from store.money import amount_typed
from store.opportunities import Opportunity
from store.quotes import ErpQuote, Quote, make_quote, refer_to_quote

ITEMS, ERP = "items", "erp"
MOST_FILES = 5


def _ways(caller: Caller, _form: Any) -> list[Option]:
    t = caller.t
    return [
        Option(ITEMS, t(_("From the items")), t(_("Items, quantities and prices as they are now"))),
        Option(ERP, t(_("Made in another program")), t(_("Its number or address, and what it comes to"))),
    ]


def _contacts(caller: Caller, form: QuoteForm) -> list[Option]:
    with caller.reading() as session:
        one = seen_opportunity(session, caller, form.about["dossier"])
        relation_id = one.dossier.relation_id or 0
        found = contacts_of(session, relation_id, asked_by=caller.collaborator, on=caller.today)
        return [Option(str(each.id), each.person.name, each.function) for each in found[:100]]


def _said_of_contact(caller: Caller, form: QuoteForm) -> str:
    """Why this contact and not the first in rank; "" for nothing to say."""
    chosen = form.draft(QuoteForm.contact)
    if chosen is None:
        return ""
    with caller.reading() as session:
        filled = _filled_in(session, caller, seen_opportunity(session, caller, form.about["dossier"]))
        return said_of_filling(caller, filled) if filled and filled.contact.id == chosen.id else ""


def _filled_in(session: Session, caller: Caller, one: Opportunity) -> FilledIn | None:
    """The contact whom the opportunity's type asks for."""
    relation_id, kind_id = one.dossier.relation_id or 0, one.type.contact_kind_id
    return who_fills(session, relation_id, kind_id, asked_by=caller.collaborator, on=caller.today)


def _is_erp(form: Any) -> bool:
    chosen = form.values["way"]
    return chosen is not None and chosen.value == ERP


class QuoteForm(Form, id="quote", title=_("Quote"), submit=_("Save")):
    way = Radio(_("Made how"), among=_ways).reacting()
    kind = Text(_("Kind of document"), max_length=50).optional().only_if(_is_erp)
    number = Text(_("Number"), max_length=50).optional().only_if(_is_erp)
    url = Text(_("Address (URL)"), max_length=500).optional().only_if(_is_erp)
    amount = Decimals(_("Amount")).only_if(_is_erp)
    currency = Choice(_("Currency"), among=currencies).only_if(_is_erp)
    on = Day(_("Date"))
    contact = Choice(_("Contact"), among=_contacts).optional()
    instead = Says(_said_of_contact)
    files = Files(_("Files"), most=MOST_FILES, hint=_("They stand with the opportunity’s documents")).optional()
    contents: Sequence[bytes] = ()


def blank_form(caller: Caller, dossier_id: int) -> QuoteForm:
    """Of today, to the opportunity's contact or whom its type asks for; of its items where it has any. Raises
    NotFound.
    """
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        form = QuoteForm(dossier=one.dossier_id, **{WHOM: one.dossier.label})
        ways = _ways(caller, form)
        form.way, form.on = ways[0] if one.lines else ways[1], caller.today
        form.currency = Option(one.currency, one.currency)
        filled = None if one.contact else _filled_in(session, caller, one)
        contact = one.contact or (filled.contact if filled else None)
        form.contact = Option(str(contact.id), contact.person.name, contact.function) if contact else None
    return form


def fetch(caller: Caller, form: QuoteForm) -> None:
    """Before the book is written to: Slack may take its time."""
    form.contents = [fetch_file(caller.office, file) for file in form.files or ()]


def save_quote(session: Session, caller: Caller, form: QuoteForm) -> Quote:
    """With its files among the opportunity's documents. Raises NotFound and BookError at a field."""
    dossier_id, contact_id = form.about["dossier"], form.contact.id if form.contact else None
    by, now = caller.collaborator, caller.office.now()
    if _is_erp(form):
        erp = ErpQuote(
            amount=amount_typed(form.amount or "", field="amount"),
            currency=form.currency.value if form.currency else "",
            kind=form.kind or "",
            number=form.number or "",
            url=form.url or "",
        )
        quote = refer_to_quote(session, dossier_id, erp, by=by, on=form.on, contact_id=contact_id, now=now)
    else:
        quote = make_quote(session, dossier_id, by=by, on=form.on, contact_id=contact_id, now=now)
    if form.files:
        keep_files(session, caller, form.files, form.contents, dossier_id=dossier_id)
    return quote
