"""Contacts: the dated place of a person at a relation."""

from store.contacts.birthdays import (
    Birthday,
    BirthdayShown,
    Born,
    birthday_of,
    birthday_typed,
    shown_of,
)
from store.contacts.changes import (
    add_contact,
    delete_contact,
    edit_contact,
    end_contact,
    reopen_contact,
    restore_contact,
)
from store.contacts.details import Details
from store.contacts.filling import FilledIn, PassedOver, Reason, who_fills
from store.contacts.model import Contact, ContactKind, ContactRole, Grouping
from store.contacts.profile import Profile, Shown, profile_of
from store.contacts.queries import (
    contact_names,
    contact_seen_by,
    contacts_of,
    language_for,
    mail_for,
    phone_at,
    phone_for,
    places_of,
)
from store.contacts.ranks import rank_contact

__all__ = [
    "Birthday",
    "BirthdayShown",
    "Born",
    "Contact",
    "ContactKind",
    "ContactRole",
    "Details",
    "FilledIn",
    "Grouping",
    "PassedOver",
    "Profile",
    "Reason",
    "Shown",
    "add_contact",
    "birthday_of",
    "birthday_typed",
    "contact_names",
    "contact_seen_by",
    "contacts_of",
    "delete_contact",
    "edit_contact",
    "end_contact",
    "language_for",
    "mail_for",
    "phone_at",
    "phone_for",
    "places_of",
    "profile_of",
    "rank_contact",
    "reopen_contact",
    "restore_contact",
    "shown_of",
    "who_fills",
]
