"""Lists to import in tests, and their way into a book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from store.collaborators import Collaborator, Role, add_collaborator
from store.engine import Book
from store.importing import Duplicates, Import, NumberedCells, What, choose_mapping, prepare_import, run_import
from store.starter import seed_domain_data

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTACTS = ("Company", "Name", "E-mail", "Phone", "Function", "Contact type", "Birthday", "Mailings", "Town")
ELS = ("Brasserie Dupont", "Els Peeters", "els@dupont.example", "+32 69 22 33 44", "Achats", "Purchases", "", "", "")
JAN = ("Brasserie Dupont", "Jan Claes", "jan@dupont.example", "", "", "achats; Ventes", "12/03/1985", "oui", "Tournai")
RELATIONS = ("Nom", "N° TVA", "E-mail", "Téléphone", "Rue", "Code postal", "Localité", "Pays", "Langue", "Site web")
DUPONT = (
    "Brasserie Dupont SA", "BE 0403.170.701", "info@dupont.example", "069 22 33 44", "Rue du Moulin 12", "7500",
    "Tournai", "Belgique", "français", "https://dupont.example",
)  # fmt: skip


def emma(book: Book) -> Collaborator:
    """The administrator of a book with its starting lists."""
    with book.writing() as session:
        seed_domain_data(session, NOW)
        row = add_collaborator(session, name="Emma Clarke", mail="emma@office.example", now=NOW)
        row.role = Role.ADMIN
    return row


def numbered(*rows: Sequence[str]) -> list[NumberedCells]:
    """As they stand under a header."""
    return list(enumerate(rows, start=2))


def prepared(
    session: Session,
    by: Collaborator,
    columns: Sequence[str],
    *,
    what: What | None = None,
    duplicates: Duplicates = Duplicates.SKIP,
) -> Import:
    run = prepare_import(session, by=by, now=NOW, file_name="list.csv", sha256="0" * 64, columns=columns, what=what)
    return choose_mapping(session, run.id, by=by, now=NOW, duplicates=duplicates)


def imported(
    book: Book,
    by: Collaborator,
    columns: Sequence[str],
    *rows: Sequence[str],
    duplicates: Duplicates = Duplicates.SKIP,
    told: Callable[[int], None] = lambda _position: None,
) -> Import:
    with book.writing(actor_id=by.id) as session:
        run = prepared(session, by, columns, duplicates=duplicates)
    return run_import(book, run.id, numbered(*rows), by=by, told=told)
