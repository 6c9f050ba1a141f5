"""The file that holds the server's mailboxes: SQLite, one connection a thread, one transaction an operation."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS server (instance TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, parent INTEGER, distinguished TEXT NOT NULL,
    name TEXT NOT NULL, class TEXT NOT NULL, UNIQUE (owner, distinguished));
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL UNIQUE, change_key INTEGER NOT NULL,
    folder INTEGER NOT NULL REFERENCES folder, kind TEXT NOT NULL, item_class TEXT NOT NULL, subject TEXT NOT NULL,
    sender_name TEXT NOT NULL, sender_address TEXT NOT NULL, message_id TEXT NOT NULL, in_reply_to TEXT NOT NULL,
    refs TEXT NOT NULL, sensitivity TEXT NOT NULL, importance TEXT NOT NULL, is_read INTEGER NOT NULL,
    is_draft INTEGER NOT NULL, has_attachments INTEGER NOT NULL, size INTEGER NOT NULL, sent_at TEXT,
    received_at TEXT NOT NULL, created_at TEXT NOT NULL, modified_at TEXT NOT NULL, people TEXT NOT NULL,
    text TEXT NOT NULL, html TEXT NOT NULL, calendar TEXT NOT NULL, headers TEXT NOT NULL,
    uid TEXT, recurrence_id TEXT, starts_at TEXT, ends_at TEXT, event TEXT);
CREATE INDEX IF NOT EXISTS item_of_folder ON item (folder, entry);
CREATE INDEX IF NOT EXISTS item_by_arrival ON item (folder, received_at, entry);
CREATE INDEX IF NOT EXISTS item_unread ON item (folder) WHERE NOT is_read;
CREATE INDEX IF NOT EXISTS item_of_message ON item (message_id, folder);
CREATE INDEX IF NOT EXISTS item_of_uid ON item (uid, folder) WHERE uid IS NOT NULL;
CREATE TABLE IF NOT EXISTS original (item INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE, mime BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, name TEXT NOT NULL,
    media_type TEXT NOT NULL, content_id TEXT NOT NULL, is_inline INTEGER NOT NULL, size INTEGER NOT NULL,
    content BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS attachment_of_item ON attachment (item);
CREATE TABLE IF NOT EXISTS extended (
    item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, key TEXT NOT NULL, position INTEGER NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (item, key, position)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS extended_by_value ON extended (key, value);
CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, folder INTEGER NOT NULL, entry INTEGER NOT NULL, kind TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS change_of_folder ON change (folder, seq);
CREATE INDEX IF NOT EXISTS change_of_entry ON change (entry, seq);
CREATE TABLE IF NOT EXISTS departure (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, recipient TEXT NOT NULL, message_id TEXT NOT NULL,
    subject TEXT NOT NULL, outcome TEXT NOT NULL, left_at TEXT NOT NULL, mime BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS departure_of_sender ON departure (sender, left_at);
"""


class Database:
    """Every operation of the server is one transaction here, so a process that is killed leaves none half done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._writing = threading.Lock()
        self._opened: list[sqlite3.Connection] = []
        self.committed: Callable[[frozenset[int]], None] = lambda _folders: None
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection.executescript(_SCHEMA)
        if self.connection.execute("SELECT 1 FROM server").fetchone() is None:
            self.new_instance()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection; rows come as `sqlite3.Row`."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            found.row_factory = sqlite3.Row
            found.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
            )
            self._local.connection = found
            self._opened.append(found)
        return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that may write. Inside another one it is a savepoint, undone alone when it fails.

        After the outermost commit, `committed` is called with the folders that `touch` named.
        """
        connection = self.connection
        if connection.in_transaction:
            with _savepoint(connection):
                yield connection
            return
        self._local.touched = set()
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        if self._local.touched:
            self.committed(frozenset(self._local.touched))

    def touch(self, folder: int) -> None:
        """Notes that the open transaction changes a folder."""
        self._local.touched.add(folder)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state of the file throughout."""
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    @property
    def instance(self) -> str:
        """Which life of the server sync states belong to."""
        return str(self.connection.execute("SELECT instance FROM server").fetchone()[0])

    def new_instance(self) -> None:
        """Makes every sync state given out so far invalid."""
        with self.writing() as connection:
            connection.execute("DELETE FROM server")
            connection.execute("INSERT INTO server VALUES (?)", (uuid.uuid4().hex[:12],))

    def close(self) -> None:
        """Closes every thread's connection; the server must have stopped answering."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")
