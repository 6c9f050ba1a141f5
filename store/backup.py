"""A copy of the book and its documents, taken while Rapport runs."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.database_url import libpq_uri, sqlite_file

Progress = Callable[[int, int], None]
"""Gets how many bytes are done, of how many."""

_PAGES_AT_ONCE = 2000


class BackupFailed(Exception):
    """Nothing was kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Backup:
    """`documents` were copied, and `bytes_copied` is everything together."""

    folder: Path
    documents: int
    bytes_copied: int


def back_up(url: str, documents: Path, into: Path, *, now: datetime, progress: Progress) -> Backup:
    """Makes `into/rapport-<time>` with the book (`book.db` or `book.dump`) and the folder `documents`.

    The book is of one moment. Documents are never changed, and are copied after it: each that it names is there.
    Raises BackupFailed; a folder of that name is a whole backup, never part of one.
    """
    folder = into / f"rapport-{now:%Y-%m-%dT%H%M%SZ}"
    part = folder.with_suffix(".part")
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        _copy_book(url, part, progress)
        count = _copy_documents(documents, part / "documents", progress)
        part.rename(folder)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise BackupFailed(f"{type(error).__name__}: {error}") from error
    except BackupFailed:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Backup(folder, count, sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()))


def _copy_book(url: str, part: Path, progress: Progress) -> None:
    file = sqlite_file(url)
    if file is None:
        _dump(url, part / "book.dump")
    else:
        copy_sqlite(file, part / "book.db", progress)


def copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    """Copies a SQLite database that others write to, as it is at the start, and checks the copy.

    Raises BackupFailed, sqlite3.Error.
    """

    def copied(_status: int, remaining: int, total: int) -> None:
        progress((total - remaining) * page_size, total * page_size)

    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as book,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        page_size = int(book.execute("PRAGMA page_size").fetchone()[0])
        # A reader keeps seeing the state it began with. Without it, each write of others would start the copy anew.
        book.execute("BEGIN")
        book.execute("SELECT count(*) FROM sqlite_master").fetchone()
        book.backup(copy, pages=_PAGES_AT_ONCE, progress=copied, sleep=0)
        book.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise BackupFailed(f"the copy is damaged: {found}")


def _dump(url: str, file: Path) -> None:
    uri, password = libpq_uri(url)
    options = ["--format=custom", f"--dbname={uri}"]  # the password is not among them: others could read it there
    program = shutil.which("pg_dump")
    if program is None:
        told = shlex.join(["pg_dump", *options, "--file=book.dump"])
        raise BackupFailed(f"pg_dump is not installed here. Run it where it is, and copy the documents: {told}")
    environment = {**os.environ, "PGPASSWORD": password} if password else None
    done = subprocess.run(  # noqa: S603
        [program, *options, f"--file={file}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"pg_dump says: {done.stderr.strip()}")


def _copy_documents(source: Path, target: Path, progress: Progress) -> int:
    """Contents are stored under their hash and written whole, so a copy needs no lock."""
    target.mkdir(mode=0o700)
    files = [(file, file.stat().st_size) for file in sorted(source.glob("*/*")) if file.is_file()]
    done, total = 0, sum(size for _file, size in files)
    for file, size in files:
        copy = target / file.relative_to(source)
        copy.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(file, copy)
        done += size
        progress(done, total)
    return len(files)
