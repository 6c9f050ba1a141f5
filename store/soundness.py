"""Whether the database itself is sound: readable, whole, and without rows that point nowhere."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store.base import BookBusy
from store.engine import Book
from store.leases import free_lease, take_lease


def damages(session: Session) -> list[str]:
    """What the engine finds wrong, a sentence each; nothing when all is well. Reads a whole SQLite file.

    PostgreSQL keeps its references itself and has no such check to ask for.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return []
    torn = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    dangling = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    return torn + [f"rows of {table} point to rows that are gone" for table in sorted(dangling)]


def why_not_writable(book: Book) -> str:
    """Tries a write that leaves nothing behind. Returns what the engine says against it, or an empty text."""
    now = book.now()
    try:
        with book.writing() as session:
            take_lease(session, "doctor", holder="doctor", now=now, length=timedelta(seconds=1))
            free_lease(session, "doctor", holder="doctor")
    except BookBusy as error:
        return str(error)
    except DBAPIError as error:
        return str(error.orig).splitlines()[0]
    return ""
