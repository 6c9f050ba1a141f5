"""What reports count beside actions: facts about relations, expenses, opportunities, percentages; by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from store.actions import Action
from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.expenses import Expense
from store.involvements import Involvement
from store.opportunities import Opportunity, OpportunityStage, OpportunityType
from store.opportunities.model import OpportunityChange
from store.relation_facts.model import RelationFact
from store.relations import Relation
from store.rows import Row
from store.statuses import RelationPriority, RelationStatus

OPPORTUNITIES, OPEN_EVERY = 20_000, 5
AT_ONCE = 10_000


def add_what_reports_count(session: Session, now: datetime) -> None:
    """An expense for one action in ten; a priority and statuses for every relation, two thirds became clients;
    opportunities, one in five still open; and a percentage for everybody's part in a file."""
    random = Random(2)
    _add_facts(session, random, now)
    _add_expenses(session, random, now)
    _add_opportunities(session, random, now)
    session.execute(update(Involvement).values(commission=5), execution_options={"synchronize_session": False})


def _add_facts(session: Session, random: Random, now: datetime) -> None:
    statuses = {row.key: row.id for row in session.scalars(select(RelationStatus))}
    priorities = [row.id for row in session.scalars(select(RelationPriority))]
    facts: list[dict[str, Any]] = []
    standing: list[dict[str, Any]] = []
    for relation_id in session.scalars(select(Relation.id)):
        days = sorted(random.sample(range(3_600), 2), reverse=True)
        keys = ("prospect", "client") if random.random() < 0.66 else ("prospect",)
        facts += (_fact(relation_id, statuses[key], now, back) for key, back in zip(keys, days, strict=False))
        standing.append({"of": relation_id, "status": facts[-1]["status_id"], "priority": random.choice(priorities)})
    table = Row.metadata.tables[Relation.__tablename__]
    told: dict[str, Any] = {"status_id": bindparam("status"), "priority_id": bindparam("priority")}
    session.connection().execute(update(table).where(table.c.id == bindparam("of")).values(told), standing)
    _write(session, RelationFact, facts)


def _fact(relation_id: int, status_id: int, now: datetime, days_back: int) -> dict[str, Any]:
    on = now.date() - timedelta(days=days_back)
    return {"relation_id": relation_id, "status_id": status_id, "effective_on": on, "by_id": 1, "noted_at": now}


def _add_expenses(session: Session, random: Random, now: datetime) -> None:
    costly = session.execute(select(Action.id, Action.owner_id, Action.starts_on).where(Action.id % 10 == 0)).all()
    _write(session, Expense, (_expense(random, row.id, row.owner_id or 0, row.starts_on, now) for row in costly))
    table = Row.metadata.tables[Action.__tablename__]
    session.execute(update(table).where(table.c.id % 10 == 0).values(has_expenses=True))


def _expense(random: Random, action_id: int, owner_id: int, on: date, now: datetime) -> dict[str, Any]:
    amount = random.randrange(100, 20_000) / 100
    return {
        "action_id": action_id, "description": "parking", "quantity": 1, "price": amount, "currency": "EUR",
        "amount": amount, "origin": "manual", "booked_on": on, "created_by_id": owner_id, "created_at": now,
        "changed_at": now,
    }  # fmt: skip


def _add_opportunities(session: Session, random: Random, now: datetime) -> None:
    """Each passed three stages, one in each of its last months."""
    owners = session.scalars(select(Collaborator.id)).all()
    type_id = session.scalars(select(OpportunityType.id).order_by(OpportunityType.id)).first()
    stages = session.scalars(select(OpportunityStage.id).order_by(OpportunityStage.position)).all()
    relations = session.scalars(select(Relation.id)).all()
    first = (session.scalars(select(Dossier.id).order_by(Dossier.id.desc())).first() or 0) + 1
    places = zip(range(first, first + OPPORTUNITIES), random.choices(relations, k=OPPORTUNITIES), strict=True)
    dossiers = [
        {
            "id": one,
            "relation_id": relation_id,
            "short": "BENCH",
            "name": "Cellar",
            "created_at": now,
            "changed_at": now,
        }
        for one, relation_id in places
    ]
    _write(session, Dossier, dossiers)
    changes: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, dossier in enumerate(dossiers):
        owner_id, ended_at = random.choice(owners), now - timedelta(days=random.randrange(1, 3_600))
        is_open = number % OPEN_EVERY == 0
        states = ("open", "open", "open" if is_open else "won")
        for back, (stage_id, state) in enumerate(zip(stages, states, strict=False)):
            changes.append({
                "dossier_id": dossier["id"], "at": ended_at - timedelta(days=30 * (2 - back)), "by_id": owner_id,
                "stage_id": stage_id, "owner_id": owner_id, "state": state, "probability": 40,
                "worth": random.randrange(100, 90_000), "currency": "EUR", "closes_on": now.date(),
            })  # fmt: skip
        rows.append({
            "dossier_id": dossier["id"], "type_id": type_id, "stage_id": changes[-1]["stage_id"], "owner_id": owner_id,
            "currency": "EUR", "state": states[-1], "changed_at": now,
            "opened_on": (ended_at - timedelta(days=90)).date(), "ended_on": None if is_open else ended_at.date(),
        })  # fmt: skip
    _write(session, Opportunity, rows)
    _write(session, OpportunityChange, changes)


def _write(session: Session, kind: type[Row], values: Iterable[dict[str, Any]]) -> None:
    left: Iterator[dict[str, Any]] = iter(values)
    while some := list(islice(left, AT_ONCE)):
        session.execute(insert(Row.metadata.tables[kind.__tablename__]), some)
