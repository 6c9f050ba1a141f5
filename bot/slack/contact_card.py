"""A contact as a card: who, reached how, there for what, and where else; with what can be done. In a list as a line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, plain, rich, section, words
from bot.slack.contact_words import LANGUAGE_NAMES, birthday_words
from bot.slack.menus import CONTACT_MENU
from bot.texts import _
from store.contacts import Contact, Shown, birthday_of, mail_for, phone_at, places_of, profile_of, shown_of
from store.subscriptions import mailings_of

DELETE = "contact/delete"


def contact_card(session: Session, caller: Caller, contact: Contact) -> list[Json]:
    function = f" · {contact.function}" if contact.function else ""
    head = [*words(contact.person.name, bold=True), *words(f" — {contact.relation.name}{function}")]
    receives = mailings_of(session, contact).receives
    lines = [head, *_reach(session, caller, contact), words(_roles(session, caller, contact))]
    lines.append(words(_places(session, caller, contact, receives=receives)))
    menu = CONTACT_MENU.element(caller, contact.id, without=_senseless(contact, receives=receives) | {"show", "edit"})
    return [rich(*lines), actions(*_buttons(caller, contact), menu)]


def made_card(session: Session, caller: Caller, contact: Contact, said: str) -> list[Json]:
    """One that was just made: what was done, with the way back."""
    back = actions(button(caller.t(_("Undo")), DELETE, str(contact.id)))
    return [section(plain(said)), back, *contact_card(session, caller, contact)]


def contact_line(session: Session, caller: Caller, contact: Contact, *, rank: int | None = None) -> Json:
    """In a list of one relation: who, there for what, reached how. `rank` stands before where it is of one kind."""
    on, here = caller.today, caller.office.settings.office.country
    phone = phone_at(session, contact, on=on)
    receives = mailings_of(session, contact).receives
    name = f"{rank}. {contact.person.name}" if rank else contact.person.name
    parts = [name, contact.function, _kinds(caller, contact), mail_for(session, contact) or ""]
    parts += [phone.shown(here) if phone else "", *_states(caller, contact, receives=receives)]
    menu = CONTACT_MENU.element(caller, contact.id, without=_senseless(contact, receives=receives))
    return section(plain(" · ".join(part for part in parts if part)), accessory=menu)


def _senseless(contact: Contact, *, receives: bool) -> set[str]:
    """The lines of the menu that make no sense for this contact as it is."""
    return ({"end"} if contact.until_on is not None else {"back"}) | (set() if receives else {"no_mailings"})


def _buttons(caller: Caller, contact: Contact) -> list[Json]:
    """What a visit begins with; nothing new is agreed with who is there no more."""
    t, value = caller.t, str(contact.id)
    is_gone = contact.until_on is not None and contact.until_on < caller.today
    act = [] if is_gone else [button(t(_("New action")), "contact/act", value, style="primary")]
    note = button(t(_("New note")), "note/new", f"{contact.relation_id}.{contact.id}")
    return [*act, note, button(t(_("Edit")), "contact/edit", value)]


def _reach(session: Session, caller: Caller, contact: Contact) -> list[Words]:
    """What is the contact's own, then what they have from the relation."""
    profile = profile_of(session, contact, on=caller.today, language=caller.t.language)
    language = Shown(LANGUAGE_NAMES.get(profile.language.text, ""), profile.language.is_inherited)
    shown = (profile.phone, profile.address, profile.website, language)
    own = [mail_for(session, contact) or "", *(one.text for one in shown if not one.is_inherited)]
    lent = " · ".join(one.text for one in shown if one.is_inherited)
    said = caller.t(_("from {relation}: {what}"), relation=contact.relation.name, what=lent) if lent else ""
    return [words(" · ".join(one for one in own if one)), words(said)]


def _roles(session: Session, caller: Caller, contact: Contact) -> str:
    """ "Purchases (1), Accounts payable (2) · Wine tasting · born 12 March 1975"."""
    t = caller.t
    groupings = t.list([one.label(t.language) for one in contact.groupings])
    birthday = birthday_of(session, contact.person_id)
    born = shown_of(birthday, caller.office.settings.office.birthdays) if birthday else None
    said = t(_("birthday {day}"), day=birthday_words(born, t)) if born else ""
    return " · ".join(part for part in (_kinds(caller, contact), groupings, said) if part)


def _kinds(caller: Caller, contact: Contact) -> str:
    t = caller.t
    return t.list([f"{role.kind.label(t.language)} ({role.rank})" for role in contact.roles])


def _places(session: Session, caller: Caller, contact: Contact, *, receives: bool) -> str:
    t, asked_by = caller.t, caller.collaborator
    others = places_of(session, contact.person_id, asked_by=asked_by, on=caller.today)
    names = [one.relation.name for one in others if one.id != contact.id]
    also = [t(_("also at {relations}"), relations=t.list(names))] if names else []
    return " · ".join([*also, *_states(caller, contact, receives=receives)])


def _states(caller: Caller, contact: Contact, *, receives: bool) -> list[str]:
    """What to know before writing to them."""
    t, parts = caller.t, []
    if contact.until_on is not None:
        day = t.day(contact.until_on, today=caller.today)
        is_over = contact.until_on < caller.today
        parts.append(t(_("Left {day}"), day=day) if is_over else t(_("Leaves {day}"), day=day))
    if not receives:
        parts.append(t(_("Wants no mailings")))
    return parts
