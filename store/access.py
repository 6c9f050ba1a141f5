"""Who may see and do what: the one check behind every door. Imports no subject.

Rows that are not for everyone inherit `Guarded`, and every query on them carries `visible(Row, asked_by=…)`.
Administrators run the office; they do not read what is private.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, or_
from sqlalchemy.orm import Mapped, mapped_column

from store.base import NotAllowed, _
from store.collaborators import Collaborator, Role


class Guarded:
    """A row that may be private: then only its owner, its creator and whom `also_seen_by` names see it."""

    is_private: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"), index=True)

    @classmethod
    def also_seen_by(cls, collaborator_id: int) -> ColumnElement[bool] | None:
        """Who else sees a private row of this kind; None for nobody."""
        return None


def visible(kind: type[Guarded], *, asked_by: Collaborator) -> ColumnElement[bool]:
    """The condition for a WHERE: rows of this kind that the asking collaborator may see."""
    mine: list[ColumnElement[Any]] = [
        kind.is_private.is_(False),
        kind.owner_id == asked_by.id,
        kind.created_by_id == asked_by.id,
    ]
    if (others := kind.also_seen_by(asked_by.id)) is not None:
        mine.append(others)
    return or_(*mine)


def require_present(asked_by: Collaborator) -> None:
    """For reading. Raises NotAllowed for somebody who left the office."""
    if not asked_by.is_active:
        raise NotAllowed(_("Your access to Rapport has ended. Ask an administrator."))


def require_active(by: Collaborator) -> None:
    """For writing. Raises NotAllowed for somebody who left the office, and for a reader."""
    require_present(by)
    if by.role is Role.READER:
        raise NotAllowed(_("You can read the book, not change it. Ask an administrator."))


def require_admin(by: Collaborator) -> None:
    """Raises NotAllowed for everyone but an administrator."""
    require_present(by)
    if not by.is_admin:
        raise NotAllowed(_("Only an administrator can do this."))
