"""The folder of contents, and what is removed from it.

A file is written before the transaction that names it commits, and removed only after the last link is gone for good.
So a crash leaves at most a file that no row names; `unnamed` finds those.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from store.base import BookBusy, NotFound
from store.documents.model import Document, DocumentLink, hold_content

UNDO_FOR = timedelta(days=1)
"""How long a document without links is kept, so that what was taken away can be put back."""
_PART_LIVES = timedelta(hours=1)
_PIECE = 1 << 20
MOST_AT_ONCE = 100
"""Files removed in one transaction, so that nobody who writes to the book waits for long."""


class DocumentShelf:
    """The folder of contents: `ab/cdef…` by SHA-256, readable by Rapport's own user alone.

    Every method that takes a session belongs in a writing transaction, `unnamed` in any.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, document: Document) -> Path:
        """Where the content stands. Raises NotFound when the file is missing."""
        path = self._path(document.sha256)
        if not path.is_file():
            raise NotFound
        return path

    def keep(self, session: Session, content: bytes | Path, *, media_type: str, now: datetime) -> Document:
        """The row of this content, stored if it was not. Link it in the same transaction.

        Raises BookBusy when the disk is full.
        """
        with _full_disk_said():
            sha256, size = _measured(content)
            hold_content(session, sha256)
            if not self._path(sha256).is_file():
                self._write(sha256, content)
        row = session.scalars(select(Document).where(Document.sha256 == sha256)).one_or_none()
        if row is None:
            row = Document(sha256=sha256, size=size, media_type=media_type, stored_at=now, unused_since=now)
            session.add(row)
            session.flush()
        return row

    def forget_unused(self, session: Session, *, now: datetime) -> int:
        """Removes, row and file, what nothing has linked to for a day; at most 100. Returns how many went.

        Crash-safe: a row without a file and without links is found again, and `keep` writes a missing file anew.
        """
        idle = (Document.unused_since <= now - UNDO_FOR, ~exists().where(DocumentLink.document_id == Document.id))
        found = session.execute(
            select(Document.id, Document.sha256).where(*idle).order_by(Document.sha256).limit(MOST_AT_ONCE)
        )
        gone = 0
        for document_id, sha256 in found.all():
            hold_content(session, sha256)
            if session.scalar(delete(Document).where(Document.id == document_id, *idle).returning(Document.id)):
                self._path(sha256).unlink(missing_ok=True)
                gone += 1
        return gone

    def old_files(self, *, now: datetime) -> Iterator[list[Path]]:
        """The files that may be strays, in portions; half-written ones and those of running transactions are young.

        Walks the whole folder, so it belongs in no transaction.
        """
        portion: list[Path] = []
        for path in self.folder.glob("*/*"):
            # Somebody else may have removed it since it was listed.
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) <= now - _PART_LIVES:
                    portion.append(path)
            if len(portion) == MOST_AT_ONCE:
                yield portion
                portion = []
        yield portion

    def unnamed(self, session: Session, paths: Sequence[Path]) -> list[Path]:
        """Which of the files no row names now, in the order in which they are to be held."""
        by_name = {path.parent.name + path.name: path for path in paths}
        named = set(session.scalars(select(Document.sha256).where(Document.sha256.in_(by_name))))
        return [path for name, path in sorted(by_name.items()) if name not in named]

    def forget_strays(self, session: Session, paths: Sequence[Path]) -> int:
        """Removes those of these old files (at most MOST_AT_ONCE, from `unnamed`) that still no row names.

        They are what a crash or a rolled-back transaction left. Returns how many went.
        """
        for path in paths:
            if re.fullmatch("[0-9a-f]{64}", sha256 := path.parent.name + path.name):
                hold_content(session, sha256)
        gone = self.unnamed(session, paths)
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]

    def _write(self, sha256: str, content: bytes | Path) -> None:
        path = self._path(sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp gives mode 0600 and a name that no content has.
        handle, part = tempfile.mkstemp(dir=path.parent, prefix="part-")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in _pieces(content):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


@contextmanager
def _full_disk_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BookBusy("the disk of the documents is full") from error
        raise


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _measured(content: bytes | Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(content):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    # Without this, a power cut may forget the new name although the content was written.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
