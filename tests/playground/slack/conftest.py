"""A served workspace; the app that it knows listens on `app_port`, if a test starts one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scripted_app import ScriptedApp
from served_workspace import APP_TOKEN, BOT_TOKEN, PEOPLE, SECRET, Clock, client_of, free_port, manifest, served
from slack_person import SlackPerson
from slack_sdk import WebClient

from integrations.playground.slack import Workspace, slack_routes

SignIn = Callable[..., SlackPerson]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app_port() -> int:
    return free_port()


@pytest.fixture
def make_workspace(tmp_path: Path, clock: Clock, app_port: int) -> Iterator[Callable[..., Workspace]]:
    """Makes and serves a workspace; the app is expected at `app_port`."""
    with contextlib.ExitStack() as stack:

        def make(**options: Any) -> Workspace:
            port = free_port()
            described = manifest(f"http://127.0.0.1:{app_port}/slack/events", **options.pop("manifest", {}))
            given = {"ack_within": timedelta(seconds=3), "has_rate_limits": False, "now": clock, **options}
            workspace = Workspace(
                tmp_path / "slack.db",
                PEOPLE,
                described,
                signing_secret=SECRET,
                bot_token=BOT_TOKEN,
                app_token=APP_TOKEN,
                url=f"http://127.0.0.1:{port}",
                **given,
            )
            stack.enter_context(served(slack_routes(workspace), port, workspace.close))
            return workspace

        yield make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace()


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return client_of(workspace)


@pytest.fixture
def app(app_port: int) -> Iterator[ScriptedApp]:
    scripted = ScriptedApp()
    with served(scripted.routes(), app_port):
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
