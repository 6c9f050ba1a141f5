"""What Rapport answers over HTTP: calendars, downloads, unsubscribing, health."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import recurring_ical_events
from icalendar import Calendar
from world import settings_for

from bot.document_links import document_url
from bot.office import Office, make_office
from bot.slack.app import make_app
from bot.web import feeds
from bot.web.app import make_web_app
from integrations.playground.running import RunningApp
from store.action_facts import ActionFacts, Participation, facts_of
from store.actions import ActionType, When
from store.collaborators import Collaborator, add_collaborator
from store.documents import DocumentLink, link_document
from store.domain import line_with_key
from store.endings import complete_action, delete_action
from store.engine import Book
from store.feeds import new_feed, revoke_feed
from store.planning import edit_action, plan_action
from store.recurring import occurrence_on
from store.relations import Relation, add_relation, edit_relation
from store.series import Every, Recurrence
from store.starter import seed_domain_data

URL = "http://rapport.test:80"
DAY = date(2026, 11, 26)


@dataclass
class Site:
    office: Office
    client: httpx.Client
    anna: Collaborator
    bram: Collaborator
    relation: Relation

    def plan(
        self,
        subject: str,
        *,
        is_private: bool = False,
        recurrence: Recurrence | None = None,
        colleagues: Iterable[Collaborator] = (),
    ) -> int:
        with self.office.book.writing() as session:
            facts = ActionFacts(
                relation_id=self.relation.id,
                type_id=line_with_key(session, ActionType, "visit").id,
                subject=subject,
                when=When.hours(DAY, time(14), time(15), zone="Europe/Brussels", lasts=timedelta(hours=1)),
                representative_id=self.anna.id,
                is_private=is_private,
                recurrence=recurrence,
                participants=tuple(Participation(collaborator_id=one.id) for one in colleagues),
            )
            return plan_action(session, by=self.anna, facts=facts, now=self.office.now()).id

    def feed(self, who: Collaborator) -> tuple[int, str]:
        with self.office.book.writing() as session:
            feed, token = new_feed(session, by=who, name="Phone", now=self.office.now())
        return feed.id, f"/calendar/{token}.ics"


@pytest.fixture
def site(new_sqlite_url: Callable[[], str], tmp_path: Path, clock: Any) -> Iterator[Site]:
    office = make_office(settings_for("http://slack.test", URL, new_sqlite_url(), tmp_path))
    office = replace(office, now=clock, book=Book(office.book.url.render_as_string(), now=clock, connections=4))
    with office.book.writing() as session:
        seed_domain_data(session, clock())
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=clock())
        bram = add_collaborator(session, name="Bram", mail="bram@office.example", now=clock())
        relation = add_relation(session, by=anna, now=clock(), name="Brasserie Dupont")
    with RunningApp(make_web_app(office, make_app(office))) as served:
        with httpx.Client(base_url=served.url, trust_env=False) as client:
            yield Site(office, client, anna, bram, relation)
    office.close()


def test_a_feed_shows_ones_own_actions_and_nobody_elses_private_ones(site: Site) -> None:
    site.plan("Open visit")
    site.plan("Secret visit", is_private=True)
    own, other = (site.client.get(site.feed(who)[1]) for who in (site.anna, site.bram))
    assert own.headers["content-type"] == "text/calendar; charset=utf-8"
    assert {"SUMMARY:Open visit", "SUMMARY:Secret visit"} <= set(own.text.splitlines())
    assert "visit" not in other.text


def test_the_note_of_a_done_action_stands_in_the_feed_of_those_who_may_see_it(site: Site) -> None:
    ids = site.plan("Open visit", colleagues=[site.bram]), site.plan("Secret visit", is_private=True)
    with site.office.book.writing() as session:
        for action_id in ids:
            told = {"headline": "Agreed", "report": f"Note {action_id}", "now": site.office.now()}
            complete_action(session, by=site.anna, action_id=action_id, version=None, **told)
    for who, noted in ((site.anna, set(ids)), (site.bram, {ids[0]})):
        events = Calendar.from_ical(site.client.get(site.feed(who)[1]).content).walk("VEVENT")
        notes = [str(event["DESCRIPTION"]).splitlines()[-1] for event in events]
        assert set(notes) == {f"Note {action_id}" for action_id in noted}


def test_a_series_stands_in_the_feed_as_a_rule_with_what_was_moved_and_deleted(site: Site, clock: Any) -> None:
    whole_id, (_feed_id, address) = site.plan("Visit", recurrence=Recurrence(Every.WEEK, count=4)), site.feed(site.anna)
    before = site.client.get(address)
    weeks = [DAY + timedelta(weeks=number) for number in range(4)]
    assert _starts(before.content) == [(on, time(14)) for on in weeks]
    clock.advance(timedelta(minutes=1))
    with site.office.book.writing() as session:
        moved, gone = (occurrence_on(session, whole_id, on, by=site.anna, now=clock()) for on in weeks[1:3])
        later = When.hours(weeks[1], time(16), time(17), zone="Europe/Brussels", lasts=timedelta(hours=1))
        facts = replace(facts_of(moved), when=later)
        edit_action(session, by=site.anna, action_id=moved.id, version=None, facts=facts, now=clock())
        delete_action(session, by=site.anna, action_id=gone.id, now=clock())
    after = site.client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert _starts(after.content) == [(weeks[0], time(14)), (weeks[1], time(16)), (weeks[3], time(14))]


def _starts(calendar: bytes) -> list[tuple[date, time]]:
    """Local day and hour of each occurrence that a calendar program shows, by start."""
    events = recurring_ical_events.of(Calendar.from_ical(calendar)).between(DAY, DAY + timedelta(days=90))
    return sorted((event["DTSTART"].dt.date(), event["DTSTART"].dt.time()) for event in events)


def test_a_wrong_a_revoked_and_a_leavers_address_cannot_be_told_apart(site: Site) -> None:
    feed_id, address = site.feed(site.anna)
    _bram_id, bram_address = site.feed(site.bram)
    assert site.client.get(address).status_code == 200
    with site.office.book.writing() as session:
        revoke_feed(session, by=site.anna, feed_id=feed_id, now=site.office.now())
        session.get_one(Collaborator, site.bram.id).is_active = False
    answers = [site.client.get(one) for one in (address, bram_address, "/calendar/wrong.ics", "/calendar/%00.ics")]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}


def test_an_unchanged_feed_answers_304_and_renders_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.plan("Visit")
    _feed_id, address = site.feed(site.anna)
    etag = site.client.get(address).headers["etag"]

    def never(*_arguments: object) -> None:
        raise AssertionError("nothing is rendered for a 304")

    monkeypatch.setattr(feeds, "render", never)
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = site.client.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


def test_every_change_that_the_calendar_shows_is_a_new_etag(site: Site, clock: Any) -> None:
    action_id, (_feed_id, address) = site.plan("Visit"), site.feed(site.anna)
    seen = [site.client.get(address).headers["etag"]]

    def after(change: Callable[[Any], object]) -> str:
        clock.advance(timedelta(minutes=1))
        with site.office.book.writing() as session:
            change(session)
        answer = site.client.get(address, headers={"If-None-Match": seen[-1]})
        assert answer.status_code == 200
        assert answer.headers["etag"] not in seen
        seen.append(answer.headers["etag"])
        return answer.text

    def move(session: Any) -> None:
        from store.actions import Action

        facts = replace(facts_of(session.get_one(Action, action_id)), subject="Moved visit")
        edit_action(session, by=site.anna, action_id=action_id, version=None, facts=facts, now=clock())

    assert "Moved visit" in after(move)
    assert "Dupont & fils" in after(
        lambda session: edit_relation(session, site.relation.id, by=site.anna, now=clock(), name="Dupont & fils")
    )
    assert "STATUS:CANCELLED" in after(
        lambda session: delete_action(session, by=site.anna, action_id=action_id, now=clock())
    )


def _document(site: Site, content: bytes, name: str, media_type: str, action_id: int) -> int:
    with site.office.book.writing() as session:
        document = site.office.shelf.keep(session, content, media_type=media_type, now=site.office.now())
        link = link_document(session, document, by=site.anna, name=name, action_id=action_id, now=site.office.now())
        session.flush()
        assert isinstance(link, DocumentLink)
        return link.id


def _path(site: Site, link_id: int, who: Collaborator) -> str:
    return document_url(site.office, link_id, who).removeprefix(URL)


def test_a_document_is_handed_to_who_may_see_it_and_never_runs_here(site: Site) -> None:
    link_id = _document(
        site, b"<script>alert(1)</script>", "é & o.html", "text/html", site.plan("Private", is_private=True)
    )
    answer = site.client.get(_path(site, link_id, site.anna))
    assert (answer.status_code, answer.content) == (200, b"<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9%20%26%20o.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert site.client.get(_path(site, link_id, site.bram)).status_code == 404
    own = _path(site, link_id, site.anna)
    assert site.client.get(own[:-3] + "xyz").status_code == 404
    with site.office.book.writing() as session:
        session.get_one(Collaborator, site.anna.id).is_active = False
    assert site.client.get(own).status_code == 404


def test_a_link_to_a_document_expires(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    link_id = _document(site, b"x", "x.txt", "text/plain", site.plan("Visit"))
    url = _path(site, link_id, site.anna)
    assert site.client.get(url).status_code == 200
    monkeypatch.setattr("bot.document_links.LIVES_S", -1)
    assert site.client.get(url).status_code == 404


def test_health_and_metrics_count_and_name_nobody(site: Site) -> None:
    site.plan("Visit")
    health, metrics = site.client.get("/health"), site.client.get("/metrics")
    assert (health.status_code, health.json()["status"]) == (200, "well")
    assert re.search(r"^rapport_waiting_outgoing 0.0$", metrics.text, re.MULTILINE)
    for shown in (health.text, metrics.text):
        assert "Anna" not in shown
        assert "@" not in shown


def test_slack_is_not_answered_without_its_signature(site: Site) -> None:
    assert site.client.post("/slack/events", data={"command": "/crm"}).status_code == 401
