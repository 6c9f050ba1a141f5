"""The front page, and the whole playground on one origin: starting, stopping, doors that lead somewhere."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import NewPage, shot
from playwright.sync_api import expect
from residents import ANNA, BRAM
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.playground import slack
from integrations.playground.app import playground_app
from integrations.playground.exchange import ExchangeServer
from integrations.playground.front import Guide, Step
from integrations.playground.people import Person
from integrations.playground.running import DidNotStart, PortTaken, RunningApp

GUIDES = (
    Guide(
        "fr",
        "Une première visite",
        "Un assistant qui vit dans Slack et Exchange.",
        (
            Step("Ouvrez Slack comme Anna", code="/crm relation Brasserie <Dupont>", href="/slack#/U0ANNA"),
            Step("Lisez l’invitation dans la boîte d’Els", href="/mail?person=els@dupont.example"),
            Step("Abonnez-vous au calendrier d’Anna", href="/calendar?person=anna@office.example"),
        ),
    ),
    Guide("nl", "Een eerste bezoek", "Een assistent die in Slack en Exchange leeft.", (Step("Open Slack als Bram"),)),
)
MANIFEST = {
    "display_information": {"name": "Rapport"},
    "features": {"bot_user": {"display_name": "Rapport"}},
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
    "settings": {"socket_mode_enabled": True},
}


@pytest.fixture
def site(people: tuple[Person, ...], exchange: ExchangeServer, tmp_path: Path) -> Iterator[str]:
    members = [slack.Person(one.slack_user, one.name.split()[0].lower(), one.name, one.mail) for one in (ANNA, BRAM)]
    workspace = slack.Workspace(
        tmp_path / "slack.db", members, MANIFEST, signing_secret="s", bot_token="xoxb-1", app_token="xapp-1"
    )
    app = playground_app(workspace, exchange, people, GUIDES, subscriptions_path=tmp_path / "subscriptions.json")
    with RunningApp(app) as running:
        yield running.url


@pytest.fixture
def visitor(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, trust_env=False) as client:
        yield client


def test_every_link_of_the_front_page_leads_to_a_page(visitor: httpx.Client) -> None:
    links = set(re.findall(r'(?:href|src)="([^"]+)"', visitor.get("/").text)) - {"#main"}
    assert {"/slack", "/mail", "/calendar", "/slack#/U0ANNA", "/mail?person=els%40dupont.example"} <= links
    assert {link: visitor.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_each_page_finds_its_styles_and_scripts(visitor: httpx.Client) -> None:
    for path in ("/mail", "/calendar"):
        page = visitor.get(path)
        assert "default-src 'self'" in page.headers["content-security-policy"]
        files = re.findall(r'(?:href|src)="(/[^"?]*\.(?:css|js|svg))"', page.text)
        assert len(files) >= 3
        for file in files:
            assert visitor.get(file).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("query", "wanted", "title"),
    [("", "nl-BE,fr;q=0.8", "Een eerste bezoek"), ("?lang=fr", "nl", "Une première visite"),
     ("", "de", "Une première visite"), ("?lang=xx", "", "Une première visite")],
)  # fmt: skip
def test_the_guide_is_in_the_visitors_language(visitor: httpx.Client, query: str, wanted: str, title: str) -> None:
    assert title in visitor.get(f"/{query}", headers={"Accept-Language": wanted}).text


def test_what_is_handed_in_is_shown_as_typed(visitor: httpx.Client) -> None:
    assert "/crm relation Brasserie &lt;Dupont&gt;" in visitor.get("/").text


def test_a_stop_tells_those_who_wait_and_lets_them_finish() -> None:
    arrived = threading.Event()

    async def wait_for_the_end(request: Request) -> Response:
        arrived.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return PlainTextResponse("gone")

    running = RunningApp(Starlette(routes=[Route("/wait", wait_for_the_end)])).start()
    answered: list[int] = []
    asking = threading.Thread(
        target=lambda: answered.append(httpx.get(f"{running.url}/wait", trust_env=False, timeout=10).status_code)
    )
    asking.start()
    assert arrived.wait(10)
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 2
    asking.join(2)
    assert answered == [200]


def test_a_mailbox_stream_does_not_hold_up_the_stop(
    people: tuple[Person, ...], exchange: ExchangeServer, tmp_path: Path
) -> None:
    workspace = slack.Workspace(
        tmp_path / "other.db", [slack.Person("U0ANNA", "anna", "Anna Lambert", ANNA.mail)], MANIFEST,
        signing_secret="s", bot_token="xoxb-1", app_token="xapp-1",
    )  # fmt: skip
    app = playground_app(workspace, exchange, people, GUIDES, subscriptions_path=tmp_path / "other.json")
    running = RunningApp(app).start()
    addresses = (f"/mail/page-api/events?person={ANNA.mail}", "/slack/page-api/events?user=U0ANNA")
    with httpx.Client(base_url=running.url, trust_env=False) as client:
        streams = [client.send(client.build_request("GET", address), stream=True) for address in addresses]
        assert [stream.status_code for stream in streams] == [200, 200]
        began = time.monotonic()
        running.stop()
        assert time.monotonic() - began < 2
        for stream in streams:
            stream.close()


def test_a_port_in_use_is_named_or_another_taken() -> None:
    app = Starlette()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} .* in use"):
            RunningApp(app, port=port)
        with RunningApp(app, port=port, or_any=True) as running:
            assert running.port != port
            assert httpx.get(running.url, trust_env=False).status_code == 404


def test_an_application_that_cannot_start_is_reported() -> None:
    def broken(_app: Starlette) -> object:
        raise OSError("no disk")

    running = RunningApp(Starlette(lifespan=broken))  # type: ignore[arg-type]
    with pytest.raises(DidNotStart):
        running.start()
    running.stop()


@pytest.mark.browser
def test_the_front_page_reads_well_wide_narrow_and_dark(site: str, new_page: NewPage) -> None:
    for name, options in {
        "front-wide": {},
        "front-narrow": {"viewport": {"width": 360, "height": 740}},
        "front-dark": {"color_scheme": "dark"},
    }.items():
        page = new_page(**options)
        page.goto(f"{site}/?lang=fr")
        expect(page.get_by_role("heading", name="Le terrain d’essai")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, name)


@pytest.mark.browser
def test_a_visitor_walks_through_the_doors_as_one_person(site: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{site}/?lang=fr")
    page.get_by_role("group", name="Ouvrir comme Bram de Wit").get_by_role("link", name="Courrier").click()
    expect(page.get_by_label("Person")).to_have_value(BRAM.mail)
    page.get_by_role("link", name="Calendar").click()
    expect(page).to_have_title("Calendar · Bram de Wit")
    page.get_by_label("Person").select_option(ANNA.mail)
    expect(page).to_have_title("Calendar · Anna Lambert")
    page.get_by_role("link", name="Slack").click()
    expect(page.get_by_text("Anna Lambert").first).to_be_visible()
