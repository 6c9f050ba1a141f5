"""The rows: a content, and where it is linked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.audit import Audited
from store.base import Row


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
    """The document under a name, on an action, a relation, a contact or a dossier (exactly one of them)."""

    __tablename__ = "document_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    name: Mapped[str]
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    relation_id: Mapped[int | None] = mapped_column(ForeignKey("relation.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    document: Mapped[Document] = relationship(lazy="joined")


def hold_content(session: Session, sha256: str) -> None:
    """Until this transaction ends, nobody else stores, links or removes this content.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int(sha256[:15], 16)
        session.execute(select(func.pg_advisory_xact_lock(number)))
