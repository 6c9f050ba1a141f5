"""Parting two relations that were merged: each row as it was, unless somebody changed it since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.actions import Action
from store.audit import note_deed, record_past
from store.base import BookError, NotFound, Row, _
from store.carrying import settle_points
from store.collaborators import Collaborator
from store.contacts import ContactRole
from store.dossiers import Dossier
from store.involvements import Involvement
from store.merging.model import Merge, Step, is_row, restored, table_of
from store.merging.places import misplaced, people_around
from store.merging.trail import record_steps
from store.plain import plain
from store.relation_facts import settle
from store.relations import Relation, relation_to_write
from store.search_writing import index_relations


def merge_to_undo(session: Session, relation_id: int) -> Merge | None:
    """The last merge into this relation that stands; None without any."""
    query = select(Merge).where(Merge.kept_id == relation_id, Merge.undone_at.is_(None))
    return session.scalars(query.order_by(Merge.id.desc()).limit(1)).first()


def undo_merge(session: Session, merge_id: int, *, by: Collaborator, now: datetime) -> tuple[Merge, int]:
    """The two relations as they were, and how many rows stay as they are because they were changed since.

    What was added since stays with the kept one, but what stands in a dossier goes with it. Harmless when it was undone
    before (None changed, 0 left). Raises NotAllowed, NotFound, and BookError while a later merge stands on it.
    """
    merge = session.get(Merge, merge_id, with_for_update=True)
    if merge is None:
        raise NotFound
    relation_to_write(session, merge.kept_id, by=by)
    if merge.undone_at is not None:
        return merge, 0
    _refuse_before_later(session, merge)
    session.flush()
    left = _taken_back(session, merge)
    _follow_their_dossiers(session, merge)
    settle(session, (merge.kept_id, merge.merged_id))
    session.expire_all()
    for action in session.scalars(_astray(merge)).unique().all():
        action.relation_id = merge.merged_id  # the status that it gave its relation follows it
    settle_points(session, merge.kept_id, merge.merged_id)
    merge.undone_at = now
    session.flush()
    index_relations(session, {merge.kept_id, merge.merged_id, *people_around(session, merge.kept_id, merge.merged_id)})
    note_deed(session, "parted", kind="relation", row_id=merge.kept_id, relation_id=merge.kept_id, by_id=by.id)
    return merge, left


def _refuse_before_later(session: Session, merge: Merge) -> None:
    whole = select(Merge).where(Merge.merged_id == merge.kept_id, Merge.undone_at.is_(None)).limit(1)
    if (into := session.scalars(whole).first()) is not None:
        merged, kept = (session.get_one(Relation, one).name for one in (into.merged_id, into.kept_id))
        raise BookError(_("{merged} became part of {kept} later: undo that first."), merged=merged, kept=kept)
    later = merge_to_undo(session, merge.kept_id)
    if later is not None and later.id != merge.id:
        name = session.get_one(Relation, later.merged_id).name
        raise BookError(_("{name} was merged in later: undo that first."), name=name)


def _taken_back(session: Session, merge: Merge) -> int:
    """Takes the steps back, and returns how many stay. A rank only follows: it closes up on both sides."""
    around = sorted({merge.kept_id, merge.merged_id, *people_around(session, merge.kept_id, merge.merged_id)})
    session.execute(select(Relation.id).where(Relation.id.in_(around)).order_by(Relation.id).with_for_update()).all()
    taken, left = list[Step](), list[Step]()
    for step in reversed(merge.steps):
        (taken if _is_taken_back(session, step) else left).append(step)
    record_steps(session, taken, is_undone=True)
    role = table_of(ContactRole)
    for relation_id in sorted({*around, *people_around(session, merge.kept_id, merge.merged_id)}):
        for row, rank in misplaced(session, relation_id):
            here = is_row(role, {"contact_id": row["contact_id"], "kind_id": row["kind_id"]})
            session.execute(role.update().where(here).values(rank=rank))
    return sum(set(step["after"] or ()) != {"rank"} for step in left)


def _is_taken_back(session: Session, step: Step) -> bool:
    table = Row.metadata.tables[step["table"]]
    here = is_row(table, step["key"])
    row = session.execute(table.select().where(here)).one_or_none()
    before = {name: restored(table, name, value) for name, value in (step["before"] or {}).items()}
    if step["before"] is None:
        session.execute(table.delete().where(here))
    elif step["after"] is None:
        if row is not None:
            return False
        session.execute(table.insert().values(before))
    elif row is None or any(plain(row._mapping[name]) != value for name, value in step["after"].items()):
        return False
    else:
        risen = {"version": table.c.version + 1} if "changed_at" in before else {}
        session.execute(table.update().where(here).values({**before, **risen}))
    return True


def _astray(merge: Merge) -> Select[Action]:
    """Actions put in a dossier since the merge that has gone back: no form could save them as they stand."""
    gone_back = select(Dossier.id).where(Dossier.relation_id == merge.merged_id)
    return select(Action).where(Action.relation_id == merge.kept_id, Action.dossier_id.in_(gone_back))


def _follow_their_dossiers(session: Session, merge: Merge) -> None:
    """Whoever was put on a dossier since the merge goes back with it: a part stands where its dossier does."""
    part, dossier = table_of(Involvement), table_of(Dossier)
    gone_back = select(dossier.c.id).where(dossier.c.relation_id == merge.merged_id)
    astray = (part.c.relation_id == merge.kept_id) & part.c.dossier_id.in_(gone_back)
    ids = session.scalars(select(part.c.id).where(astray)).all()
    session.execute(part.update().where(part.c.id.in_(ids)).values(relation_id=merge.merged_id))
    before, after = {"relation_id": merge.kept_id}, {"relation_id": merge.merged_id}
    record_past(session, [("changed", part.name, one, merge.merged_id, before, after) for one in ids])
