"""`rapport doctor`: each thing that can be wrong is found, said with its mend, and never with a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_settings import settings
from installation import SECRETS, Installation, installation
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from world import EMMA

from bot.doctor.book import examine_book
from bot.doctor.findings import Finding, State
from bot.doctor.mail import examine_mail
from bot.doctor.slack import examine_slack, scopes_found
from bot.doctor.web import examine_web
from bot.office import make_office
from bot.settings import Settings
from bot.slack.manifest import BOT_SCOPES
from integrations.playground.running import RunningApp
from store.upgrading import upgrade


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        made.runs("db", "upgrade")
        made.runs("collaborator", "add", "--admin", "--mail", EMMA.email)
        made.runs("mailbox", "bind", EMMA.email)
        yield made


def examined(installed: Installation) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and the findings by subject."""
    result = installed.runs("doctor", "--json")
    assert not any(secret in result.output for secret in SECRETS.values())
    return result.exit_code, {finding["subject"]: finding for finding in json.loads(result.stdout)}


def found(examine: Any, given: Settings) -> dict[str, Finding]:
    office = make_office(given)
    try:
        return {finding.subject: finding for finding in examine(office)}
    finally:
        office.close()


def test_a_sound_installation_has_nothing_to_mend_but_its_public_address(ready: Installation) -> None:
    code, findings = examined(ready)
    assert code == 0
    assert {subject: finding["state"] for subject, finding in findings.items()} == {
        "Database": "fine",
        "Documents": "fine",
        "Slack": "fine",
        "Slack scopes": "fine",
        "Clock": "fine",
        "Slack socket": "fine",
        f"Mailbox {EMMA.email}": "fine",
        "Public address": "warning",
        "Linked addresses": "fine",
    }
    assert "one-click unsubscribe" in findings["Public address"]["says"]
    assert "never asked" in findings["Linked addresses"]["says"]


def test_people_read_a_line_for_each_finding_with_its_mend(ready: Installation) -> None:
    said = ready.runs("doctor").stdout
    assert "✓ Slack scopes: all that Rapport needs" in said
    assert "    Set web.public_url to the https address that leads to web.bind." in said


def test_tokens_that_slack_refuses_are_found(ready: Installation) -> None:
    ready.environment["RAPPORT_SLACK_BOT_TOKEN"] = "xoxb-wrong"
    code, findings = examined(ready)
    assert code == 1
    assert findings["Slack"]["says"] == "refuses slack.bot_token (invalid_auth)"
    ready.environment |= {"RAPPORT_SLACK_BOT_TOKEN": "xoxb-playground", "RAPPORT_SLACK_APP_TOKEN": "xapp-wrong"}
    assert examined(ready)[1]["Slack socket"]["says"] == "refuses slack.app_token (invalid_auth)"


def test_a_mailbox_that_no_longer_opens_is_found(ready: Installation) -> None:
    ready.environment["RAPPORT_MAIL_OFFICE_PASSWORD"] = "wrong"
    code, findings = examined(ready)
    assert code == 1
    assert findings[f"Mailbox {EMMA.email}"]["says"].startswith("does not open (MailboxRefused")
    assert "[mail.office]" in findings[f"Mailbox {EMMA.email}"]["mend"]


def test_a_database_that_is_not_up_to_date_is_found_and_nothing_is_made(tmp_path: Path) -> None:
    with installation(tmp_path) as fresh:
        code, findings = examined(fresh)
        assert code == 1
        assert findings["Database"]["mend"] == "Run: rapport db upgrade"
        assert not (tmp_path / "var" / "book.db").exists()


def test_a_server_that_is_not_there_is_found() -> None:
    url = "postgresql+psycopg://rapport@127.0.0.1:9/rapport"
    findings = found(examine_book, settings(database={"url": url, "password": "hunter2"}))
    assert findings["Database"].state is State.PROBLEM
    assert "hunter2" not in str(findings)


