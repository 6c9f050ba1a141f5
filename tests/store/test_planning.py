"""Planning, changing, completing and deleting actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from planned import DAY, ZONE, Visits, colleague, guest, hours, make_visits
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, ActionStatus, Meaning, When
from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import Collaborator
from store.domain import line_with_key
from store.endings import complete_action, delete_action, restore_action, set_meaning, take_cancelling_back
from store.engine import Book
from store.planning import action_seen_by, edit_action, last_type_of, meaning_of
from store.relations import delete_relation


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def _edit(visits: Visits, action: Action, by: Collaborator | None = None, **changes: Any) -> Action:
    with visits.book.writing() as session:
        stored = session.get_one(Action, action.id)
        facts = replace(facts_of(stored), **changes)
        version = changes.pop("version", None)
        who = by or visits.anna
        return edit_action(session, by=who, action_id=action.id, version=version, facts=facts, now=visits.book.now())


def _planned(visits: Visits, **changes: Any) -> Action:
    with visits.book.writing() as session:
        return visits.plan(session, **changes)


def test_an_action_is_kept_as_it_was_planned(visits: Visits) -> None:
    people = (guest(visits.els), colleague(visits.bram))
    made = _planned(visits, subject=" 🍺 <b>Visit</b>\t", place="Rue\n1", points="a\r\nb\x07", participants=people)
    with visits.book.reading() as session:
        seen = action_seen_by(session, made.id, asked_by=visits.charlie)
        assert seen is not None
        assert (seen.subject, seen.place, seen.points) == ("🍺 <b>Visit</b>", "Rue 1", "a\nb")
        assert {(p.contact_id, p.collaborator_id) for p in seen.participants} == {
            (visits.els.id, None),
            (None, visits.bram.id),
        }
        assert (seen.status.meaning, seen.sequence, seen.when) == (Meaning.PLANNED, 0, hours())
        assert seen.sort_at.hour == 13


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": " \u200b"}, "subject"),
        ({"subject": "x" * 301}, "subject"),
        ({"subject": "nul\0"}, "subject"),
        ({"place": "x" * 301}, "place"),
        ({"points": "x" * 20_001}, "points"),
        ({"when": hours(ends=time(13))}, "ends"),
        ({"when": When.day(DAY, zone=ZONE, until=DAY - timedelta(days=1))}, "until"),
        ({"when": When.day(DAY, zone=ZONE, until=DAY + timedelta(days=40))}, "until"),
        ({"relation_id": 999}, "relation"),
        ({"type_id": 999}, "type"),
        ({"representative_id": 999}, "representative"),
        ({"contact_id": 999}, "contact"),
    ],
)
def test_a_wrong_fact_is_told_at_its_field(visits: Visits, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BookError) as told:
        _planned(visits, **changes)
    assert told.value.field == field


def test_who_or_what_is_gone_since_the_form_opened_is_told_at_its_field(visits: Visits) -> None:
    made = _planned(visits)
    with visits.book.writing() as session:
        session.get_one(Collaborator, visits.bram.id).is_active = False
        delete_relation(session, visits.jan.person_id, by=visits.anna, now=visits.book.now())
    for changes, field in [
        ({"representative_id": visits.bram.id}, "representative"),
        ({"participants": (colleague(visits.bram),)}, "colleagues"),
        ({"participants": (guest(visits.jan),)}, "guests"),
    ]:
        with pytest.raises(BookError) as told:
            _edit(visits, made, **changes)
        assert told.value.field == field


def test_at_most_two_hundred_people_take_part(visits: Visits) -> None:
    with pytest.raises(BookError) as told:
        _planned(visits, participants=tuple(guest(visits.els) for _number in range(201)))
    assert told.value.field == "guests"


@pytest.mark.parametrize(
    ("starts_on", "starts", "hour_in_utc"),
    [(date(2027, 3, 28), time(2, 30), 1), (date(2026, 10, 25), time(2, 30), 0), (date(2027, 1, 4), time(0, 30), 23)],
)
def test_the_wall_time_of_the_zone_is_the_truth(
    visits: Visits, starts_on: date, starts: time, hour_in_utc: int
) -> None:
    made = _planned(visits, when=hours(starts_on, starts, None))
    assert made.sort_at.astimezone(tz=visits.book.now().tzinfo).hour == hour_in_utc


def test_the_second_of_two_editors_is_told(visits: Visits) -> None:
    made = _planned(visits)
    seen = made.version
    with visits.book.writing() as session:
        facts = replace(visits.facts, participants=(guest(visits.els),))
        first = edit_action(
            session, by=visits.anna, action_id=made.id, version=seen, facts=facts, now=visits.book.now()
        )
        assert first.version == seen + 1, "another participant alone is a new version too"
    with pytest.raises(ChangedMeanwhile) as told, visits.book.writing() as session:
        edit_action(session, by=visits.bram, action_id=made.id, version=seen, facts=facts, now=visits.book.now())
    assert told.value.version == seen + 1


def test_an_edited_action_shows_its_new_relation_representative_and_type(visits: Visits) -> None:
    from dupont import new_relation

    made = _planned(visits)
    with visits.book.writing() as session:
        other = new_relation(session, "Durand")
        _ = session.get_one(Action, made.id).relation, session.get_one(Action, made.id).owner
        facts = replace(visits.facts, relation_id=other.id, representative_id=visits.bram.id)
        edited = edit_action(
            session, by=visits.anna, action_id=made.id, version=None, facts=facts, now=visits.book.now()
        )
        assert (edited.relation.name, edited.owner.name) == ("Durand", "Bram")


def test_only_a_change_of_time_place_or_organiser_is_a_new_sequence(visits: Visits) -> None:
    made = _planned(visits)
    assert _edit(visits, made, subject="Other", points="x", participants=(guest(visits.els),)).sequence == 0
    assert _edit(visits, made, when=hours(starts=time(14, 30))).sequence == 1
    assert _edit(visits, made, place="Tournai").sequence == 2
    assert _edit(visits, made, representative_id=visits.bram.id).sequence == 3


def test_a_participant_who_stays_keeps_their_row(visits: Visits) -> None:
    made = _planned(visits, participants=(guest(visits.els), guest(visits.jan)))
    kept = {p.contact_id: p.id for p in made.participants}[visits.els.id]
    edited = _edit(visits, made, participants=(guest(visits.els), colleague(visits.bram)))
    assert {p.contact_id: p.id for p in edited.participants}[visits.els.id] == kept
    assert {p.contact_id for p in edited.participants} == {visits.els.id, None}


def test_the_representative_is_no_participant(visits: Visits) -> None:
    assert _planned(visits, participants=(colleague(visits.anna),)).participants == []


def test_completing_asks_for_a_headline_and_keeps_the_report(visits: Visits) -> None:
    made = _planned(visits)
    with pytest.raises(BookError) as told, visits.book.writing() as session:
        complete_action(session, by=visits.anna, action_id=made.id, version=None, headline=" \n", now=visits.book.now())
    assert told.value.field == "headline"
    with visits.book.writing() as session:
        done = complete_action(
            session,
            by=visits.anna,
            action_id=made.id,
            version=made.version,
            headline="Sold",
            now=visits.book.now(),
        )
        assert (done.headline, done.status.meaning) == ("Sold", Meaning.DONE)


def test_a_deleted_action_is_gone_until_it_is_restored(visits: Visits) -> None:
    made = _planned(visits)
    now = visits.book.now()
    with visits.book.writing() as session:
        delete_action(session, by=visits.anna, action_id=made.id, now=now)
        assert delete_action(session, by=visits.anna, action_id=made.id, now=now).sequence == 1
        assert action_seen_by(session, made.id, asked_by=visits.anna) is None
        assert meaning_of(session, made.id) is Meaning.CANCELLED
        with pytest.raises(NotFound):
            edit_action(session, by=visits.anna, action_id=made.id, version=None, facts=visits.facts, now=now)
        with pytest.raises(NotFound):
            set_meaning(session, by=visits.anna, action_id=made.id, meaning=Meaning.CANCELLED, now=now)
        restore_action(session, by=visits.anna, action_id=made.id, now=now)
        assert restore_action(session, by=visits.anna, action_id=made.id, now=now).sequence == 2
        assert action_seen_by(session, made.id, asked_by=visits.anna) is not None


def test_taking_a_cancellation_back_leaves_what_was_done_since(visits: Visits) -> None:
    made, now = _planned(visits), visits.book.now()
    with visits.book.writing() as session:
        by = {"by": visits.anna, "action_id": made.id, "now": now}
        set_meaning(session, meaning=Meaning.CANCELLED, **by)
        assert take_cancelling_back(session, **by).status.meaning is Meaning.PLANNED
        set_meaning(session, meaning=Meaning.CANCELLED, **by)
        complete_action(session, version=None, headline="Held after all", **by)
        assert take_cancelling_back(session, **by).status.meaning is Meaning.DONE


def test_a_retired_status_gives_way_to_one_in_use_and_serves_when_there_is_no_other(visits: Visits) -> None:
    with visits.book.writing() as session:
        old = line_with_key(session, ActionStatus, "planned")
        old.retired_at = visits.book.now()
        labels = {"label_en": "Agreed", "label_fr": "Convenu", "label_nl": "Afgesproken"}
        session.add(ActionStatus(key="agreed", meaning=Meaning.PLANNED, position=9, **labels))
    assert _planned(visits).status_id != old.id
    with visits.book.writing() as session:
        line_with_key(session, ActionStatus, "agreed").retired_at = visits.book.now()
    assert _planned(visits).status_id == old.id


def test_a_private_action_is_hidden_from_a_colleague_in_every_operation(visits: Visits) -> None:
    made = _planned(visits, is_private=True, participants=(colleague(visits.bram),))
    with visits.book.reading() as session:
        assert action_seen_by(session, made.id, asked_by=visits.charlie) is None
        assert action_seen_by(session, made.id, asked_by=visits.bram) is not None, "who takes part sees it"
    operations = [
        lambda session, by: edit_action(session, version=None, facts=visits.facts, **by),
        lambda session, by: complete_action(session, version=None, headline="x", **by),
        lambda session, by: set_meaning(session, meaning=Meaning.CANCELLED, **by),
        lambda session, by: delete_action(session, **by),
        lambda session, by: restore_action(session, **by),
    ]
    for operation in operations:
        with pytest.raises(NotFound), visits.book.writing() as session:
            operation(session, {"by": visits.charlie, "action_id": made.id, "now": visits.book.now()})


def test_somebody_who_left_plans_nothing(visits: Visits) -> None:
    visits.charlie.is_active = False
    with pytest.raises(NotAllowed), visits.book.writing() as session:
        visits.plan(session, by=visits.charlie)


def test_the_audit_trail_says_who_moved_it_through_which_door(visits: Visits) -> None:
    made = _planned(visits)
    with visits.book.writing(actor_id=visits.bram.id, door="slack") as session:
        facts = replace(visits.facts, when=hours(DAY + timedelta(days=1)))
        edit_action(session, by=visits.bram, action_id=made.id, version=None, facts=facts, now=visits.book.now())
    with visits.book.reading() as session:
        newest = entries_of(session, session.get_one(Action, made.id))[0]
    assert (newest.actor_id, newest.door, newest.deed) == (visits.bram.id, "slack", "changed")
    assert (newest.before["starts_on"], newest.after["starts_on"]) == ("2026-11-26", "2026-11-27")
    assert made.version + 1 == action_seen_version(visits, made.id), "one edit is one version"


def action_seen_version(visits: Visits, action_id: int) -> int:
    with visits.book.reading() as session:
        return session.get_one(Action, action_id).version


def test_the_next_form_begins_with_the_type_planned_last(visits: Visits) -> None:
    def last(session: Session) -> int | None:
        return last_type_of(session, visits.anna.id)

    with visits.book.reading() as session:
        assert last(session) is None
    _planned(visits)
    with visits.book.reading() as session:
        assert last(session) == visits.facts.type_id


def test_an_action_may_be_a_moment(visits: Visits) -> None:
    when = _planned(visits, when=hours(ends=time(14))).when
    assert when.starts_at == when.ends_at
