"""Contacts in Slack: the form, also from within another form. A name is enough; the rest stands behind "More"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import plain, section
from bot.slack.choices import Checks, Choice, Says, Search, Unfold
from bot.slack.contact_card import contact_card, made_card
from bot.slack.contact_words import LANGUAGE_NAMES, birthday_words, languages, said_of_phones
from bot.slack.country_field import country_option, find_countries
from bot.slack.fields import MailText, Option, Text
from bot.slack.finding import line_option, lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.rank_fields import Ranks
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.addresses import PostalLine
from store.contacts import (
    BirthdayShown,
    Contact,
    ContactKind,
    Details,
    Grouping,
    add_contact,
    birthday_of,
    edit_contact,
    mail_for,
    phone_at,
    phone_for,
    shown_of,
)
from store.relations import Relation

AS_OFFICE = "office"
BIRTHDAYS_SHOWN = {
    BirthdayShown.FULL: _("With the year"),
    BirthdayShown.DAY_AND_MONTH: _("Day and month only"),
    BirthdayShown.HIDDEN: _("Hidden"),
}


def birthdays_shown(caller: Caller, _form: Any = None) -> list[Option]:
    t, usual = caller.t, caller.office.settings.office.birthdays
    as_office = t(_("As everywhere: {how}"), how=t(BIRTHDAYS_SHOWN[usual]))
    return [Option(AS_OFFICE, as_office), *(Option(one.value, t(name)) for one, name in BIRTHDAYS_SHOWN.items())]


def said_of_inheriting(caller: Caller, form: ContactForm) -> str:
    """What the relation lends while a field is empty; "" when it has nothing to lend."""
    with caller.reading() as session:
        relation = seen_relation(session, caller, form.about["relation"])
        lent = " · ".join(_lent(relation, caller))
        return (
            caller.t(_("From {relation} where left empty: {what}"), relation=relation.name, what=lent) if lent else ""
        )


def _lent(relation: Relation, caller: Caller) -> list[str]:
    here = caller.office.settings.office.country
    phones = [row.shown(here) for row in relation.phones if row.is_valid(caller.today)]
    language = LANGUAGE_NAMES.get(relation.language, "")
    return [
        one
        for one in (*phones[:1], relation.address_on(caller.today, caller.t.language), relation.website, language)
        if one
    ]


class ContactForm(Form, id="contact", title=_("Contact"), submit=_("Save")):
    name = Text(_("Name"))
    mail = MailText(_("E-mail")).optional()
    phone = Text(_("Phone"), max_length=50).optional()
    function = Text(_("Function"), hint=_("What this person does there")).optional()
    kinds = Checks(_("Contact for"), among=lambda caller, _form: lines_of(caller, ContactKind)).reacting()
    ranks = Ranks(
        _("Rank for {kind}"), of=lambda form: form.kinds, hint=_("1 fills forms; left empty, this contact comes last")
    )
    rest = Unfold(_("More…"))
    inherited = Says(said_of_inheriting).when(rest)
    language = Choice(_("Language"), among=languages, hint=_("Of invitations and mailings")).optional().when(rest)
    groupings = Checks(_("Groups"), among=lambda caller, _form: lines_of(caller, Grouping)).when(rest)
    website = Text(_("Website"), max_length=300).optional().when(rest)
    street = Text(_("Street and number"), max_length=300).optional().when(rest)
    postal_code = Text(_("Postal code"), max_length=20).optional().when(rest)
    town = Text(_("Town"), max_length=100).optional().when(rest)
    country = Search(_("Country"), find=find_countries).optional().when(rest)
    birthday = (
        Text(_("Birthday"), max_length=50, hint=_("“12 March 1975”, or “12/3” without the year")).optional().when(rest)
    )
    birthday_shown = Choice(_("The birthday is shown"), among=birthdays_shown).optional().when(rest)


def open_new_contact(
    interaction: Interaction, *, relation_id: int, name: str = "", waiting: Mapping[str, Any] | None = None
) -> None:
    """`waiting` names the form that will choose the new contact (see `serving`)."""
    open_form(interaction, lambda caller: blank_form(caller, relation_id, name, waiting))


def blank_form(
    caller: Caller, relation_id: int, name: str = "", waiting: Mapping[str, Any] | None = None
) -> ContactForm:
    with caller.reading() as session:
        relation_id = seen_relation(session, caller, relation_id).id
    form = ContactForm(relation=relation_id, **({"waiting": dict(waiting)} if waiting else {}))
    form.name = name
    return form


def open_edit(interaction: Interaction, contact_id: int) -> None:
    open_form(interaction, lambda caller: edit_form(caller, contact_id))


def edit_form(caller: Caller, contact_id: int) -> ContactForm:
    """The contact as it stands. Raises NotFound."""
    with caller.reading() as session:
        contact = seen_contact(session, caller, contact_id)
        versions = {"version": contact.version, "person_version": contact.person.version}
        form = ContactForm(record=contact.id, relation=contact.relation_id, **versions)
        form.rest = True
        form.name, form.function = contact.person.name, contact.function
        form.mail, form.phone = mail_for(session, contact) or "", phone_for(session, contact) or ""
        form.kinds = tuple(line_option(role.kind, caller) for role in contact.roles)
        form.ranks = {str(role.kind_id): role.rank for role in contact.roles}
        form.groupings = tuple(line_option(one, caller) for one in contact.groupings)
        code = contact.person.language
        form.language = Option(code, LANGUAGE_NAMES[code]) if code else None
        form.website = contact.website
        form.street, form.postal_code = contact.street, contact.postal_code
        form.town, form.country = contact.town, country_option(caller, contact.country)
        _fill_birthday(session, caller, form, contact)
    # What was shown: the rest of the company may have moved since, and what nobody touched stays where it is.
    form.about["shown"] = {"ranks": form.ranks, "birthday": form.birthday}
    return form


def _fill_birthday(session: Session, caller: Caller, form: ContactForm, contact: Contact) -> None:
    birthday = birthday_of(session, contact.person_id)
    born = shown_of(birthday, caller.office.settings.office.birthdays) if birthday else None
    form.birthday = birthday_words(born, caller.t) if born else ""
    own = birthday.shown if birthday and birthday.shown else AS_OFFICE
    form.birthday_shown = next(one for one in birthdays_shown(caller) if one.value == own)


def save(session: Session, caller: Caller, form: ContactForm) -> Saved:
    facts, now, by = facts_in(form), caller.office.now(), caller.collaborator
    if is_new := "record" not in form.about:
        contact = add_contact(session, by=by, now=now, relation_id=form.about["relation"], **facts)
        text = caller.t(_("{name} is a contact of {relation}."), name=form.name, relation=contact.relation.name)
    else:
        facts |= {"version": form.about.get("version"), "person_version": form.about.get("person_version")}
        contact = edit_contact(session, form.about["record"], by=by, now=now, **facts)
        text = caller.t(_("{name} is changed."), name=contact.person.name)
    if (phone := phone_at(session, contact, on=caller.today)) is not None:
        text = f"{text} {said_of_phones(caller, [phone])}".strip()
    choice = Option(str(contact.id), contact.person.name, contact.function)
    changed = [section(plain(text)), *contact_card(session, caller, contact)]
    return Saved(text, made_card(session, caller, contact, text) if is_new else changed, choice)


def facts_in(form: ContactForm) -> dict[str, Any]:
    """What was filled in; what was not shown, or not touched where others move too, is left out."""
    shown = form.about.get("shown", {}).get("ranks", {})
    ranks = {int(kind): rank for kind, rank in form.ranks.items() if shown.get(kind) != rank}
    facts: dict[str, Any] = {
        "name": form.name,
        "mail": form.mail or "",
        "phone": form.phone or "",
        "function": form.function or "",
        "kind_ids": [kind.id for kind in form.kinds],
        "ranks": ranks,
    }
    return {**facts, **_rest_in(form)} if form.rest else facts


def _rest_in(form: ContactForm) -> dict[str, Any]:
    is_same_birthday = form.birthday == form.about.get("shown", {}).get("birthday", "")
    mode = form.birthday_shown.value if form.birthday_shown else AS_OFFICE
    country = form.country.value if form.country else ""
    details = Details(
        website=form.website or "",
        address=PostalLine(form.street or "", form.postal_code or "", form.town or "", country),
        grouping_ids=[one.id for one in form.groupings or ()],
        birthday=None if is_same_birthday else form.birthday or "",
        birthday_shown="" if mode == AS_OFFICE else mode,
    )
    return {"language": form.language.value if form.language else "", "details": details}


def register(slack: Listening) -> None:
    named = {"kind_ids": "kinds", "grouping_ids": "groupings"}
    serve_form(slack, Serving(ContactForm, save=save, fresh=edit_form, named=named))
    slack.action("contact/new", lambda i: open_new_contact(i, relation_id=int(i.value)))
    slack.action("contact/edit", lambda interaction: open_edit(interaction, int(interaction.value)))
    slack.menu(CONTACT_MENU, "edit", _("Edit"), open_edit, at=10)
