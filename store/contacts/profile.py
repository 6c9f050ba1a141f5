"""What a contact has of their own and what they have from the relation: followed, never copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from store.contacts.model import Contact
from store.contacts.queries import phone_at


@dataclass(frozen=True, slots=True)
class Shown:
    """`is_inherited`: it is the relation's, and changes with it."""

    text: str = ""
    is_inherited: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """`language` is a code, "" for the office's; `address` is in one line."""

    phone: Shown
    address: Shown
    website: Shown
    language: Shown


def profile_of(session: Session, contact: Contact, *, on: date, language: str) -> Profile:
    """What shows of this contact on that day in that language; a phone as it is dialled in the office's country."""
    relation, here = contact.relation, session.info.get("country", "")
    own_phone = phone_at(session, contact, on=on)
    phones = [row.shown(here) for row in relation.phones if row.is_valid(on)]
    addresses = [row.one_line(language) for row in relation.postal_addresses if row.is_valid(on)]
    return Profile(
        phone=_shown(own_phone.shown(here) if own_phone else None, *phones),
        address=_shown(contact.own_address(language), *addresses),
        website=_shown(contact.website, relation.website),
        language=_shown(contact.person.language, relation.language),
    )


def _shown(own: str | None, *inherited: str) -> Shown:
    if own:
        return Shown(own)
    text = next((one for one in inherited if one), "")
    return Shown(text, is_inherited=bool(text))
