"""Status, priority, deadline, billing, linked document and who follows: what else an action holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from planned import DAY, ZONE, Visits, hours, make_visits
from sqlalchemy.orm import Session

from store.action_checks import status_meaning, usual_priority
from store.action_facts import facts_of
from store.actions import Action, ActionStatus, ActionType, Meaning
from store.audit import entries_of
from store.base import BookError
from store.billing import Billing, billable_actions, billing_of
from store.collaborators import Collaborator, Role, Team
from store.domain import line_with_key
from store.dossiers import DossierFacts, open_dossier
from store.endings import complete_action
from store.engine import Book
from store.following import followers, read_conditions, require_follower
from store.involvements import Involvement, InvolvementCategory
from store.linked_documents import LinkedDocument, link_of
from store.lists.lines import retire_line
from store.lists.registry import list_of
from store.planning import edit_action, record_done_action
from store.statuses import ActionPriority


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def _edit(session: Session, visits: Visits, action: Action, **changes: Any) -> Action:
    facts = replace(facts_of(action), **changes)
    return edit_action(session, by=visits.anna, action_id=action.id, version=None, facts=facts, now=visits.book.now())


HOUR = Billing(Decimal("1.5"), Decimal(90), "EUR")


def test_an_action_is_planned_and_of_the_usual_priority_unless_something_else_is_chosen(visits: Visits) -> None:
    with visits.book.writing() as session:
        session.add(ActionPriority(key="high", label_en="High", label_fr="Haute", label_nl="Hoog", position=-1))
        made = visits.plan(session)
        assert (made.status.meaning, made.priority.key) == (Meaning.PLANNED, "normal")
        high = line_with_key(session, ActionPriority, "high")
        assert _edit(session, visits, made, priority_id=high.id).priority.key == "high"
        usual_priority(session).is_usual = False
        session.flush()
        assert usual_priority(session).key == "high", "without a usual one the first of the list"


def test_overdue_follows_from_the_clock_and_is_never_stored(visits: Visits) -> None:
    with visits.book.writing() as session:
        made = visits.plan(session)
        over = hours().ends_at
        assert not made.is_overdue(over - timedelta(minutes=1))
        assert made.is_overdue(over)
        done = complete_action(
            session, by=visits.anna, action_id=made.id, version=None, headline="Met", now=visits.book.now()
        )
        assert not done.is_overdue(over)
        assert "overdue" not in {column.key for column in ActionStatus.__table__.columns}


def test_a_status_that_was_retired_while_the_form_was_open_is_told_at_its_field(visits: Visits) -> None:
    with visits.book.writing() as session:
        missed = status_meaning(session, Meaning.NO_SHOW)
        kept = visits.plan(session, status_id=missed.id)
        made = visits.plan(session)
        missed.retired_at = visits.book.now()
        session.flush()
        assert _edit(session, visits, kept, place="Ghent").status_id == missed.id, "it stays where it stood"
        with pytest.raises(BookError) as told:
            _edit(session, visits, made, status_id=missed.id)
        assert told.value.field == "status"


def test_calling_an_action_off_in_its_form_and_on_again_is_a_new_sequence(visits: Visits) -> None:
    with visits.book.writing() as session:
        made = visits.plan(session)
        cancelled, planned = (status_meaning(session, one).id for one in (Meaning.CANCELLED, Meaning.PLANNED))
        assert _edit(session, visits, made, status_id=cancelled).sequence == 1
        assert _edit(session, visits, made, status_id=planned).sequence == 2


def test_an_action_that_is_done_wants_a_headline_whichever_form_says_so(visits: Visits) -> None:
    with visits.book.writing() as session:
        done = status_meaning(session, Meaning.DONE).id
        for headline in ("", " \u200b"):
            with pytest.raises(BookError) as told:
                visits.plan(session, status_id=done, headline=headline)
            assert told.value.field == "headline"
        assert visits.plan(session, status_id=done, headline="Met").headline == "Met"
        filed = record_done_action(
            session, by=visits.anna, relation_id=visits.dupont.id, contact_id=None, type_key="mail_sent",
            subject="Offer 118", at=visits.book.now(), now=visits.book.now(),
        )  # fmt: skip
        assert filed.headline == "Offer 118", "what the history shows of a mail"


def test_an_emoji_is_a_subject_and_what_nobody_sees_is_none(visits: Visits) -> None:
    with visits.book.writing() as session:
        assert visits.plan(session, subject="🍷").subject == "🍷"
        with pytest.raises(BookError) as told:
            visits.plan(session, subject="\u200b \u2060")
        assert told.value.field == "subject"


@pytest.mark.parametrize(
    ("billing", "field"),
    [
        (replace(HOUR, hours=Decimal(-5)), "billed_hours"),
        (replace(HOUR, hours=Decimal("1e30")), "billed_hours"),
        (replace(HOUR, rate=Decimal(-5)), "billed_rate"),
        (replace(HOUR, rate=Decimal("1e30")), "billed_rate"),
        (replace(HOUR, currency="XXX"), "billed_currency"),
        (replace(HOUR, billed_in="x" * 101), "billed_in"),
    ],
)
def test_impossible_billing_is_told_at_its_field(visits: Visits, billing: Billing, field: str) -> None:
    with pytest.raises(BookError) as told, visits.book.writing() as session:
        visits.plan(session, billing=billing)
    assert told.value.field == field


def test_billable_actions_are_those_done_in_the_period_that_the_asker_may_see(visits: Visits) -> None:
    with visits.book.writing() as session:
        done = {"status_id": status_meaning(session, Meaning.DONE).id, "headline": "Met"}
        billed = visits.plan(session, billing=replace(HOUR, billed_in="2026-7"), **done)
        visits.plan(session, **done)
        visits.plan(session, billing=HOUR)
        visits.plan(session, billing=HOUR, when=hours(DAY + timedelta(days=2)), **done)
        visits.plan(session, billing=HOUR, is_private=True, **done)
        found = billable_actions(session, DAY, DAY, zone=ZONE, asked_by=visits.charlie)
        assert [one.id for one in found] == [billed.id]
        kept = billing_of(found[0])
        assert kept is not None
        assert (kept.amount, kept.billed_in) == (Decimal("135.00"), "2026-7")
        with pytest.raises(BookError) as told:
            billable_actions(session, DAY, DAY - timedelta(days=1), zone=ZONE, asked_by=visits.charlie)
        assert told.value.field == "last"


def test_a_linked_document_has_kind_journal_number_and_address(visits: Visits) -> None:
    linked = LinkedDocument("Invoice", "VEN", "2026-118", "https://erp.example/118")
    with visits.book.writing() as session:
        made = visits.plan(session, linked=linked)
        assert (link_of(made), linked.name) == (linked, "Invoice VEN 2026-118")
        moved = _edit(session, visits, made, linked=replace(linked, url="file://server/118.pdf"))
        assert moved.linked_url == "file://server/118.pdf"
        assert link_of(_edit(session, visits, made, linked=LinkedDocument())) is None
        with pytest.raises(BookError) as told:
            visits.plan(session, linked=replace(linked, url="javascript:alert(1)"))
        assert told.value.field == "linked_url"


def test_deadline_and_planned_time_are_apart(visits: Visits) -> None:
    with visits.book.writing() as session:
        made = visits.plan(session, deadline_on=DAY + timedelta(days=9))
        moved = _edit(session, visits, made, when=hours(DAY + timedelta(days=1)))
        assert (moved.deadline_on, moved.starts_on) == (DAY + timedelta(days=9), DAY + timedelta(days=1))
        assert "deadline_on" in entries_of(session, made)[-1].after


# Who may follow


def _names(session: Session, visits: Visits, conditions: str, typed: str = "") -> list[str]:
    found = followers(session, conditions, relation_id=visits.dupont.id, on=DAY, asked_by=visits.anna, typed=typed)
    return [one.name for one in found]


def test_the_offices_filter_says_who_may_follow_an_action(visits: Visits) -> None:
    with visits.book.writing() as session:
        team = Team(key="wine", label_en="Wine", label_fr="Vin", label_nl="Wijn")
        claims = InvolvementCategory(key="claims", label_en="Claims", label_fr="Sinistres", label_nl="Schade")
        session.add_all([team, claims])
        session.flush()
        for one in (visits.anna, visits.bram):
            session.get_one(Collaborator, one.id).team_id = team.id
        visits.anna.team_id = team.id
        session.get_one(Collaborator, visits.charlie.id).role = Role.ADMIN
        part = Involvement(relation_id=visits.dupont.id, collaborator_id=visits.bram.id, category_id=claims.id)
        part.since_on = DAY - timedelta(days=30)
        session.add(part)
        session.flush()
        assert _names(session, visits, "active") == ["Anna", "Bram", "Charlie"]
        assert _names(session, visits, "active", typed="BR") == ["Bram"]
        assert _names(session, visits, "team") == ["Anna", "Bram"]
        assert _names(session, visits, "role:admin") == ["Charlie"]
        assert _names(session, visits, "category:claims") == ["Bram"]
        assert _names(session, visits, "team role:admin") == []
        session.get_one(Collaborator, visits.bram.id).is_active = False
        session.flush()
        assert _names(session, visits, "category:claims") == [], "who left never may"
        with pytest.raises(BookError) as told:
            require_follower(
                session, visits.charlie.id, "team", relation_id=visits.dupont.id, on=DAY, asked_by=visits.anna
            )
        assert told.value.field == "followed_by"


def test_a_part_in_one_dossier_lets_follow_the_actions_of_that_dossier_alone(visits: Visits) -> None:
    now = visits.book.now()
    with visits.book.writing() as session:
        cellar, fair = (
            open_dossier(session, by=visits.anna, relation_id=visits.dupont.id, facts=DossierFacts(name), now=now)
            for name in ("Cellar", "Fair")
        )
        claims = InvolvementCategory(key="claims", label_en="Claims", label_fr="Sinistres", label_nl="Schade")
        session.add(claims)
        session.flush()
        for who, dossier in ((visits.anna, None), (visits.bram, cellar)):
            part = Involvement(relation_id=visits.dupont.id, collaborator_id=who.id, category_id=claims.id)
            part.since_on, part.dossier_id = DAY, dossier.id if dossier else None
            session.add(part)
        session.flush()
        where: dict[str, Any] = {"relation_id": visits.dupont.id, "on": DAY, "asked_by": visits.anna}
        told = [
            [one.name for one in followers(session, "category:claims", dossier_id=dossier_id, **where)]
            for dossier_id in (None, cellar.id, fair.id)
        ]
        assert told == [["Anna"], ["Anna", "Bram"], ["Anna"]]


@pytest.mark.parametrize("text", ["everybody", "role:boss", "active:now", "category:", "__import__('os')"])
def test_a_condition_that_is_not_known_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(ValueError, match="knows"):
        read_conditions(text)


def test_the_last_priority_of_actions_cannot_be_retired(visits: Visits) -> None:
    with visits.book.writing() as session:
        session.get_one(Collaborator, visits.anna.id).role = Role.ADMIN
        visits.anna.role = Role.ADMIN
        priority = usual_priority(session)
        with pytest.raises(BookError, match="always has a priority"):
            retire_line(session, list_of(ActionPriority), priority.id, by=visits.anna, now=visits.book.now())


def test_a_type_carries_what_its_actions_begin_with(visits: Visits) -> None:
    columns = {extra.column for extra in list_of(ActionType).extras}
    assert {
        "duration_min", "is_all_day", "reminder_min", "is_private", "invites", "asks_expenses", "emoji",
        "next_type_id", "next_after_days",
    } <= columns  # fmt: skip
