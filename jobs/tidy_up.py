"""Throws away what nobody will ask for any more, and keeps the database in shape."""

from __future__ import annotations

from datetime import datetime

from bot.office import Office
from store.privacy import Retention, forget_expired
from store.submissions import forget_old


def forget_old_forms(office: Office, due_at: datetime) -> None:
    with office.book.writing() as session:
        forget_old(session, now=due_at)


def take_stock(office: Office, _due_at: datetime) -> None:
    office.book.take_stock()


def forget_unused_documents(office: Office, due_at: datetime) -> None:
    """In portions, so that nobody who writes to the book waits for long."""
    gone = -1
    while gone:
        with office.book.writing() as session:
            gone = office.shelf.forget_unused(session, now=due_at)


def forget_stray_files(office: Office, due_at: datetime) -> None:
    """Nobody who writes to the book waits for the walk through the folder, only for what is removed."""
    for portion in office.shelf.old_files(now=due_at):
        with office.book.reading() as session:
            unnamed = office.shelf.unnamed(session, portion)
        if unnamed:
            with office.book.writing() as session:
                office.shelf.forget_strays(session, unnamed)


def forget_expired_people(office: Office, due_at: datetime) -> None:
    """What the settings give a term; in portions."""
    terms = office.settings.privacy
    retention = Retention(**terms.model_dump())
    gone = -1
    while gone:
        with office.book.writing() as session:
            gone = forget_expired(session, retention, now=due_at)
