"""The folders of a mailbox: the distinguished ones that every mailbox has, in its owner's language."""

from __future__ import annotations

import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.database import Database
from integrations.playground.exchange.errors import EwsError, FolderNotFound

_TREE = (  # distinguished name, parent, class, display name in en, fr, nl
    ("root", "", "", ("", "", "")),
    (
        "msgfolderroot",
        "root",
        "IPF.Note",
        ("Top of Information Store", "Racine de la banque d'informations", "Bovenste"),
    ),
    ("inbox", "msgfolderroot", "IPF.Note", ("Inbox", "Boîte de réception", "Postvak IN")),
    ("drafts", "msgfolderroot", "IPF.Note", ("Drafts", "Brouillons", "Concepten")),
    ("sentitems", "msgfolderroot", "IPF.Note", ("Sent Items", "Éléments envoyés", "Verzonden items")),
    ("deleteditems", "msgfolderroot", "IPF.Note", ("Deleted Items", "Éléments supprimés", "Verwijderde items")),
    ("outbox", "msgfolderroot", "IPF.Note", ("Outbox", "Boîte d'envoi", "Postvak UIT")),
    ("junkemail", "msgfolderroot", "IPF.Note", ("Junk Email", "Courrier indésirable", "Ongewenste e-mail")),
    ("calendar", "msgfolderroot", "IPF.Appointment", ("Calendar", "Calendrier", "Agenda")),
    ("contacts", "msgfolderroot", "IPF.Contact", ("Contacts", "Contacts", "Contactpersonen")),
)
_LANGUAGES = {"en": 0, "fr": 1, "nl": 2}


@dataclass(frozen=True, slots=True)
class Folder:
    """A row of the folder table with its counts. `id` is what EWS shows; `parent` is "" at the root."""

    row: int
    id: str
    owner: str
    parent: str
    distinguished: str
    name: str
    folder_class: str
    total: int
    unread: int
    children: int


def folder_id(row: int) -> str:
    return "AQMk" + urlsafe_b64encode(b"folder" + row.to_bytes(9, "big")).decode()


def folder_row(written: str) -> int:
    """The row that an id names. Raises ErrorInvalidIdMalformed for what this server never gave out."""
    try:
        raw = urlsafe_b64decode(written.removeprefix("AQMk"))
    except ValueError as problem:
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.") from problem
    if len(raw) != 15 or not raw.startswith(b"folder"):
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
    return int.from_bytes(raw[6:], "big")


class Folders:
    """The folders of all mailboxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, account: Account) -> None:
        """Gives a mailbox its folders, where it has none yet."""
        language = _LANGUAGES.get(account.language, 0)
        with self._database.writing() as connection:
            for distinguished, parent, folder_class, names in _TREE:
                connection.execute(
                    "INSERT OR IGNORE INTO folder (owner, parent, distinguished, name, class) VALUES (?, "
                    "(SELECT id FROM folder WHERE owner = ? AND distinguished = ?), ?, ?, ?)",
                    (account.key, account.key, parent, distinguished, names[language], folder_class),
                )

    def row(self, owner: str, distinguished: str) -> int:
        """The row of a distinguished folder. Raises FolderNotFound."""
        found = self._database.connection.execute(
            "SELECT id FROM folder WHERE owner = ? AND distinguished = ?", (owner, distinguished)
        ).fetchone()
        if found is None:
            raise FolderNotFound
        return int(found[0])

    def get(self, owner: str, row: int) -> Folder:
        """A folder of that mailbox. Raises FolderNotFound, also for a folder of somebody else."""
        found = self._database.connection.execute(f"{_SELECT} WHERE f.owner = ? AND f.id = ?", (owner, row)).fetchone()
        if found is None:
            raise FolderNotFound
        return _folder(found)

    def all(self, owner: str) -> list[Folder]:
        """Every folder of a mailbox, parents first."""
        rows = self._database.connection.execute(f"{_SELECT} WHERE f.owner = ? ORDER BY f.id", (owner,))
        return [_folder(row) for row in rows]


_SELECT = """SELECT f.*,
    (SELECT count(*) FROM item i WHERE i.folder = f.id) AS total,
    (SELECT count(*) FROM item i WHERE i.folder = f.id AND NOT i.is_read) AS unread,
    (SELECT count(*) FROM folder c WHERE c.parent = f.id) AS children FROM folder f"""


def _folder(row: sqlite3.Row) -> Folder:
    return Folder(
        row=row["id"],
        id=folder_id(row["id"]),
        owner=row["owner"],
        parent=folder_id(row["parent"]) if row["parent"] else "",
        distinguished=row["distinguished"],
        name=row["name"],
        folder_class=row["class"],
        total=row["total"],
        unread=row["unread"],
        children=row["children"],
    )
