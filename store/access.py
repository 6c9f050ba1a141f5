"""Who may see and do what: the one check behind every door. Imports no subject.

Rows that are not for everyone inherit `Guarded`, and every query on them carries `visible(Row, asked_by=…)`.
Administrators run the office; they do not read what is private.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, and_, or_, true
from sqlalchemy.orm import Mapped, mapped_column

from store.base import NotAllowed, _
from store.collaborators import Collaborator, Role, Scope
from store.scopes import in_scope


class Guarded:
    """A row that may be private: then only its owner, its creator and whom `also_seen_by` names see it.

    One that hangs on a relation (`relation_id`) is also seen by nobody outside whose scope that relation is, but by
    its owner and whom `also_seen_by` names.
    """

    is_private: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"), index=True)

    @classmethod
    def also_seen_by(cls, collaborator_id: int) -> ColumnElement[bool] | None:
        """Who else sees a private row of this kind; None for nobody."""
        return None


def visible(kind: type[Guarded], *, asked_by: Collaborator) -> ColumnElement[bool]:
    """The condition for a WHERE: rows of this kind that the asking collaborator may see."""
    if asked_by.is_before_others:
        return and_(kind.is_private.is_(False), _of_a_file(kind, asked_by))
    others = kind.also_seen_by(asked_by.id)
    mine = kind.owner_id == asked_by.id if others is None else or_(kind.owner_id == asked_by.id, others)
    told = or_(kind.is_private.is_(False), kind.created_by_id == asked_by.id)
    if asked_by.scope is Scope.ALL:
        return or_(told, mine)  # nearly every row is told: engines look at the first condition first
    return or_(mine, and_(told, _of_a_file(kind, asked_by)))


def _of_a_file(kind: type[Guarded], asked_by: Collaborator) -> ColumnElement[bool]:
    relation_id = getattr(kind, "relation_id", None)
    if relation_id is None or asked_by.scope is Scope.ALL:
        return true()
    return or_(relation_id.is_(None), in_scope(relation_id, asked_by=asked_by))


def before_others(one: Collaborator) -> Collaborator:
    """The same collaborator, to ask the book as, where others read the answer: nothing private is told, theirs neither.

    In no session, and not to be added to one.
    """
    values = {column.key: getattr(one, column.key) for column in Collaborator.__table__.columns}
    return Collaborator(**values, is_before_others=True)


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
