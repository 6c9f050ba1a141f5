"""What the workspace remembers across restarts: messages, Home views, files, what was read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from integrations.playground.slack.people import Json

SCHEMA = """
create table if not exists message (channel text, ts text, body text not null, primary key (channel, ts));
create table if not exists home (user text primary key, view text not null);
create table if not exists file (id text primary key, about text not null, content blob);
create table if not exists given_file (id text primary key);
create table if not exists seen (user text, channel text, ts text not null, primary key (user, channel));
"""


class Archive:
    """One SQLite file; every write is committed when the call returns."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def last_ts(self) -> str:
        return str(self._db.execute("select coalesce(max(ts), '') from message").fetchone()[0])

    def keep_message(self, channel: str, message: Json) -> None:
        self._db.execute("replace into message values (?, ?, ?)", (channel, message["ts"], json.dumps(message)))

    def message(self, channel: str, ts: str) -> Json | None:
        row = self._db.execute("select body from message where channel = ? and ts = ?", (channel, ts)).fetchone()
        return self._json(row)

    def messages(self, channel: str) -> list[Json]:
        """Oldest first."""
        rows = self._db.execute("select body from message where channel = ? order by ts", (channel,))
        return [json.loads(body) for (body,) in rows]

    def forget_message(self, channel: str, ts: str) -> None:
        self._db.execute("delete from message where channel = ? and ts = ?", (channel, ts))

    def keep_home(self, user: str, view: Json) -> None:
        self._db.execute("replace into home values (?, ?)", (user, json.dumps(view)))

    def home(self, user: str) -> Json | None:
        return self._json(self._db.execute("select view from home where user = ?", (user,)).fetchone())

    def keep_file(self, about: Json, content: bytes) -> None:
        self._db.execute("replace into file values (?, ?, ?)", (about["id"], json.dumps(about), content))

    def file(self, file_id: str) -> Json | None:
        return self._json(self._db.execute("select about from file where id = ?", (file_id,)).fetchone())

    def file_content(self, file_id: str) -> bytes:
        row = self._db.execute("select content from file where id = ?", (file_id,)).fetchone()
        return bytes(row[0]) if row else b""

    def give_file(self, file_id: str) -> None:
        """Notes that the app got it in a form."""
        self._db.execute("replace into given_file values (?)", (file_id,))

    def was_given(self, file_id: str) -> bool:
        return self._db.execute("select 1 from given_file where id = ?", (file_id,)).fetchone() is not None

    def mark_seen(self, user: str, channel: str, ts: str) -> None:
        self._db.execute("replace into seen values (?, ?, ?)", (user, channel, ts))

    def unread(self, user: str, channel: str) -> int:
        """How many messages of others came after what this person last saw."""
        rows = self._db.execute(
            "select count(*) from message where channel = :channel and ts >"
            " coalesce((select ts from seen where user = :user and channel = :channel), '')"
            " and coalesce(json_extract(body, '$.user'), '') <> :user",
            {"user": user, "channel": channel},
        )
        return int(rows.fetchone()[0])

    @staticmethod
    def _json(row: tuple[str] | None) -> Json | None:
        return dict(json.loads(row[0])) if row else None
