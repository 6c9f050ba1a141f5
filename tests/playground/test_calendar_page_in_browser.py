"""The calendar page in a browser: subscribing, watching a feed change, the three views, a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from browser import NewPage, shot
from feed_server import FeedServer
from invitations import invitation
from playwright.sync_api import Page, expect

from integrations.playground.exchange import ExchangeServer

pytestmark = pytest.mark.browser

ANNA, ELS = "anna@office.example", "els@dupont.example"
PHONE = {"width": 360, "height": 740}
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
Open = Callable[..., Page]


@pytest.fixture
def calendar(pages_url: str, new_page: NewPage) -> Open:
    def opened(person: str = ANNA, **options: object) -> Page:
        page = new_page(**options)
        page.clock.set_fixed_time(NOW)
        page.goto(f"{pages_url}/calendar?person={person}")
        return page

    return opened


def subscribe(page: Page, address: str) -> None:
    page.get_by_label("Subscribe to a calendar").fill(address)
    page.get_by_role("button", name="Subscribe", exact=True).click()


def test_a_subscribed_feed_shows_its_entries_and_is_asked_again_by_itself(
    calendar: Open, feed: FeedServer, feed_url: str
) -> None:
    page = calendar()
    subscribe(page, feed_url)
    expect(page.get_by_role("checkbox", name="Agenda d’Anna")).to_be_checked()
    visit = page.get_by_role("region", name="Thursday 26 November").get_by_role("button", name="Visite")
    expect(visit).to_contain_text("14:00–15:00")
    expect(page.get_by_role("definition").filter(has_text="unchanged (304)")).to_be_visible()
    expect(page.get_by_text("1 hour")).to_be_visible()
    shot(page, "calendar-agenda")
    visit.focus()
    feed.body = feed.body.replace("Rue du Moulin 12", "Grand-Place 1")
    expect(visit).to_contain_text("Grand-Place 1, Tournai")
    expect(visit).to_be_focused()


def test_week_and_month_show_the_same_entries_and_details_open(calendar: Open, feed_url: str) -> None:
    page = calendar()
    subscribe(page, feed_url)
    page.get_by_role("button", name="Week", exact=True).click()
    expect(page.get_by_role("heading", name="23 – 29 November 2026")).to_be_visible()
    page.get_by_role("button", name="Visite · Brasserie Dupont, 14:00–15:00, Rue du Moulin 12, Tournai").click()
    details = page.get_by_role("dialog", name="Visite · Brasserie Dupont")
    expect(details).to_contain_text("Thursday 26 November, 14:00–15:00")
    expect(details).to_contain_text("Agenda d’Anna")
    page.keyboard.press("Escape")
    shot(page, "calendar-week")
    page.get_by_role("button", name="Month", exact=True).click()
    expect(page.get_by_role("button", name="Thursday 26 November, 2 entries")).to_be_visible()
    shot(page, "calendar-month")
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
    page.get_by_role("button", name="Today").click()
    page.get_by_role("checkbox", name="Agenda d’Anna").uncheck()
    expect(page.get_by_role("button", name="Thursday 26 November, 0 entries")).to_be_visible()


def test_a_failing_address_is_said_at_the_field(calendar: Open, feed: FeedServer, feed_url: str) -> None:
    page = calendar()
    feed.status = 404
    subscribe(page, feed_url)
    field = page.get_by_label("Subscribe to a calendar")
    expect(field).to_have_accessible_description("There is no calendar at this address (404).")
    expect(field).to_be_focused()
    expect(field).to_have_value(feed_url)


def test_a_withdrawn_feed_says_so_where_it_stands(calendar: Open, feed: FeedServer, feed_url: str) -> None:
    page = calendar()
    subscribe(page, feed_url)
    expect(page.get_by_role("checkbox", name="Agenda d’Anna")).to_be_visible()
    feed.status = 410
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("This calendar was withdrawn")).to_be_visible()
    expect(page.get_by_role("button", name="Visite")).to_be_visible()
    page.get_by_role("button", name="Unsubscribe from Agenda d’Anna").click()
    expect(page.get_by_role("button", name="Visite")).to_have_count(0)


def test_an_invitation_stands_in_the_persons_own_calendar(exchange: ExchangeServer, calendar: Open) -> None:
    exchange.send(ANNA, invitation(ELS))
    page = calendar(ELS)
    entry = page.get_by_role("button", name="Visite · Brasserie Dupont")
    expect(entry).to_contain_text("13:00–14:00")
    [item] = exchange.items(ELS)
    exchange.answer_invitation(ELS, item.id, "decline")
    expect(entry).to_have_count(0)


@pytest.mark.parametrize("view", ["Agenda", "Week", "Month"])
def test_every_view_fits_a_phone(calendar: Open, feed_url: str, view: str) -> None:
    page = calendar(viewport=PHONE, color_scheme="dark")
    subscribe(page, feed_url)
    page.get_by_role("button", name=view, exact=True).click()
    expect(page.get_by_role("button", name="Visite").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"calendar-phone-{view.lower()}")


def test_a_refresh_is_paced_by_the_page_and_not_by_the_feed(calendar: Open, feed: FeedServer, feed_url: str) -> None:
    page = calendar()
    subscribe(page, feed_url)
    expect(page.get_by_role("checkbox", name="Agenda d’Anna")).to_be_visible()
    asked = len(feed.asked)
    page.wait_for_timeout(timedelta(seconds=2.5) / timedelta(milliseconds=1))
    assert 1 <= len(feed.asked) - asked <= 3