def test_a_database_that_cannot_be_written_to_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    upgrade(url)
    office = make_office(settings(database={"url": url}))
    other = make_office(settings(database={"url": url}))
    with other.book.writing():  # holds the lock for longer than anybody waits
        findings = [finding for finding in examine_book(office) if finding.state is State.PROBLEM]
    assert [finding.says for finding in findings] == ["cannot be written to (OperationalError)"]
    office.close()
    other.close()


def test_missing_scopes_are_named() -> None:
    held = ",".join(set(BOT_SCOPES) - {"im:write", "commands"})
    assert scopes_found(held).says == "missing: commands, im:write"
    assert scopes_found(", ".join(BOT_SCOPES) + ",team:read").state is State.FINE


@pytest.mark.parametrize(
    ("apart", "state"),
    [(timedelta(0), State.FINE), (timedelta(minutes=1), State.WARNING), (timedelta(minutes=6), State.PROBLEM)],
)
def test_a_clock_that_differs_from_slacks_is_found(apart: timedelta, state: State) -> None:
    async def auth_test(_request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "team": "Bureau", "team_id": "T1"})  # the server adds Date

    with RunningApp(Starlette(routes=[Route("/auth.test", auth_test, methods=["POST"])])) as slack:
        given = settings().model_dump() | {"slack": {**settings().slack.model_dump(), "api_url": f"{slack.url}/"}}
        office = replace(make_office(Settings.model_validate(given)), now=lambda: datetime.now(UTC) + apart)
        findings = {finding.subject: finding for finding in examine_slack(office)}
        office.close()
    assert findings["Clock"].state is state


def test_slack_out_of_reach_is_found() -> None:
    given = settings().model_dump() | {"slack": {**settings().slack.model_dump(), "api_url": "http://127.0.0.1:9/"}}
    findings = found(examine_slack, Settings.model_validate(given))
    assert findings["Slack"].says.startswith("cannot be reached")


def test_ews_in_the_cloud_is_told_to_end_on_1_april_2027(tmp_path: Path) -> None:
    cloud = {"endpoint": "https://outlook.office365.com/EWS/Exchange.asmx", "username": "u", "password": "p"}
    url = f"sqlite:///{tmp_path}/book.db"
    upgrade(url)
    findings = found(examine_mail, settings(database={"url": url}, mail={"cloud": cloud}))
    assert "1 April 2027" in findings["Mail server cloud"].says
    assert "Graph" in findings["Mail server cloud"].mend
    assert findings["Mailboxes"].state is State.WARNING


def test_a_mailbox_whose_server_left_the_settings_is_found(ready: Installation) -> None:
    text = ready.config.read_text().replace("[mail.office]", "[mail.other]")
    ready.config.write_text(text)
    ready.environment["RAPPORT_MAIL_OTHER_PASSWORD"] = "x"
    _code, findings = examined(ready)
    assert findings[f"Mailbox {EMMA.email}"]["says"] == "the settings have no mail server office"


def test_a_public_address_is_asked_whether_it_is_rapport() -> None:
    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "well"} if request.url.path == "/health" else {"other": True})

    routes = [Route("/health", health), Route("/elsewhere/health", health)]
    with RunningApp(Starlette(routes=routes)) as web:
        assert found(examine_web, settings(public_url=web.url))["Public address"].state is State.FINE
        elsewhere = found(examine_web, settings(public_url=f"{web.url}/elsewhere"))["Public address"]
    assert elsewhere.says.endswith("leads to something else")
    gone = found(examine_web, settings(public_url="http://127.0.0.1:9"))["Public address"]
    assert gone.state is State.WARNING
    assert "calendar subscriptions" in gone.says


def test_a_secret_that_is_easy_to_guess_is_found() -> None:
    findings = found(examine_web, settings(mode="socket", secret="geheimgeheimgeheimgeheimgeheimgeheim"))
    assert findings["Secrets"].says == "web.secret is easy to guess"
    assert "geheim" not in str(findings)
    assert "Secrets" not in found(examine_web, settings(mode="socket"))


def test_a_documents_folder_that_cannot_be_written_to_is_found(ready: Installation) -> None:
    (ready.folder / "var" / "documents").write_text("a file in its place")
    code, findings = examined(ready)
    assert code == 1
    assert "set documents.folder" in findings["Documents"]["mend"]
