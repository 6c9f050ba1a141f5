"""The calendar page: subscribing as a calendar program does, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from feed_server import FEED, FeedServer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from integrations.playground.calendar import fetching
from integrations.playground.calendar.page_routes import page_routes
from integrations.playground.calendar.subscriptions import Subscriptions
from integrations.playground.people import Person
from integrations.playground.running import RunningApp

OWN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Own//EN
BEGIN:VEVENT
UID:own-1
DTSTAMP:20261120T090000Z
DTSTART:20261127T080000Z
DTEND:20261127T090000Z
SUMMARY:Coffee with Bram
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
ANNA, ELS = "anna@office.example", "els@dupont.example"
Now = Callable[[], datetime]


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def routes(people: tuple[Person, ...], web: httpx.Client, tmp_path: Path, clock: Now) -> list[BaseRoute]:
    subscriptions = Subscriptions(tmp_path / "subscriptions.json", web, now=clock)
    return page_routes(people, subscriptions, lambda _mail: OWN, refresh_every=timedelta(seconds=1))


@pytest.fixture
def visitor(routes: list[BaseRoute]) -> Iterator[httpx.Client]:
    with RunningApp(Starlette(routes=routes)) as running, httpx.Client(base_url=running.url, trust_env=False) as client:
        yield client


def subscribe(visitor: httpx.Client, url: str, person: str = ANNA) -> httpx.Response:
    return visitor.post("/calendar/page-api/subscribe", json={"person": person, "url": url})


def refresh(visitor: httpx.Client) -> dict[str, object]:
    answer = visitor.post("/calendar/page-api/refresh", json={"person": ANNA})
    first: dict[str, object] = answer.json()[0]
    return first


def entries(
    visitor: httpx.Client, person: str = ANNA, first: str = "2026-11-23", until: str = "2026-11-30"
) -> list[dict[str, str]]:
    answer = visitor.get("/calendar/page-api/calendars", params={"person": person, "from": first, "to": until})
    found: list[dict[str, str]] = answer.json()["entries"]
    return found


def test_a_calendar_shows_its_name_and_how_often_it_wants_to_be_asked(visitor: httpx.Client, feed_url: str) -> None:
    answer = subscribe(visitor, feed_url).json()
    assert answer["name"] == "Agenda d’Anna"
    assert answer["refresh_interval"] == "PT1H"
    assert answer["state"] == "fetched (200)"


def test_a_refresh_asks_conditionally_and_honours_304(visitor: httpx.Client, feed: FeedServer, feed_url: str) -> None:
    subscribe(visitor, feed_url)
    assert refresh(visitor)["state"] == "unchanged (304)"
    assert "if-none-match" not in feed.asked[0]
    assert feed.asked[1]["if-none-match"] == feed.etag
    assert feed.asked[1]["if-modified-since"] == "Sat, 21 Nov 2026 08:00:00 GMT"
    assert "Salon de Tournai" in {entry["title"] for entry in entries(visitor)}


def test_a_changed_calendar_is_read_again(visitor: httpx.Client, feed: FeedServer, feed_url: str) -> None:
    subscribe(visitor, feed_url)
    feed.body = FEED.replace("Salon de Tournai", "Salon de Mons")
    assert refresh(visitor)["state"] == "fetched (200)"
    assert "Salon de Mons" in {entry["title"] for entry in entries(visitor)}


def test_times_are_the_readers_and_a_series_keeps_its_hour(visitor: httpx.Client, feed_url: str) -> None:
    subscribe(visitor, feed_url, person=ELS)
    calls = [entry for entry in entries(visitor, ELS, "2026-10-19", "2026-11-02") if entry["title"] == "Team call"]
    assert [entry["starts"] for entry in calls] == ["2026-10-23T08:00", "2026-10-30T08:00"]
    visit = next(entry for entry in entries(visitor, ELS) if entry["title"].startswith("Visite"))
    assert (visit["starts"], visit["ends"]) == ("2026-11-26T13:00", "2026-11-26T14:00")


def test_whole_days_stay_days_and_cancelled_entries_say_so(visitor: httpx.Client, feed_url: str) -> None:
    subscribe(visitor, feed_url)
    shown = {entry["title"]: entry for entry in entries(visitor)}
    fair, call = shown["Salon de Tournai"], shown["Appel · Café Central"]
    assert (fair["is_all_day"], fair["starts"], fair["ends"]) == (True, "2026-11-24", "2026-11-26")
    assert call["is_cancelled"] is True


def test_the_persons_own_calendar_stands_beside_the_subscribed_ones(visitor: httpx.Client) -> None:
    [own] = entries(visitor)
    assert (own["calendar"], own["title"], own["starts"]) == ("own", "Coffee with Bram", "2026-11-27T09:00")


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "no calendar at this address (404)"), (410, "withdrawn"), (500, "answered 500"), (403, "may not be read")],
)
def test_an_address_that_fails_is_refused_with_a_plain_sentence(
    visitor: httpx.Client, feed: FeedServer, feed_url: str, status: int, words: str
) -> None:
    feed.status = status
    answer = subscribe(visitor, feed_url)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VCALENDAR\r\n"])
def test_what_is_no_calendar_is_refused(visitor: httpx.Client, feed: FeedServer, feed_url: str, body: str) -> None:
    feed.body = body
    assert subscribe(visitor, feed_url).json()["error"] == "The address answers, but not with a calendar."


def test_an_entry_that_cannot_be_read_hides_no_other(visitor: httpx.Client, feed: FeedServer, feed_url: str) -> None:
    bad = ("SUMMARY:No start", "DTSTART:soon\r\nSUMMARY:Bad start", "DTSTART:20261124T100000Z\r\nRRULE:FREQ=NEVER")
    events = "".join(f"BEGIN:VEVENT\r\nUID:bad{n}\r\n{lines}\r\nEND:VEVENT\r\n" for n, lines in enumerate(bad))
    feed.body = FEED.replace("END:VCALENDAR", f"{events}END:VCALENDAR")
    assert subscribe(visitor, feed_url).status_code == 200
    shown = {entry["title"] for entry in entries(visitor)}
    assert {"Salon de Tournai", "Team call", "Visite · Brasserie Dupont"} <= shown
    assert not shown & {"No start", "Bad start"}


def test_a_slow_server_is_given_up(
    visitor: httpx.Client, feed: FeedServer, feed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "ANSWER_WITHIN_S", 0.2)
    feed.delay_s = 0.6
    assert "No answer within" in subscribe(visitor, feed_url).json()["error"]


@pytest.mark.parametrize("address", ["", "office.example/feed.ics", "file:///etc/passwd", "http://", "http://[::1"])
def test_only_web_addresses_are_calendars(visitor: httpx.Client, address: str) -> None:
    assert subscribe(visitor, address).status_code == 422


def test_a_webcal_link_is_read_over_http(visitor: httpx.Client, feed_url: str) -> None:
    assert subscribe(visitor, feed_url.replace("http://", "webcal://")).json()["url"] == feed_url


def test_a_withdrawn_calendar_keeps_what_was_there(visitor: httpx.Client, feed: FeedServer, feed_url: str) -> None:
    subscribe(visitor, feed_url)
    feed.status = 410
    assert "withdrawn" in str(refresh(visitor)["state"])
    assert "Salon de Tournai" in {entry["title"] for entry in entries(visitor)}
    feed.status = 200
    assert refresh(visitor)["state"] == "unchanged (304)"


def test_each_person_has_their_own_subscriptions_and_the_same_one_once(visitor: httpx.Client, feed_url: str) -> None:
    added = subscribe(visitor, feed_url).json()
    assert "already" in subscribe(visitor, feed_url).json()["error"]
    assert [entry["calendar"] for entry in entries(visitor, ELS)] == ["own"]
    visitor.post("/calendar/page-api/unsubscribe", json={"person": ELS, "id": added["id"]})
    assert added["id"] in {entry["calendar"] for entry in entries(visitor)}
    visitor.post("/calendar/page-api/unsubscribe", json={"person": ANNA, "id": added["id"]})
    assert [entry["calendar"] for entry in entries(visitor)] == ["own"]


def test_a_restart_forgets_no_subscription(web: httpx.Client, feed_url: str, tmp_path: Path, clock: Now) -> None:
    path = tmp_path / "subscriptions.json"
    added = Subscriptions(path, web, now=clock).subscribe(ANNA, feed_url)
    assert Subscriptions(path, web, now=clock).of(ANNA) == [added]


def test_a_window_that_makes_no_sense_is_refused(visitor: httpx.Client) -> None:
    for first, until in (("2026-11-23", "2026-11-23"), ("yesterday", "today"), ("2026-01-01", "2029-01-01")):
        answer = visitor.get("/calendar/page-api/calendars", params={"from": first, "to": until})
        assert answer.status_code == 400
