"""Links: typed, dated connections between two relations, with a label in each direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.access import require_active
from store.audit import Audited
from store.base import BookError, NotFound, Row, Versioned, _
from store.collaborators import Collaborator
from store.domain import Listed, line
from store.relations import Relation, RelationKind
from store.scopes import in_scope, require_in_scope
from store.typed import text_typed


class LinkType(Listed, Row):
    """The list's labels read from `source` to `target`; the back labels the other way (the same when symmetric).

    `source_kind` and `target_kind` say who may stand there (None: companies and persons). With `has_one_source` a
    target has one source at a time ("one employer"), with `has_one_target` the other way. A hierarchy's sources stand
    above its targets, and no chain of such links comes back to where it began.
    """

    __tablename__ = "link_type"

    back_label_en: Mapped[str]
    back_label_fr: Mapped[str]
    back_label_nl: Mapped[str]
    source_kind: Mapped[RelationKind | None]
    target_kind: Mapped[RelationKind | None]
    is_symmetric: Mapped[bool] = mapped_column(default=False)
    is_hierarchy: Mapped[bool] = mapped_column(default=False)
    has_one_source: Mapped[bool] = mapped_column(default=False)
    has_one_target: Mapped[bool] = mapped_column(default=False)

    def back_label(self, language: str) -> str:
        return {"fr": self.back_label_fr, "nl": self.back_label_nl}.get(language) or self.back_label_en


class Link(Audited, Versioned, Row):
    """`until_on` is the last day. A removed link was entered by mistake: it shows nowhere."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("link_type.id"))
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]
    source: Mapped[Relation] = relationship(foreign_keys=[source_id], lazy="joined", innerjoin=True)
    target: Mapped[Relation] = relationship(foreign_keys=[target_id], lazy="joined", innerjoin=True)
    type: Mapped[LinkType] = relationship(lazy="joined", innerjoin=True)

    def is_there(self, on: date) -> bool:
        return (self.since_on or on) <= on <= (self.until_on or on)


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """A link as seen from one of its relations: `other` is at the far end."""

    link: Link
    other: Relation


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A relation's links of one type in one direction: `is_back` reads from target to source. By the others' names."""

    type: LinkType
    is_back: bool
    ends: tuple[LinkEnd, ...]

    def label(self, language: str) -> str:
        """What the relation is to the others: "Subsidiary of"."""
        return self.type.back_label(language) if self.is_back else self.type.label(language)


def add_link(
    session: Session,
    *,
    by: Collaborator,
    source_id: int,
    target_id: int,
    type_id: int,
    since_on: date | None = None,
    until_on: date | None = None,
    notes: str = "",
) -> Link:
    """Reads "source <label> target"; to say it the other way, swap the two.

    Raises NotFound, and BookError at `target_id` (itself), `type_id` (the same link in the same days; the error's
    value `link_id` names it), `until_on` or `notes`.
    """
    require_active(by)
    if source_id == target_id:
        raise BookError(_("A relation cannot be linked to itself."), field="target_id")
    kind = line(session, LinkType, type_id, field="type_id")
    # Locked in one order, or two who add the same link at the same time would both find none.
    ends = select(Relation).where(Relation.id.in_((source_id, target_id)), Relation.deleted_at.is_(None))
    ends = ends.where(in_scope(Relation.id, asked_by=by))
    if len(session.scalars(ends.order_by(Relation.id).with_for_update()).all()) < 2:
        raise NotFound(field="target_id")
    link = Link(source_id=source_id, target_id=target_id, type_id=kind.id)
    _put(session, link, kind=kind, since_on=since_on, until_on=until_on, notes=notes)
    session.add(link)
    session.flush()
    return link


def edit_link(
    session: Session,
    link_id: int,
    *,
    by: Collaborator,
    version: int | None = None,
    type_id: int,
    since_on: date | None,
    until_on: date | None,
    notes: str,
) -> Link:
    """Corrects everything but the two relations. Raises ChangedMeanwhile, and as `add_link`."""
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    kind = line(session, LinkType, type_id, field="type_id")
    _put(session, link, kind=kind, since_on=since_on, until_on=until_on, notes=notes)
    session.flush()
    return link


def _put(
    session: Session, link: Link, *, kind: LinkType, since_on: date | None, until_on: date | None, notes: str
) -> None:
    if since_on and until_on and until_on < since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    same = _overlapping(session, link, kind, since_on, until_on)
    if same is not None:
        raise BookError(
            _("{source} and {target} are linked in this way already."),
            field="type_id",
            source=same.source.name,
            target=same.target.name,
            link_id=same.id,
        )
    link.notes = text_typed(notes, field="notes", limit=2_000)
    link.type_id, link.since_on, link.until_on = kind.id, since_on, until_on


def _overlapping(
    session: Session, link: Link, kind: LinkType, since_on: date | None, until_on: date | None
) -> Link | None:
    pair = and_(Link.source_id == link.source_id, Link.target_id == link.target_id)
    if kind.is_symmetric:
        pair = or_(pair, and_(Link.source_id == link.target_id, Link.target_id == link.source_id))
    with session.no_autoflush:  # the link itself is not yet as it will be
        query = select(Link).where(pair, Link.type_id == kind.id, Link.removed_at.is_(None), Link.id != (link.id or 0))
        found = session.scalars(query).all()
    return next((other for other in found if _overlap(other, since_on or date.min, until_on or date.max)), None)


def _overlap(other: Link, since_on: date, until_on: date) -> bool:
    return (other.since_on or date.min) <= until_on and since_on <= (other.until_on or date.max)


def end_link(session: Session, link_id: int, *, by: Collaborator, on: date, version: int | None = None) -> Link:
    """`on` is its last day. Raises NotFound, ChangedMeanwhile, BookError at `until_on` when before its first."""
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    if link.since_on is not None and on < link.since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    link.until_on = on
    session.flush()
    return link


def remove_link(session: Session, link_id: int, *, by: Collaborator, now: datetime, version: int | None = None) -> Link:
    """For a link entered by mistake; one that was true and is over is ended. Raises NotFound, ChangedMeanwhile."""
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    link.removed_at = now
    session.flush()
    return link


def restore_link(session: Session, link_id: int, *, by: Collaborator) -> Link:
    """Takes `remove_link` back. Raises NotFound, and BookError at `type_id` when the same link was added since."""
    link = _to_write(session, link_id, by=by, also_removed=True)
    _put(session, link, kind=link.type, since_on=link.since_on, until_on=link.until_on, notes=link.notes)
    link.removed_at = None
    session.flush()
    return link


def _to_write(session: Session, link_id: int, *, by: Collaborator, also_removed: bool = False) -> Link:
    require_active(by)
    link = session.get(Link, link_id)
    if link is None or (link.removed_at is not None and not also_removed):
        raise NotFound
    for end_id in (link.source_id, link.target_id):
        require_in_scope(session, end_id, by=by)
    return link


def links_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None = None
) -> Sequence[LinkGroup]:
    """The links in force on that day (None: past and future ones too), in the order of the office's list of types.

    Those whose two relations are in the scope of `asked_by`.
    """
    query = select(Link).where(or_(Link.source_id == relation_id, Link.target_id == relation_id))
    query = query.where(in_scope(Link.source_id, asked_by=asked_by), in_scope(Link.target_id, asked_by=asked_by))
    groups: dict[tuple[int, int, bool], list[LinkEnd]] = {}
    for link in session.scalars(query.where(Link.removed_at.is_(None)).order_by(Link.id)):
        is_at_source = link.source_id == relation_id
        other = link.target if is_at_source else link.source
        if link.source.deleted_at or link.target.deleted_at or not (on is None or link.is_there(on)):
            continue
        key = link.type.position, link.type_id, not is_at_source and not link.type.is_symmetric
        groups.setdefault(key, []).append(LinkEnd(link, other))
    return [
        _group(is_back, ends) for (_position, _type, is_back), ends in sorted(groups.items(), key=lambda one: one[0])
    ]


def _group(is_back: bool, ends: Sequence[LinkEnd]) -> LinkGroup:
    by_name = sorted(ends, key=lambda end: (end.other.folded, end.link.id))
    return LinkGroup(ends[0].link.type, is_back, tuple(by_name))
