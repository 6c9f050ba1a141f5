"""Items in folders: writing them, moving them, and the log of changes that incremental reading goes by."""

from __future__ import annotations

import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from integrations.playground.exchange.database import Database
from integrations.playground.exchange.errors import EwsError, ItemNotFound
from integrations.playground.exchange.item_rows import (
    event_columns,
    insert_attachment,
    insert_extended,
    kind_of,
    mail_columns,
    stamp,
)
from integrations.playground.exchange.values import Attachment, Event, Mail


def item_id(entry: int) -> str:
    return "AAMk" + urlsafe_b64encode(b"item" + entry.to_bytes(8, "big")).decode()


def change_key(number: int) -> str:
    return "CQAA" + urlsafe_b64encode(number.to_bytes(9, "big")).decode()


def entry_of(written: str) -> int:
    """The entry that an item's id names. Raises ErrorInvalidIdMalformed for what this server never gave out."""
    try:
        raw = urlsafe_b64decode(written.removeprefix("AAMk"))
    except ValueError as problem:
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.") from problem
    if len(raw) != 12 or not raw.startswith(b"item"):
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
    return int.from_bytes(raw[4:], "big")


class Items:
    """The items of all mailboxes. Every method joins the caller's transaction; `now` stamps what it writes."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(
        self,
        folder: int,
        mail: Mail,
        *,
        is_draft: bool = False,
        is_read: bool = False,
        extended: Mapping[str, tuple[str, ...]] | None = None,
        event: Event | None = None,
    ) -> int:
        """Puts a mail or calendar entry into a folder. Returns its entry number."""
        now = stamp(self._now())
        with self._database.writing() as connection:
            entry = self._log(connection, folder, "create")
            columns = mail_columns(mail) | {
                "entry": entry,
                "change_key": entry,
                "folder": folder,
                "kind": "CalendarItem" if event else kind_of(mail.item_class),
                "is_read": is_read,
                "is_draft": is_draft,
                "received_at": now,
                "created_at": now,
                "modified_at": now,
            }
            if event is not None:
                columns |= event_columns(event)
            names = ", ".join(columns)
            marks = ", ".join("?" * len(columns))
            insert = f"INSERT INTO item ({names}) VALUES ({marks})"  # noqa: S608 - the names are this package's own
            row = connection.execute(insert, tuple(columns.values())).lastrowid
            assert row is not None
            if mail.mime is not None:
                connection.execute("INSERT INTO original VALUES (?, ?)", (row, mail.mime))
            for file in mail.attachments:
                insert_attachment(connection, row, file)
            for key, values in (extended or {}).items():
                insert_extended(connection, row, key, values)
        return entry

    def row(self, owner: str, written_id: str) -> sqlite3.Row:
        """The item's row, with `distinguished` of its folder. Raises ItemNotFound, also for somebody else's item."""
        found = self._database.connection.execute(
            "SELECT i.*, f.owner, f.distinguished FROM item i JOIN folder f ON f.id = i.folder "
            "WHERE i.entry = ? AND f.owner = ?",
            (entry_of(written_id), owner),
        ).fetchone()
        if found is None:
            raise ItemNotFound
        assert isinstance(found, sqlite3.Row)
        return found

    def change(self, row: sqlite3.Row, columns: Mapping[str, object], *, kind: str = "update") -> None:
        """Sets columns of an item and logs it; `kind` is update or read (only the read flag changed)."""
        with self._database.writing() as connection:
            seq = self._log(connection, row["folder"], kind, row["entry"])
            values = {**columns, "change_key": seq, "modified_at": stamp(self._now())}
            _update(connection, row["id"], values)

    def rewrite(self, row: sqlite3.Row, mail: Mail) -> None:
        """Replaces a mail's properties; the MIME that was kept no longer fits and goes."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM original WHERE item = ?", (row["id"],))
            if mail.mime is not None:
                connection.execute("INSERT INTO original VALUES (?, ?)", (row["id"], mail.mime))
            self.change(row, {**mail_columns(mail), "kind": row["kind"] if row["event"] else kind_of(mail.item_class)})

    def set_event(self, row: sqlite3.Row, event: Event) -> None:
        """Replaces a calendar entry's facts."""
        self.change(row, {"subject": event.summary, "text": event.description, **event_columns(event)})

    def move(self, row: sqlite3.Row, folder: int, columns: Mapping[str, object] | None = None) -> int:
        """Moves an item, which so gets another id, as on Exchange. Returns the new entry number."""
        with self._database.writing() as connection:
            self._log(connection, row["folder"], "delete", row["entry"])
            entry = self._log(connection, folder, "create")
            values = {**(columns or {}), "folder": folder, "entry": entry, "change_key": entry}
            values["modified_at"] = stamp(self._now())
            _update(connection, row["id"], values)
        return entry

    def remove(self, row: sqlite3.Row) -> None:
        """Removes an item for good."""
        with self._database.writing() as connection:
            self._log(connection, row["folder"], "delete", row["entry"])
            connection.execute("DELETE FROM item WHERE id = ?", (row["id"],))

    def attach(self, row: sqlite3.Row, files: Iterable[Attachment]) -> list[int]:
        """Adds attachments to an item, as one change of it. Returns their rows."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM original WHERE item = ?", (row["id"],))
            rows = [insert_attachment(connection, row["id"], file) for file in files]
            self._count_attachments(row)
        return rows

    def detach(self, row: sqlite3.Row, attachment: int) -> None:
        """Removes an attachment from its item."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM original WHERE item = ?", (row["id"],))
            connection.execute("DELETE FROM attachment WHERE id = ? AND item = ?", (attachment, row["id"]))
            self._count_attachments(row)

    def extend(self, row: sqlite3.Row, key: str, values: tuple[str, ...]) -> None:
        """Sets an extended property, or removes it when there is no value; the caller logs the change."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM extended WHERE item = ? AND key = ?", (row["id"], key))
            insert_extended(connection, row["id"], key, values)

    def _count_attachments(self, row: sqlite3.Row) -> None:
        files = self._database.connection.execute(
            "SELECT count(*) FILTER (WHERE NOT is_inline), coalesce(sum(size), 0) FROM attachment WHERE item = ?",
            (row["id"],),
        ).fetchone()
        self.change(row, {"has_attachments": files[0] > 0, "size": files[1] + 1024})

    def _log(self, connection: sqlite3.Connection, folder: int, kind: str, entry: int = 0) -> int:
        self._database.touch(folder)
        cursor = connection.execute("INSERT INTO change (folder, entry, kind) VALUES (?, ?, ?)", (folder, entry, kind))
        seq = cursor.lastrowid
        assert seq is not None
        if not entry:  # an item's entry number is that of the change that put it there
            connection.execute("UPDATE change SET entry = ? WHERE seq = ?", (seq, seq))
        return seq


def _update(connection: sqlite3.Connection, item: int, columns: Mapping[str, object]) -> None:
    sets = ", ".join(f"{name} = ?" for name in columns)
    update = f"UPDATE item SET {sets} WHERE id = ?"  # noqa: S608 - the names are this package's own
    connection.execute(update, (*columns.values(), item))
