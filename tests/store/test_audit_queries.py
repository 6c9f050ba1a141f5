"""What the trail of a record tells to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from planned import Visits, colleague, make_visits
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from store.audit_queries import trail_of
from store.collaborators import Collaborator
from store.dossiers import DossierFacts, open_dossier
from store.engine import Book
from store.planning import action_seen_by, edit_action


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def _told(visits: Visits, action_id: int, asked_by: Collaborator) -> str:
    with visits.book.reading() as session:
        action = action_seen_by(session, action_id, asked_by=asked_by)
        assert action is not None
        return str([(one.deed, one.before, one.after) for one in trail_of(session, action, asked_by=asked_by, limit=9)])


def _edit(visits: Visits, action_id: int, by: Collaborator, **changes: object) -> None:
    facts = replace(visits.facts, **changes)  # type: ignore[arg-type]
    with visits.book.writing(actor_id=by.id, door="slack") as session:
        edit_action(session, by=by, action_id=action_id, version=None, facts=facts, now=visits.book.now())


def test_what_stood_in_a_private_action_stays_its_makers_when_it_is_opened_to_all(visits: Visits) -> None:
    with visits.book.writing(actor_id=visits.anna.id, door="slack") as session:
        action_id = visits.plan(session, subject="Burn-out", points="salary", is_private=True).id
    _edit(visits, action_id, visits.anna, subject="Visit")
    _edit(visits, action_id, visits.anna, subject="Visit", place="Tournai", representative_id=visits.bram.id)
    for one in (visits.bram, visits.charlie):
        told = _told(visits, action_id, one)
        assert "Tournai" in told
        assert "Burn-out" not in told, one.name
        assert "salary" not in told, one.name
    assert "Burn-out" in _told(visits, action_id, visits.anna)


def test_who_owned_a_private_action_when_it_was_opened_reads_on(visits: Visits) -> None:
    with visits.book.writing(actor_id=visits.anna.id, door="slack") as session:
        action_id = visits.plan(session, subject="Burn-out", is_private=True, representative_id=visits.bram.id).id
    _edit(visits, action_id, visits.bram, subject="Visit", representative_id=visits.charlie.id)
    assert "Burn-out" in _told(visits, action_id, visits.bram)
    assert "Burn-out" not in _told(visits, action_id, visits.charlie), "theirs since it is open"


def test_an_action_that_was_closed_later_tells_its_participants_all_but_what_was_private_before(visits: Visits) -> None:
    with visits.book.writing(actor_id=visits.anna.id, door="slack") as session:
        action_id = visits.plan(session, subject="Burn-out", is_private=True).id
    _edit(visits, action_id, visits.anna, subject="Visit")
    _edit(visits, action_id, visits.anna, subject="Prices", is_private=True, participants=(colleague(visits.bram),))
    told = _told(visits, action_id, visits.bram)
    assert "Prices" in told
    assert "Burn-out" not in told


def _plan(session: Session, statement: str, values: Any) -> str:
    is_sqlite = session.connection().dialect.name == "sqlite"
    if not is_sqlite:
        session.execute(text("set local enable_seqscan = off"))  # a small table is read whole otherwise
    asking = f"explain {'query plan ' if is_sqlite else ''}{statement}"
    return "\n".join(str(row[-1]) for row in session.connection().exec_driver_sql(asking, values))


def test_a_dossiers_trail_is_read_by_indexes_alone(visits: Visits) -> None:
    asked: list[tuple[str, Any]] = []
    with visits.book.writing(actor_id=visits.anna.id) as session:
        facts, now = DossierFacts("Cellar"), visits.book.now()
        dossier = open_dossier(session, by=visits.anna, relation_id=visits.dupont.id, facts=facts, now=now)
        event.listen(visits.book.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        assert [one.deed for one in trail_of(session, dossier, asked_by=visits.anna, limit=9)] == ["created"]
        plan = _plan(session, *asked[-1])
    assert "audit_entry_of_gone_item" in plan
    assert [line for line in plan.splitlines() if "SCAN " in line or "Seq Scan" in line] == []
    assert plan.count("audit_entry_of_row") >= 5
