"""Where pointing to another line is not all there is to a merge: ranks, periods, percentages, consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from store.batches import batches
from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, Fact, Refusal, refusal_in, withdraw_consent
from store.contacts import Contact, ContactRole
from store.lists.moving import Move, Moved
from store.lists.periods import PERIOD_MOVES

# Ranks of contacts: who was ranked in the merged kind alone comes behind those of the other.


def _ranks(session: Session, kind_id: int, relation_ids: Sequence[int]) -> dict[int, list[int]]:
    """Contact ids in the order of their ranks, by relation; a deleted place has no rank."""
    found: dict[int, list[int]] = defaultdict(list)
    for ids in batches(relation_ids):
        query = select(Contact.relation_id, ContactRole.contact_id).join(Contact, Contact.id == ContactRole.contact_id)
        query = query.where(ContactRole.kind_id == kind_id, Contact.relation_id.in_(ids), Contact.deleted_at.is_(None))
        for relation_id, contact_id in session.execute(query.order_by(ContactRole.rank, ContactRole.contact_id)):
            found[relation_id].append(contact_id)
    return found


def _rank(session: Session, kind_id: int, relation_ids: Sequence[int], wanted: Mapping[int, Sequence[int]]) -> None:
    """Makes these, and nobody else, the ranked contacts of the kind at these relations."""
    there = _ranks(session, kind_id, relation_ids)
    for relation_id in relation_ids:
        before, after = there.get(relation_id, []), list(wanted.get(relation_id, ()))
        gone = [one for one in before if one not in after]
        of_kind = ContactRole.kind_id == kind_id
        session.execute(delete(ContactRole).where(of_kind, ContactRole.contact_id.in_(gone)))
        for rank, contact_id in enumerate(after, start=1):
            if contact_id in before:
                moved = update(ContactRole).where(of_kind, ContactRole.contact_id == contact_id)
                session.execute(moved.values(rank=rank))
            else:
                session.execute(insert(ContactRole).values(contact_id=contact_id, kind_id=kind_id, rank=rank))


def _deleted(session: Session, kind_id: int) -> dict[int, int]:
    """Where deleted contacts stood, should they be brought back: rank by contact id."""
    query = select(ContactRole.contact_id, ContactRole.rank).join(Contact, Contact.id == ContactRole.contact_id)
    rows = session.execute(query.where(ContactRole.kind_id == kind_id, Contact.deleted_at.is_not(None)))
    return {row.contact_id: row.rank for row in rows}


def _put_deleted(session: Session, kind_id: int, ranks: Mapping[int, int]) -> None:
    for contact_id, rank in ranks.items():
        session.execute(insert(ContactRole).values(contact_id=contact_id, kind_id=kind_id, rank=rank))


def _drop(session: Session, kind_id: int, contact_ids: Sequence[int]) -> None:
    for ids in batches(contact_ids):
        session.execute(delete(ContactRole).where(ContactRole.kind_id == kind_id, ContactRole.contact_id.in_(ids)))


def _join_ranks(session: Session, source_id: int, target_id: int, _now: datetime, _by: Collaborator) -> Moved:
    with_kind = select(Contact.relation_id).join(ContactRole, Contact.id == ContactRole.contact_id)
    relation_ids = sorted(set(session.scalars(with_kind.where(ContactRole.kind_id == source_id))))
    source, target = (_ranks(session, kind_id, relation_ids) for kind_id in (source_id, target_id))
    joined = {one: list(dict.fromkeys([*target.get(one, []), *source.get(one, [])])) for one in relation_ids}
    _rank(session, source_id, relation_ids, {})
    _rank(session, target_id, relation_ids, joined)
    was, has = _deleted(session, source_id), _deleted(session, target_id)
    _drop(session, source_id, list(was))
    new = {contact_id: rank for contact_id, rank in was.items() if contact_id not in has}
    _put_deleted(session, target_id, new)
    ranks = [[one, source.get(one, []), target.get(one, [])] for one in relation_ids]
    return {"ranks": ranks, "deleted": sorted(was.items()), "new": sorted(new)}


def _part_ranks(session: Session, source_id: int, target_id: int, moved: Moved) -> None:
    relation_ids = [one for one, _source, _target in moved["ranks"]]
    now = _ranks(session, target_id, relation_ids)
    source, target = dict[int, list[int]](), dict[int, list[int]]()
    for relation_id, had, kept in moved["ranks"]:
        here = now.get(relation_id, [])
        source[relation_id] = [one for one in had if one in here]
        target[relation_id] = [one for one in here if one in kept or one not in had]
    _rank(session, target_id, relation_ids, target)
    _rank(session, source_id, relation_ids, source)
    has = _deleted(session, target_id)
    back = {contact_id: rank for contact_id, rank in moved["deleted"] if contact_id in has}
    _drop(session, target_id, [one for one in moved["new"] if one in back])
    _put_deleted(session, source_id, back)


# Consent: who refused either topic refuses the joined one.


def _refused(facts: Sequence[Consent], topic_id: int) -> bool:
    told = [Fact(one.topic_id, one.is_given, one.source) for one in facts]
    return refusal_in(told, topic_id) is Refusal.REFUSED_TOPIC


def _join_topics(session: Session, source_id: int, target_id: int, now: datetime, _by: Collaborator) -> Moved:
    persons = sorted(set(session.scalars(select(Consent.person_id).where(Consent.topic_id == source_id))))
    moved, added = list[int](), list[int]()
    for person_id in persons:
        facts = session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)).all()
        is_refused = any(_refused(facts, topic_id) for topic_id in (source_id, target_id))
        for fact in (one for one in facts if one.topic_id == source_id):
            fact.topic_id = target_id
            moved.append(fact.id)
        session.flush()
        if is_refused and not _refused(facts, target_id):
            source = ConsentSource.MERGE
            more = withdraw_consent(session, person_id=person_id, topic_id=target_id, source=source, now=now)
            added.append(more.id)
    return {"ids": moved, "added": added}


def _part_topics(session: Session, source_id: int, target_id: int, moved: Moved) -> None:
    for ids in batches(moved["added"]):
        session.execute(delete(Consent).where(Consent.id.in_(ids), Consent.topic_id == target_id))
    for ids in batches(moved["ids"]):
        mine = update(Consent).where(Consent.id.in_(ids), Consent.topic_id == target_id)
        session.execute(mine.values(topic_id=source_id))


# What a relation is now follows from its facts, which move as rows do.


def _stay(_session: Session, _source_id: int, _target_id: int, _now: datetime, _by: Collaborator) -> Moved:
    return {}


def _stayed(_session: Session, _source_id: int, _target_id: int, _moved: Moved) -> None:
    """Nothing had moved."""


OWN_MOVES: Mapping[str, Move] = {
    "relation.status_id": Move(_stay, _stayed),
    "relation.priority_id": Move(_stay, _stayed),
    "contact_role.kind_id": Move(_join_ranks, _part_ranks),
    "consent.topic_id": Move(_join_topics, _part_topics),
    **PERIOD_MOVES,
}
