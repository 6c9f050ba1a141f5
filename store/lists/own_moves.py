"""Where pointing to another line is not all there is to a merge: ranks, periods, facts, consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from store.batches import batches
from store.consent import Consent, ConsentSource, Fact, Refusal, refusal_in, withdraw_consent
from store.lists.moving import Merging, Move, Moved, noted_rows, rows_move
from store.lists.periods import PERIOD_MOVES
from store.lists.rank_moves import RANK_MOVE
from store.relation_facts import RelationFact, settle_all
from store.relations import Relation

# Consent: who refused either topic refuses the joined one.

_TOPIC = rows_move(Consent.__table__.columns["topic_id"])  # type: ignore[arg-type]


def _join_topics(session: Session, merging: Merging) -> Moved:
    newly = list(_newly_refusing(session, merging))
    moved = _TOPIC.there(session, merging)
    added = [
        withdraw_consent(
            session, person_id=one, topic_id=merging.target_id, source=ConsentSource.MERGE, now=merging.now
        ).id
        for one in newly
    ]
    return {**moved, "added": added}


def _newly_refusing(session: Session, merging: Merging) -> Iterator[int]:
    """Persons who refused one of the two, and would not refuse the joined one by the order of what they said."""
    source_id, target_id = topics = (merging.source_id, merging.target_id)
    refusing = select(Consent.person_id).where(Consent.topic_id.in_(topics), Consent.is_given.is_(False))
    said = select(Consent.person_id).where(Consent.topic_id == source_id)
    persons = session.scalars(refusing.where(Consent.person_id.in_(said)).distinct().order_by(Consent.person_id)).all()
    for some in batches(persons):
        for person_id, facts in _facts_of(session, some).items():
            joined = [replace(one, topic_id=target_id) if one.topic_id == source_id else one for one in facts]
            if any(_refuses(facts, topic_id) for topic_id in topics) and not _refuses(joined, target_id):
                yield person_id


def _facts_of(session: Session, person_ids: Sequence[int]) -> Mapping[int, list[Fact]]:
    """Of each person, oldest first."""
    found: dict[int, list[Fact]] = defaultdict(list)
    query = select(Consent.person_id, Consent.topic_id, Consent.is_given, Consent.source)
    for row in session.execute(query.where(Consent.person_id.in_(person_ids)).order_by(Consent.id)):
        found[row.person_id].append(Fact(row.topic_id, row.is_given, row.source))
    return found


def _refuses(facts: Sequence[Fact], topic_id: int) -> bool:
    return refusal_in(facts, topic_id) is Refusal.REFUSED_TOPIC


def _part_topics(session: Session, merging: Merging, moved: Moved) -> None:
    for ids in batches(moved["added"]):
        session.execute(delete(Consent).where(Consent.id.in_(ids), Consent.topic_id == merging.target_id))
    _TOPIC.back(session, merging, moved)


# What a relation is now follows from its facts.


def _facts_move(fact: Any, present: Any) -> Move:
    """`fact` is the column of the facts, `present` that of the relations, which says what the last fact does."""
    rows = rows_move(fact)

    def there(session: Session, merging: Merging) -> Moved:
        moved = rows.there(session, merging)
        now_have = update(Relation).where(present == merging.source_id).values({present.key: merging.target_id})
        session.execute(now_have, execution_options={"synchronize_session": False})
        return moved

    def back(session: Session, merging: Merging, moved: Moved) -> None:
        rows.back(session, merging, moved)
        settle_all(session, select(RelationFact.relation_id).where(RelationFact.id.in_(noted_rows(merging, fact))))

    return Move(there, back)


def _stay(_session: Session, _merging: Merging) -> Moved:
    return {}


def _stayed(_session: Session, _merging: Merging, _moved: Moved) -> None:
    """Nothing had moved."""


_FACTS = RelationFact.__table__.c

OWN_MOVES: Mapping[str, Move] = {
    "relation.status_id": Move(_stay, _stayed),
    "relation.priority_id": Move(_stay, _stayed),
    "relation_fact.status_id": _facts_move(_FACTS.status_id, Relation.status_id),
    "relation_fact.priority_id": _facts_move(_FACTS.priority_id, Relation.priority_id),
    "contact_role.kind_id": RANK_MOVE,
    "consent.topic_id": Move(_join_topics, _part_topics),
    **PERIOD_MOVES,
}
