"""A served workspace; the app that it knows answers at `app_url`, if a test starts one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scripted_app import ScriptedApp
from served_workspace import APP_TOKEN, BOT_TOKEN, PEOPLE, SECRET, Clock, client_of, manifest
from slack_person import SlackPerson
from slack_sdk import WebClient
from switchboard import Switchboard

from integrations.playground.slack import Workspace, slack_routes

SignIn = Callable[..., SlackPerson]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def switchboard() -> Iterator[Switchboard]:
    with Switchboard().running() as running:
        yield running


@pytest.fixture
def app_url(switchboard: Switchboard) -> str:
    return switchboard.new_url()


@pytest.fixture
def make_workspace(
    tmp_path: Path, clock: Clock, app_url: str, switchboard: Switchboard
) -> Iterator[Callable[..., Workspace]]:
    """Makes and serves a workspace; the app is expected at `app_url`."""
    with contextlib.ExitStack() as stack:

        def make(**options: Any) -> Workspace:
            url = switchboard.new_url()
            described = manifest(f"{app_url}/slack/events", **options.pop("manifest", {}))
            given = {"ack_within": timedelta(seconds=3), "has_rate_limits": False, "now": clock, **options}
            workspace = Workspace(
                tmp_path / "slack.db",
                PEOPLE,
                described,
                signing_secret=SECRET,
                bot_token=BOT_TOKEN,
                app_token=APP_TOKEN,
                url=url,
                **given,
            )
            stack.enter_context(switchboard.serving(url, slack_routes(workspace), workspace.close))
            return workspace

        yield make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace()


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return client_of(workspace)


@pytest.fixture
def app(app_url: str, switchboard: Switchboard) -> Iterator[ScriptedApp]:
    scripted = ScriptedApp()
    with switchboard.serving(app_url, scripted.routes()):
        yield scripted


@pytest.fixture
def sign_in() -> Iterator[SignIn]:
    """Somebody at their screen, in the app's direct messages or another channel."""
    with contextlib.ExitStack() as stack:

        def signed_in(workspace: Workspace, user_id: str, channel: str = "im") -> SlackPerson:
            return stack.enter_context(contextlib.closing(SlackPerson(workspace.url, user_id, channel)))

        yield signed_in


@pytest.fixture
def anna(workspace: Workspace, sign_in: SignIn) -> SlackPerson:
    return sign_in(workspace, "U0ANNA")


@pytest.fixture
def impatient(make_workspace: Callable[..., Workspace]) -> Workspace:
    """Slack's three seconds made short; events are retried at once."""
    return make_workspace(ack_within=timedelta(seconds=0.3), retry_after=(timedelta(0),) * 3)
