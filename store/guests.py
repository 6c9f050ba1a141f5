"""Who of an action's participants can be invited, and at which address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from store.action_facts import ActionFacts, Participation
from store.addresses import folded_mail
from store.collaborators import Collaborator
from store.contacts import Contact, language_for, mail_for


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who can be invited: where they are reached, and what the calendar shows of them."""

    mail: str
    name: str
    language: str
    role: str = "required"
    collaborator_id: int | None = None
    contact_id: int | None = None


def guests_of(session: Session, facts: ActionFacts) -> list[Guest]:
    """The participants who can be reached, each address once, by name; not the representative, who invites them."""
    others = [p for p in facts.participants if p.collaborator_id != facts.representative_id]
    reached = [guest for participation in others if (guest := _guest(session, participation)) is not None]
    # A form and the book list people in different orders: what is said and what is sent must not differ for it.
    found = sorted(reached, key=lambda guest: (guest.name.casefold(), guest.mail, guest.contact_id or 0))
    own = session.get_one(Collaborator, facts.representative_id).mail
    by_mail = {guest.mail: guest for guest in reversed(found) if guest.mail != folded_mail(own)}
    return [guest for guest in found if by_mail.get(guest.mail) is guest]


def _guest(session: Session, participation: Participation) -> Guest | None:
    if participation.collaborator_id is not None:
        colleague = session.get_one(Collaborator, participation.collaborator_id)
        if not colleague.is_active:
            return None
        role = participation.role.value
        return Guest(
            folded_mail(colleague.mail), colleague.name, colleague.language, role, collaborator_id=colleague.id
        )
    contact = session.get_one(Contact, participation.contact_id)
    mail = mail_for(session, contact)
    if mail is None:
        return None
    role = participation.role.value
    return Guest(folded_mail(mail), contact.person.name, language_for(contact) or "", role, contact_id=contact.id)


def whereabouts(session: Session, collaborator_id: int | None, contact_id: int | None) -> dict[str, str | None]:
    """What tells in which zone a guest reads an hour: `guest_zone` of a colleague (IANA), `guest_country` of a contact
    (ISO 3166, "" for an address that names none); None for what is not known.
    """
    colleague = session.get(Collaborator, collaborator_id) if collaborator_id else None
    contact = session.get(Contact, contact_id) if contact_id else None
    has_address = contact is not None and bool(contact.relation.postal_addresses)
    return {
        "guest_zone": colleague.zone if colleague else None,
        "guest_country": contact.relation.country if contact is not None and has_address else None,
    }
