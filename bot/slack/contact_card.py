"""A contact as a card: who, reached how, there for what, and where else; with what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, rich, words
from bot.slack.contact_words import LANGUAGE_NAMES, birthday_words
from bot.slack.menus import CONTACT_MENU
from bot.texts import _
from store.contacts import Contact, Shown, birthday_of, mail_for, places_of, profile_of, shown_of
from store.subscriptions import mailings_of


def contact_card(
    session: Session, caller: Caller, contact: Contact, *, rank: int | None = None, buttons: Sequence[Json] = ()
) -> list[Json]:
    """`rank` stands before the name where a list is of one kind; `buttons` stand before the ⋮."""
    number = f"{rank}. " if rank else ""
    function = f" · {contact.function}" if contact.function else ""
    head = [*words(f"{number}{contact.person.name}", bold=True), *words(f" — {contact.relation.name}{function}")]
    receives = mailings_of(session, contact).receives
    lines = [head, *_reach(session, caller, contact), words(_roles(session, caller, contact))]
    lines.append(words(_places(session, caller, contact, receives=receives)))
    without = ({"end"} if contact.until_on is not None else {"back"}) | (set() if receives else {"no_mailings"})
    return [rich(*lines), actions(*buttons, CONTACT_MENU.element(caller, contact.id, without=without))]


def _reach(session: Session, caller: Caller, contact: Contact) -> list[Words]:
    """What is the contact's own, then what they have from the relation."""
    profile = profile_of(session, contact, on=caller.today)
    language = Shown(LANGUAGE_NAMES.get(profile.language.text, ""), profile.language.is_inherited)
    shown = (profile.phone, profile.address, profile.website, language)
    own = [mail_for(session, contact) or "", *(one.text for one in shown if not one.is_inherited)]
    lent = " · ".join(one.text for one in shown if one.is_inherited)
    said = caller.t(_("from {relation}: {what}"), relation=contact.relation.name, what=lent) if lent else ""
    return [words(" · ".join(one for one in own if one)), words(said)]


def _roles(session: Session, caller: Caller, contact: Contact) -> str:
    """ "Purchases (1), Accounts payable (2) · Wine tasting · born 12 March 1975"."""
    t = caller.t
    kinds = t.list([f"{role.kind.label(t.language)} ({role.rank})" for role in contact.roles])
    groupings = t.list([one.label(t.language) for one in contact.groupings])
    birthday = birthday_of(session, contact.person_id)
    born = shown_of(birthday, caller.office.settings.office.birthdays) if birthday else None
    said = t(_("birthday {day}"), day=birthday_words(born, t)) if born else ""
    return " · ".join(part for part in (kinds, groupings, said) if part)


def _places(session: Session, caller: Caller, contact: Contact, *, receives: bool) -> str:
    t, asked_by = caller.t, caller.collaborator
    others = places_of(session, contact.person_id, asked_by=asked_by, on=caller.today)
    names = [one.relation.name for one in others if one.id != contact.id]
    parts = [t(_("also at {relations}"), relations=t.list(names))] if names else []
    if contact.until_on is not None:
        day = t.day(contact.until_on, today=caller.today)
        is_over = contact.until_on < caller.today
        parts.append(t(_("Left {day}"), day=day) if is_over else t(_("Leaves {day}"), day=day))
    if not receives:
        parts.append(t(_("Wants no mailings")))
    return " · ".join(parts)
