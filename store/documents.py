"""Documents: files of the office, stored once by content hash outside the database, linked from many places.

A file is written before the transaction that names it commits, and removed only after the last link is gone for good.
So a crash leaves at most a file that no row names; `unnamed` finds those.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, ForeignKey, delete, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store import access
from store.actions import Action
from store.audit import Audited
from store.base import BookBusy, NotFound, Row
from store.collaborators import Collaborator
from store.contacts import Contact
from store.contacts.model import standing_id as standing_place_id
from store.scopes import in_scope
from store.standing import lock_standing

UNDO_FOR = timedelta(days=1)
"""How long a document without links is kept, so that what was taken away can be put back."""
_PART_LIVES = timedelta(hours=1)
_PIECE = 1 << 20
MOST_AT_ONCE = 100
"""Files removed in one transaction, so that nobody who writes to the book waits for long."""


class Document(Row):
    """`unused_since` is when its last link went."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    media_type: Mapped[str]
    stored_at: Mapped[datetime]
    unused_since: Mapped[datetime | None] = mapped_column(index=True)


class DocumentLink(Audited, Row):
    """The document under a name, on an action, a relation or a contact (exactly one of them)."""

    __tablename__ = "document_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    name: Mapped[str]
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    relation_id: Mapped[int | None] = mapped_column(ForeignKey("relation.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    document: Mapped[Document] = relationship(lazy="joined")


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
            _hold(session, sha256)
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
            _hold(session, sha256)
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
                _hold(session, sha256)
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


def link_document(
    session: Session,
    document: Document,
    *,
    name: str,
    now: datetime,
    by: Collaborator | None,
    action_id: int | None = None,
    relation_id: int | None = None,
    contact_id: int | None = None,
) -> DocumentLink:
    """Puts the document under this name on exactly one action, relation or contact. Raises NotFound when it is gone.

    The same document under the same name at the same place is linked once. A place that was merged leads to the kept.
    """
    assert sum(place is not None for place in (action_id, relation_id, contact_id)) == 1, "exactly one place"
    _hold(session, document.sha256)
    if session.scalar(select(Document.id).where(Document.id == document.id)) is None:
        raise NotFound
    if relation_id is not None:
        (relation_id,) = lock_standing(session, relation_id)
    if contact_id is not None:
        contact_id = standing_place_id(session, contact_id)
    place = {"action_id": action_id, "relation_id": relation_id, "contact_id": contact_id}
    query = select(DocumentLink).filter_by(document_id=document.id, name=name, **place)
    if (known := session.scalars(query).first()) is not None:
        return known
    row = DocumentLink(document=document, name=name, linked_at=now, linked_by_id=by.id if by else None, **place)
    document.unused_since = None
    session.add(row)
    session.flush()
    return row


def unlink_document(session: Session, link: DocumentLink, *, now: datetime) -> None:
    """The document stays a day without links, then goes for good. Who may do this is the caller's to check."""
    document = link.document
    _hold(session, document.sha256)
    session.delete(link)
    session.flush()
    others = select(func.count()).where(DocumentLink.document_id == document.id)
    if not session.scalar(others):
        document.unused_since = now
        session.flush()


def documents_of(
    session: Session,
    *,
    asked_by: Collaborator,
    action_id: int | None = None,
    relation_id: int | None = None,
    contact_id: int | None = None,
) -> Sequence[DocumentLink]:
    """What is linked there, newest first; with `relation_id` or `contact_id` also what stands on its actions.

    Nothing of an action that the asking collaborator may not see, or that was deleted.
    """
    places: list[ColumnElement[bool]] = []
    if action_id is not None:
        places.append(DocumentLink.action_id == action_id)
    if relation_id is not None:
        places += [DocumentLink.relation_id == relation_id, Action.relation_id == relation_id]
    if contact_id is not None:
        places += [DocumentLink.contact_id == contact_id, Action.contact_id == contact_id]
    query = select(DocumentLink).outerjoin(Action, Action.id == DocumentLink.action_id)
    query = query.where(or_(*places), _is_seen(asked_by))
    return session.scalars(query.order_by(DocumentLink.linked_at.desc(), DocumentLink.id.desc())).all()


def document_link(session: Session, link_id: int, *, asked_by: Collaborator) -> DocumentLink:
    """For a download. Raises NotFound, also for what the asking collaborator may not see."""
    query = select(DocumentLink).outerjoin(Action, Action.id == DocumentLink.action_id)
    row = session.scalars(query.where(DocumentLink.id == link_id, _is_seen(asked_by))).one_or_none()
    if row is None:
        raise NotFound
    return row


def links_seen_by(session: Session, link_ids: Collection[int], *, asked_by: Collaborator) -> set[int]:
    """Those of these links that the asking collaborator may see."""
    query = select(DocumentLink.id).outerjoin(Action, Action.id == DocumentLink.action_id)
    return set(session.scalars(query.where(DocumentLink.id.in_(link_ids), _is_seen(asked_by))))


def _is_seen(asked_by: Collaborator) -> ColumnElement[bool]:
    there = select(Contact.relation_id).where(Contact.id == DocumentLink.contact_id).scalar_subquery()
    return or_(
        Action.deleted_at.is_(None) & access.visible(Action, asked_by=asked_by),
        DocumentLink.relation_id.is_not(None) & in_scope(DocumentLink.relation_id, asked_by=asked_by),
        DocumentLink.contact_id.is_not(None) & in_scope(there, asked_by=asked_by),
    )


def _hold(session: Session, sha256: str) -> None:
    """Until this transaction ends, nobody else stores, links or removes this content.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int(sha256[:15], 16)
        session.execute(select(func.pg_advisory_xact_lock(number)))


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
