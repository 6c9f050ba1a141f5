"""The demo's playground: its Slack workspace, its Exchange server and its pages, with the demo's people in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from bot.demo.guides import GUIDES
from bot.demo.people import RESIDENTS, SERVICE
from bot.settings_file import read_settings
from bot.slack.manifest import make_manifest
from integrations.playground.app import playground_app
from integrations.playground.exchange import ExchangeServer
from integrations.playground.slack import Workspace


@dataclass(frozen=True, slots=True)
class Playground:
    app: ASGIApp
    workspace: Workspace
    exchange: ExchangeServer


@contextmanager
def opened_playground(folder: Path, config: Path, secrets: Mapping[str, str], *, url: str) -> Iterator[Playground]:
    """Made for the Rapport that `config` and `secrets` describe, to be served at `url`; keeps its data in `folder`."""
    accounts = [one.account for one in RESIDENTS if one.has_mailbox]
    exchange = ExchangeServer(folder / "exchange.db", [*accounts, SERVICE])
    try:
        workspace = _workspace(folder, config, secrets, url)
        visitors = [one.visitor for one in RESIDENTS if one.has_mailbox]
        app = playground_app(workspace, exchange, visitors, GUIDES, subscriptions_path=folder / "subscriptions.db")
        yield Playground(app, workspace, exchange)
    finally:
        exchange.close()


def _workspace(folder: Path, config: Path, secrets: Mapping[str, str], url: str) -> Workspace:
    settings = read_settings(config, secrets)
    return Workspace(
        folder / "slack.db",
        [one.slack_person for one in RESIDENTS if one.slack_id],
        make_manifest(settings),
        signing_secret=settings.slack.signing_secret,
        bot_token=settings.slack.bot_token,
        app_token=settings.slack.app_token,
        url=url,
    )
