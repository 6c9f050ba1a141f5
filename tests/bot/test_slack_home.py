"""App Home stays true while it may be on the screen, however the book changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_person import text_of
from slack_stories import add_action, add_dupont, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, World

from bot.office import Office
from jobs.redraw_homes import redraw_homes
from store.collaborators import Collaborator
from store.endings import complete_action
from store.homes import LOOKED_AT_AFTER, PAUSE, WATCHED_FOR, HomeTab, Shown, note_opened


def _published(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The Slack ids of those whose Home is published, in their order."""
    published: list[str] = []
    publish = world.office.slack.views_publish

    def noted(**told: Any) -> Any:
        published.append(told["user_id"])
        return publish(**told)

    monkeypatch.setattr(world.office.slack, "views_publish", noted)
    return published


def _opened(world: World) -> None:
    """Claire's Home stands, and the book knows."""
    claire = world.person(CLAIRE)
    claire.opens_home()
    claire.waits_for_home("Good day")
    wait_until(lambda: _row(world) is not None)


def _row(world: World) -> HomeTab | None:
    with world.office.book.reading() as session:
        return session.scalars(select(HomeTab)).one_or_none()


def _later(world: World, length: timedelta = PAUSE) -> Office:
    """The office so much later: another process after a restart would be no other."""
    at = world.office.now() + length
    return replace(world.office, now=lambda: at)


def _run(office: Office) -> None:
    redraw_homes(office, office.now())


def test_home_is_redrawn_when_what_it_shows_changes(english: World, monkeypatch: pytest.MonkeyPatch) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire_row, today = english.collaborator(CLAIRE), datetime.now(ZoneInfo("Europe/Brussels")).date()
    _opened(english)
    published = _published(english, monkeypatch)
    claire = english.person(CLAIRE)
    action_id = add_action(english, claire_row, relation_id, "Prices 2027", on=today, starts=None)
    _run(_later(english))
    assert "Prices 2027" in text_of(claire.home())
    with english.office.book.writing() as session:
        bram, now = english.collaborator(BRAM), english.office.now()
        complete_action(session, by=bram, action_id=action_id, version=None, headline="Sold", now=now)
    _run(_later(english, PAUSE * 2))
    assert "Prices 2027" not in text_of(claire.home())
    assert published == [CLAIRE.id, CLAIRE.id]


def test_a_home_that_says_the_same_is_not_published_and_none_twice_within_a_pause(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _opened(english)
    published = _published(english, monkeypatch)
    relation_id, _contact_id = add_dupont(english)  # a change of the book that no Home shows
    _run(_later(english))
    assert published == []
    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    for subject in ("First", "Second"):
        add_action(english, english.collaborator(CLAIRE), relation_id, subject, on=today, starts=None)
        _run(_later(english, PAUSE * 2))
    assert published == [CLAIRE.id]
    _run(_later(english, PAUSE * 3))
    assert published == [CLAIRE.id, CLAIRE.id]
    assert "Second" in text_of(english.person(CLAIRE).home())


def test_the_day_turns_on_a_home_that_stays_open_for_days_and_is_then_left_alone(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    relation_id, _contact_id = add_dupont(english)
    in_two_days = datetime.now(ZoneInfo("Europe/Brussels")).date() + timedelta(days=2)
    add_action(english, english.collaborator(CLAIRE), relation_id, "Prices 2027", on=in_two_days, starts=None)
    _opened(english)
    published = _published(english, monkeypatch)
    _run(_later(english, LOOKED_AT_AFTER))
    assert published == []
    _run(_later(english, timedelta(days=1)))
    assert "Prices 2027" in text_of(english.person(CLAIRE).home())
    _run(_later(english, WATCHED_FOR))
    assert published == [CLAIRE.id]


def test_slack_is_left_alone_for_as_long_as_it_asks_and_a_newer_home_is_not_overwritten(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    relation_id, _contact_id = add_dupont(english)
    _opened(english)
    published = _published(english, monkeypatch)
    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    add_action(english, english.collaborator(CLAIRE), relation_id, "Prices 2027", on=today, starts=None)
    english.workspace.faults.web_api_limits(1, method="views.publish", retry_after_s=40)
    _run(_later(english))
    _run(_later(english, PAUSE * 3))
    assert published == [CLAIRE.id]
    claire = english.person(CLAIRE)
    newer = {"type": "home", "blocks": [{"type": "divider"}]}
    english.office.slack.api_call("views.publish", json={"user_id": CLAIRE.id, "view": newer})
    _run(_later(english, PAUSE * 6))
    assert "Prices 2027" not in text_of(claire.home())
    _run(_later(english, PAUSE * 8))
    assert "Prices 2027" in text_of(claire.home())


def test_the_home_of_a_colleague_who_left_says_so_once_and_names_no_client_any_more(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    relation_id, _contact_id = add_dupont(english)
    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    add_action(english, english.collaborator(CLAIRE), relation_id, "Prices 2027", on=today, starts=None)
    _opened(english)
    claire = english.person(CLAIRE)
    assert "Prices 2027" in text_of(claire.home())
    published = _published(english, monkeypatch)
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(CLAIRE).id).is_active = False
    _run(_later(english, WATCHED_FOR))
    assert "Your access to Rapport has ended. Ask an administrator." in text_of(claire.home())
    assert "Prices 2027" not in text_of(claire.home())
    assert _row(english) is None
    _run(_later(english, WATCHED_FOR + PAUSE))
    assert published == [CLAIRE.id]


def test_the_homes_that_a_run_does_not_publish_are_the_first_of_the_next(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_at = english.office.now()
    with english.office.book.writing() as session:
        everybody = session.scalars(select(Collaborator).where(Collaborator.is_active).order_by(Collaborator.id)).all()
        waiting = [one for one in everybody if one.slack_user_id][::-1]
        for place, one in enumerate(waiting):
            at = opened_at + timedelta(milliseconds=place)
            note_opened(session, one.id, Shown(0, "another view", ""), now=at)
    assert len(waiting) > 1
    monkeypatch.setattr("jobs.redraw_homes.PUBLISHED_AT_ONCE", 1)
    published = _published(english, monkeypatch)
    for seconds in range(len(waiting)):
        _run(_later(english, LOOKED_AT_AFTER + timedelta(seconds=seconds)))
    assert published == [one.slack_user_id for one in waiting]
