"""What a link must keep to, whoever adds, changes or brings it back: checked before its days and type are set."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.collaborators import Collaborator
from store.links.hierarchy import refuse_cycle
from store.links.model import Link, LinkType
from store.relations import Relation, RelationKind
from store.scopes import is_in_scope


class SameLink(BookError):
    """The two are linked in this way in some of these days: `link_id` says by which link."""

    def __init__(self, same: Link) -> None:
        text = _("{source} and {target} are linked in this way already.")
        super().__init__(text, field="type_id", source=same.source.name, target=same.target.name)
        self.link_id = same.id


class OneAtATime(BookError):
    """The type allows one at a time, and `former` is there in some of these days.

    `other` is whom it is linked to, None for one that the reader may not see.
    """

    def __init__(self, former: Link, *, whose: Relation, other: Relation | None) -> None:
        if other is None:
            text = _("{name} is linked in this way already, and only one at a time is possible.")
            super().__init__(text, field="type_id", name=whose.name)
        else:
            text = _("{name} is linked in this way to {other}, and only one at a time is possible.")
            super().__init__(text, field="type_id", name=whose.name, other=other.name)
        self.former = former


def check_link(
    session: Session,
    source: Relation,
    target: Relation,
    *,
    kind: LinkType,
    besides_id: int | None,
    since_on: date | None,
    until_on: date | None,
    by: Collaborator,
) -> None:
    """Whether there may be a link of this kind in these days, were the one with the id `besides_id` not there.

    Raises BookError at `until_on` or `type_id`: SameLink, OneAtATime, HierarchyCycle, or for a kind of relation that
    may not stand there.
    """
    if since_on and until_on and until_on < since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    _check_ends(kind, source, target, language=by.language)
    days = since_on or date.min, until_on or date.max
    others = _others(session, kind, source.id, target.id, besides_id)
    overlapping = [one for one in others if overlaps(one, *days)]
    same = next((one for one in overlapping if {one.source_id, one.target_id} == {source.id, target.id}), None)
    if same is not None:
        raise SameLink(same)
    for former in overlapping:
        _refuse_second(session, former, source, target, by=by)
    if kind.is_hierarchy:
        refuse_cycle(session, source, target, days, besides_id=besides_id, by=by)


def _check_ends(kind: LinkType, source: Relation, target: Relation, *, language: str) -> None:
    ends = (
        (source, kind.source_kind, kind.label(language)),
        (target, kind.target_kind, kind.back_label(language)),
    )
    texts = {
        RelationKind.COMPANY: _("“{label}” is not said of a company, and {name} is one."),
        RelationKind.PERSON: _("“{label}” is not said of a person, and {name} is one."),
    }
    for relation, wanted, label in ends:
        if wanted not in (None, relation.kind):
            raise BookError(texts[relation.kind], field="type_id", label=label, name=relation.name)


def _others(session: Session, kind: LinkType, source_id: int, target_id: int, besides_id: int | None) -> list[Link]:
    """The links of this type that could stand in the way: the same pair, and what shares an end that has but one."""
    query = select(Link).where(_in_the_way(kind, source_id, target_id), Link.type_id == kind.id)
    query = query.where(Link.removed_at.is_(None), Link.id != (besides_id or 0)).order_by(Link.id)
    # As they stand now: another transaction may have changed them before the lock on the ends was ours.
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _in_the_way(kind: LinkType, source_id: int, target_id: int) -> ColumnElement[bool]:
    pairs = [and_(Link.source_id == source_id, Link.target_id == target_id)]
    if kind.is_symmetric:
        pairs.append(and_(Link.source_id == target_id, Link.target_id == source_id))
        if kind.has_one_source or kind.has_one_target:
            ends = (source_id, target_id)
            pairs.append(or_(Link.source_id.in_(ends), Link.target_id.in_(ends)))
        return or_(*pairs)
    if kind.has_one_source:
        pairs.append(Link.target_id == target_id)
    if kind.has_one_target:
        pairs.append(Link.source_id == source_id)
    return or_(*pairs)


def _refuse_second(session: Session, former: Link, source: Relation, target: Relation, *, by: Collaborator) -> None:
    """Raises OneAtATime for the end that both share. Those that share none did not come from `_in_the_way`."""
    if source.id in (former.source_id, former.target_id):
        whose, other = source, former.target if former.source_id == source.id else former.source
    else:
        whose, other = target, former.source if former.target_id == target.id else former.target
    raise OneAtATime(former, whose=whose, other=other if is_in_scope(session, other.id, asked_by=by) else None)


def overlaps(other: Link, since_on: date, until_on: date) -> bool:
    """Whether the link is there on one of these days, both included."""
    return (other.since_on or date.min) <= until_on and since_on <= (other.until_on or date.max)
