"""Relations in Slack: the form for a company or a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import plain, section
from bot.slack.choices import Choice, Search, Unfold
from bot.slack.contact_words import LANGUAGE_NAMES, languages, said_of_phones
from bot.slack.country_field import country_option, find_countries
from bot.slack.duplicates import duplicate_blocks
from bot.slack.fields import MailText, Option, Text
from bot.slack.finding import colleague, find_colleagues, line_option, lines_of
from bot.slack.forms import Form, Group, Lines
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import RELATION_MENU
from bot.slack.relation_card import relation_card
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.addresses import AddressKind, Dated, MailLine, PhoneLine, PostalAddress, PostalLine
from store.involvements import representative_of, set_representative
from store.relations import (
    Relation,
    RelationCategory,
    RelationKind,
    add_relation,
    edit_relation,
)
from store.vat import shown_qst, shown_vat

Row = TypeVar("Row", bound=Dated)
CANADA = "CA"

KIND_NAMES = {
    AddressKind.WORK: _("Work"),
    AddressKind.HOME: _("Home"),
    AddressKind.MOBILE: _("Mobile"),
    AddressKind.BILLING: _("Billing"),
    AddressKind.DELIVERY: _("Delivery"),
    AddressKind.OTHER: _("Other"),
}
RELATION_KIND_NAMES = {RelationKind.COMPANY: _("Company"), RelationKind.PERSON: _("Person")}


def kinds(*among: AddressKind) -> Callable[[Caller, Any], list[Option]]:
    return lambda caller, _form: [Option(kind.value, caller.t(KIND_NAMES[kind])) for kind in among]


def relation_kinds(caller: Caller, _form: Any) -> list[Option]:
    return [Option(kind.value, caller.t(name)) for kind, name in RELATION_KIND_NAMES.items()]


def categories(caller: Caller, _form: Any) -> list[Option]:
    return lines_of(caller, RelationCategory)


class MailGroup(Group):
    mail = MailText(_("E-mail")).optional()
    kind = Choice(_("Kind of e-mail"), among=kinds(AddressKind.WORK, AddressKind.HOME, AddressKind.BILLING))


class PhoneGroup(Group):
    number = Text(_("Phone"), max_length=50).optional()
    kind = Choice(_("Kind of phone"), among=kinds(AddressKind.WORK, AddressKind.MOBILE, AddressKind.HOME))


class PostalGroup(Group):
    street = Text(_("Street and number"), max_length=300).optional()
    postal_code = Text(_("Postal code"), max_length=20).optional()
    town = Text(_("Town"), max_length=100).optional()
    country = Search(_("Country"), find=find_countries).reacting().optional()
    kind = Choice(
        _("Kind of address"), among=kinds(AddressKind.WORK, AddressKind.HOME, AddressKind.BILLING, AddressKind.DELIVERY)
    )


def _is_canadian(form: Any) -> bool:
    """Once its first address says so; without one, as the office is."""
    countries = [line.country.value for line in form.postal_addresses or () if line.country]
    return bool((countries[0] if countries else form.about.get("here")) == CANADA)


class RelationForm(Form, id="relation", title=_("Relation"), submit=_("Save")):
    name = Text(_("Name"))
    kind = Choice(_("Company or person"), among=relation_kinds)
    mails = Lines(MailGroup, add=_("+ Another e-mail"), most=5)
    phones = Lines(PhoneGroup, add=_("+ Another phone"), most=5)
    unfold = Unfold(_("More: address, VAT number, category…"))
    postal_addresses = Lines(PostalGroup, add=_("+ Another address"), called=_("Address"), most=4).when(unfold)
    category = Choice(_("Category"), among=categories, hint=_("What it is to the office")).optional().when(unfold)
    vat = Text(_("VAT number"), max_length=30, hint=_("As on its letterhead: BE 0403.170.701")).optional().when(unfold)
    qst = (
        Text(_("QST number (Québec)"), max_length=30, hint=_("As on its invoices: 1000043774 TQ 0003"))
        .optional()
        .when(unfold)
        .only_if(_is_canadian)
    )
    legal_form = (
        Text(_("Legal form"), max_length=40, hint=_("Filled from the name when nothing stands here"))
        .optional()
        .when(unfold)
    )
    representative = (
        Search(_("Representative"), find=find_colleagues, hint=_("Who looks after it")).optional().when(unfold)
    )
    language = Choice(_("Language"), among=languages, hint=_("Of invitations and mailings")).optional().when(unfold)
    website = Text(_("Website"), max_length=300).optional().when(unfold)
    notes = Text(_("Remarks"), max_length=3000, lines=True).optional().when(unfold)


def blank_form(caller: Caller, name: str, waiting: Mapping[str, Any] | None) -> RelationForm:
    here = {"here": caller.office.settings.office.country}
    form = RelationForm(**here, **({"waiting": dict(waiting)} if waiting else {}))
    form.name, form.kind = name, relation_kinds(caller, form)[0]
    form.representative = colleague(caller.collaborator)
    form.language = Option(caller.t.language, LANGUAGE_NAMES[caller.t.language])
    form.mails, form.phones, form.postal_addresses = [MailGroup()], [PhoneGroup()], [PostalGroup()]
    _choose_work(caller, form)
    return form


def _choose_work(caller: Caller, form: RelationForm) -> None:
    """Work is the kind of whatever says no other."""
    work = Option(AddressKind.WORK.value, caller.t(KIND_NAMES[AddressKind.WORK]))
    for line in (*form.mails, *form.phones, *(form.postal_addresses or ())):
        line.values["kind"] = line.values["kind"] or work


def _choose_kinds(caller: Caller, form: RelationForm, _changed: object) -> None:
    """A line that was just added is of the usual kind, like the first."""
    _choose_work(caller, form)


def open_new_relation(interaction: Interaction, *, name: str = "", waiting: Mapping[str, Any] | None = None) -> None:
    """`waiting` names the form that will choose the new relation (see `serving`)."""
    open_form(interaction, lambda caller: blank_form(caller, name, waiting))


def open_edit(interaction: Interaction, relation_id: int) -> None:
    open_form(interaction, lambda caller: edit_form(caller, relation_id))


def edit_form(caller: Caller, relation_id: int) -> RelationForm:
    """The relation as it stands. Raises NotFound."""
    with caller.reading() as session:
        return form_of(session, caller, seen_relation(session, caller, relation_id))


def form_of(session: Session, caller: Caller, relation: Relation) -> RelationForm:
    here = caller.office.settings.office.country
    form = RelationForm(record=relation.id, version=relation.version, here=here)
    form.name, form.website, form.notes = relation.name, relation.website, relation.notes
    form.kind = Option(relation.kind.value, caller.t(RELATION_KIND_NAMES[relation.kind]))
    form.vat, form.qst = shown_vat(relation.vat), shown_qst(relation.qst)
    form.legal_form = relation.legal_form
    form.category = line_option(relation.category, caller) if relation.category else None
    mails, phones = _current(caller, relation.mail_addresses), _current(caller, relation.phones)
    form.mails = [_group(caller, MailGroup(), row, "mail") for row in mails] or [MailGroup()]
    form.phones = [_group(caller, PhoneGroup(), row, "number") for row in phones] or [PhoneGroup()]
    addresses = _current(caller, relation.postal_addresses)
    form.postal_addresses = [_postal_group(caller, row) for row in addresses] or [PostalGroup()]
    # What travels hidden has little room: what may be long, or somebody filled in by hand, is in sight.
    form.unfold = bool(addresses or relation.vat or relation.category or relation.website or relation.notes)
    _choose_work(caller, form)
    representative = representative_of(session, relation.id, on=caller.today)
    form.representative = colleague(representative) if representative else None
    code = relation.language
    form.language = Option(code, LANGUAGE_NAMES[code]) if code else None
    return form


def _current(caller: Caller, rows: Sequence[Row]) -> list[Row]:
    """Without those that are over: the list of addresses and numbers shows them."""
    return [row for row in rows if not row.is_over(caller.today)]


def _group(caller: Caller, group: Any, row: Any, *names: str) -> Any:
    for name in names:
        group.values[name] = getattr(row, name)
    group.values["kind"] = Option(row.kind.value, caller.t(KIND_NAMES[row.kind]))
    return group


def _postal_group(caller: Caller, row: PostalAddress) -> PostalGroup:
    group: PostalGroup = _group(caller, PostalGroup(), row, "street", "postal_code", "town")
    group.country = country_option(caller, row.country)
    return group


def save(session: Session, caller: Caller, form: RelationForm) -> Saved:
    now, by = caller.office.now(), caller.collaborator
    facts = facts_in(form)
    if "record" in form.about:
        relation = edit_relation(
            session, form.about["record"], by=by, now=now, version=form.about.get("version"), **facts
        )
        text = caller.t(_("{name} is changed."), name=relation.name)
    else:
        relation = add_relation(session, by=by, now=now, **facts)
        text = caller.t(_("{name} is in the book."), name=relation.name)
    chosen = form.representative.id if form.representative else None
    set_representative(session, by=by, relation_id=relation.id, collaborator_id=chosen, on=caller.today, now=now)
    text = f"{text} {said_of_phones(caller, relation.phones)}".strip()
    card = [section(plain(text)), *relation_card(session, caller, relation)]
    card += duplicate_blocks(session, caller, relation)
    return Saved(text, card, Option(str(relation.id), relation.name))


def facts_in(form: RelationForm) -> dict[str, Any]:
    return {
        "name": form.name,
        "kind": RelationKind(form.kind.value),
        "category_id": form.category.id if form.category else None,
        # Nothing in a new form: the book takes it from the name.
        "legal_form": form.legal_form or (None if "record" not in form.about else ""),
        "vat": form.vat or "",
        "qst": (form.qst or "") if _is_canadian(form) else "",
        "language": form.language.value if form.language else "",
        "website": form.website or "",
        "notes": form.notes or "",
        "mails": [MailLine(line.mail, AddressKind(line.kind.value)) for line in form.mails if line.mail],
        "phones": [PhoneLine(line.number, AddressKind(line.kind.value)) for line in form.phones if line.number],
        "postal_addresses": [_postal_line(line) for line in form.postal_addresses or ()],
    }


def _postal_line(line: PostalGroup) -> PostalLine:
    kind = AddressKind(line.kind.value)
    country = line.country.value if line.country else ""
    return PostalLine(line.street or "", line.postal_code or "", line.town or "", country, kind)


def register(slack: Listening) -> None:
    named = {"category_id": "category"}
    serve_form(slack, Serving(RelationForm, save=save, chosen=_choose_kinds, fresh=edit_form, named=named))
    slack.action("relation/new", open_new_relation)
    slack.menu(RELATION_MENU, "edit", _("Edit"), open_edit, at=10)
