"""Adding, correcting, ending and removing a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from store.access import require_active
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import line
from store.links.model import Link, LinkType
from store.links.rules import OneAtATime, check_link
from store.relations import Relation
from store.scopes import require_in_scope
from store.standing import lock_standing
from store.typed import text_typed

UNDO_WITHIN = timedelta(hours=24)
NOTES_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class _Facts:
    source: Relation
    target: Relation
    kind: LinkType
    since_on: date | None
    until_on: date | None
    notes: str


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
    ends_former: bool = False,
) -> Link:
    """Reads "source <label> target"; to say it the other way, swap the two.

    `ends_former`: where only one at a time is possible, the one that is there ends on the day before. Raises NotFound,
    and BookError at `target_id` (itself), `type_id` (see `check_link`), `since_on`, `until_on` or `notes`.
    """
    require_active(by)
    kind = line(session, LinkType, type_id, field="type_id")
    source, target = _ends(session, source_id, target_id, by=by)
    link, facts = Link(), _Facts(source, target, kind, since_on, until_on, notes)
    made_room_for = set[int]()
    while True:
        try:
            _put(session, link, facts, by=by)
            break
        except OneAtATime as taken:
            if not ends_former or taken.former.id in made_room_for:
                raise
            _end_before(session, taken, since_on, by=by)
            made_room_for.add(taken.former.id)
    session.add(link)
    session.flush()
    return link


def _ends(session: Session, source_id: int, target_id: int, *, by: Collaborator) -> tuple[Relation, Relation]:
    # Locked, or two who add the same link at the same time would both find none.
    source_id, target_id = lock_standing(session, source_id, target_id)
    if source_id == target_id:
        raise BookError(_("A relation cannot be linked to itself."), field="target_id")
    source, target = session.get(Relation, source_id), session.get(Relation, target_id)
    if source is None or source.deleted_at is not None or target is None or target.deleted_at is not None:
        raise NotFound(field="target_id")
    for relation_id in sorted((source_id, target_id)):
        require_in_scope(session, relation_id, by=by, field="target_id")
    return source, target


def _put(session: Session, link: Link, facts: _Facts, *, by: Collaborator) -> None:
    days = {"since_on": facts.since_on, "until_on": facts.until_on}
    check_link(session, facts.source, facts.target, kind=facts.kind, besides_id=link.id, by=by, **days)
    link.notes = text_typed(facts.notes, field="notes", limit=NOTES_LIMIT)
    link.source, link.target, link.type = facts.source, facts.target, facts.kind
    # The columns too, at once: the audit trail looks at them before the flush would set them.
    link.source_id, link.target_id, link.type_id = facts.source.id, facts.target.id, facts.kind.id
    link.since_on, link.until_on = facts.since_on, facts.until_on


def _end_before(session: Session, taken: OneAtATime, since_on: date | None, *, by: Collaborator) -> None:
    """The former ends on the day before. Raises BookError at `since_on`, or the refusal when it began only then."""
    former = taken.former
    if since_on is None:
        raise BookError(_("Say since when: the former ends on the day before."), field="since_on")
    if former.since_on is not None and former.since_on >= since_on:
        raise taken
    for end_id in (former.source_id, former.target_id):
        require_in_scope(session, end_id, by=by, field="type_id")
    former.until_on = since_on - timedelta(days=1)
    session.flush()


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
    is_turned: bool = False,
) -> Link:
    """Corrects everything but the two relations; `is_turned` says it the other way round.

    Raises ChangedMeanwhile, and as `add_link`.
    """
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    kind = line(session, LinkType, type_id, field="type_id")
    source, target = _ends(session, link.source_id, link.target_id, by=by)
    if is_turned:
        source, target = target, source
    _put(session, link, _Facts(source, target, kind, since_on, until_on, notes), by=by)
    session.flush()
    return link


def end_link(session: Session, link_id: int, *, by: Collaborator, on: date | None, version: int | None = None) -> Link:
    """`on` is its last day; None: it has no end any more.

    Raises NotFound, ChangedMeanwhile, and BookError at `until_on` when before its first day, at `type_id` when a link
    that came after it stands in the way.
    """
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    _put(session, link, _as_it_is(session, link, until_on=on, by=by), by=by)
    session.flush()
    return link


def _as_it_is(session: Session, link: Link, *, until_on: date | None, by: Collaborator) -> _Facts:
    source, target = _ends(session, link.source_id, link.target_id, by=by)
    return _Facts(source, target, link.type, link.since_on, until_on, link.notes)


def remove_link(session: Session, link_id: int, *, by: Collaborator, now: datetime, version: int | None = None) -> Link:
    """For a link entered by mistake; one that was true and is over is ended. Raises NotFound, ChangedMeanwhile."""
    link = _to_write(session, link_id, by=by)
    link.expect_version(version)
    link.removed_at = now
    session.flush()
    return link


def restore_link(session: Session, link_id: int, *, by: Collaborator, now: datetime) -> Link:
    """Takes `remove_link` back within 24 hours; harmless when it was taken back already.

    Raises NotFound, and BookError when it is too late, or (at `type_id`) when what was added since stands in the way.
    """
    link = _to_write(session, link_id, by=by, also_removed=True)
    if link.removed_at is None:
        return link
    if now - link.removed_at > UNDO_WITHIN:
        raise BookError(_("This was deleted more than a day ago. Add the link again."))
    _put(session, link, _as_it_is(session, link, until_on=link.until_on, by=by), by=by)
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
