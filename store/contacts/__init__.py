"""Contacts: the dated place of a person at a relation."""

from store.contacts.birthdays import Birthday, BirthdayShown
from store.contacts.changes import (
    add_contact,
    delete_contact,
    edit_contact,
    end_contact,
    reopen_contact,
    restore_contact,
)
from store.contacts.model import Contact, ContactKind, ContactRole, Grouping
from store.contacts.queries import (
    contact_seen_by,
    contacts_of,
    default_contact,
    language_for,
    mail_for,
    phone_for,
    places_of,
)
from store.contacts.ranks import rank_contact

__all__ = [
    "Birthday",
    "BirthdayShown",
    "Contact",
    "ContactKind",
    "ContactRole",
    "Grouping",
    "add_contact",
    "contact_seen_by",
    "contacts_of",
    "default_contact",
    "delete_contact",
    "edit_contact",
    "end_contact",
    "language_for",
    "mail_for",
    "phone_for",
    "places_of",
    "rank_contact",
    "reopen_contact",
    "restore_contact",
]
