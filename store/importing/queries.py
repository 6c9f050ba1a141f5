"""Looking back at imports, and at what is to be told of their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.collaborators import Collaborator
from store.documents import Document
from store.importing.model import Import, ImportLine, ImportState


def import_of_file(session: Session, sha256: str, *, asked_by: Collaborator) -> Import | None:
    """The newest import of this very file that did not come to its end."""
    require_admin(asked_by)
    waits = (ImportState.RUNNING, ImportState.STOPPED)
    query = select(Import).where(Import.sha256 == sha256, Import.state.in_(waits))
    return session.scalars(query.order_by(Import.id.desc()).limit(1)).first()


def file_of_import(session: Session, run: Import) -> Document | None:
    """The list itself, kept for a day; None when it is gone."""
    return session.scalars(select(Document).where(Document.sha256 == run.sha256)).one_or_none()


def latest_imports(session: Session, *, asked_by: Collaborator, limit: int = 20) -> Sequence[Import]:
    """Those that began, newest first."""
    require_admin(asked_by)
    query = select(Import).where(Import.state != ImportState.PREPARED)
    return session.scalars(query.order_by(Import.id.desc()).limit(limit)).all()


def told_lines(session: Session, import_id: int, *, asked_by: Collaborator) -> Iterator[ImportLine]:
    """What was refused or skipped, came in without one of its cells, or could not be undone, in the file's order."""
    require_admin(asked_by)
    is_told = or_(ImportLine.reason != "", ImportLine.kept != "")
    query = select(ImportLine).where(ImportLine.import_id == import_id, is_told)
    yield from session.scalars(query.order_by(ImportLine.number, ImportLine.id).execution_options(yield_per=500))
