"""The manifest of this installation: what Slack is told is what the bot does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bot_settings import settings

from bot.slack.app import SUBJECTS
from bot.slack.manifest import BOT_EVENTS, BOT_SCOPES, make_manifest
from integrations.playground.slack.manifest import read_manifest


class Heard:
    """Collects what the subjects register, in place of Bolt."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}
        self.servings: dict[str, Any] = {}

    def __getattr__(self, kind: str) -> Any:
        return lambda name, *_more, **_named: self.names.setdefault(kind, set()).add(str(name))


@pytest.fixture(scope="module")
def heard() -> dict[str, set[str]]:
    listening = Heard()
    for register in SUBJECTS:
        register(listening)  # type: ignore[arg-type]
    return listening.names


@pytest.mark.parametrize("mode", ["http", "socket"])
def test_slack_accepts_the_manifest(mode: str, heard: dict[str, set[str]]) -> None:
    read = read_manifest(make_manifest(settings(mode=mode, public_url="https://crm.office.example")))
    assert set(read.commands) == heard["command"]
    assert read.is_socket_mode is (mode == "socket")
    assert (read.has_home, read.has_messages, read.is_interactive) == (True, True, True)
    assert read.scopes == set(BOT_SCOPES)
    assert (read.unfurl_domains, read.events) == (("crm.office.example",), set(BOT_EVENTS))


def test_every_shortcut_and_event_has_a_listener_and_every_listener_is_declared(heard: dict[str, set[str]]) -> None:
    read = read_manifest(make_manifest(settings(mode="socket")))
    assert {shortcut.callback_id for shortcut in read.shortcuts} == heard["shortcut"]
    assert {event.partition(".")[0] for event in BOT_EVENTS} == heard["event"]


def test_over_http_everything_goes_to_one_address() -> None:
    made = make_manifest(settings(mode="http", public_url="https://crm.office.example"))
    url = "https://crm.office.example/slack/events"
    assert {command["url"] for command in made["features"]["slash_commands"]} == {url}
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": url,
        "message_menu_options_url": url,
    }


def test_over_a_socket_no_address_is_named() -> None:
    made = make_manifest(settings(mode="socket"))
    assert "url" not in str(made)
    assert "unfurl_domains" not in made["features"]
    assert "link_shared" not in made["settings"]["event_subscriptions"]["bot_events"]


def test_empty_texts_are_left_out() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        if isinstance(value, list | tuple):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    assert all(texts(make_manifest(settings(mode="socket"))))


def test_a_long_office_name_keeps_the_description_within_slacks_140_characters(tmp_path: Path) -> None:
    made = make_manifest(settings(mode="socket", office_name="Bureau " * 40))
    assert len(made["display_information"]["description"]) == 140


@pytest.mark.parametrize(
    ("locale", "name"), [("fr-BE", "Nouvelle action"), ("nl-BE", "Nieuwe actie"), ("en", "New action")]
)
def test_what_slack_shows_everybody_is_in_the_offices_language(locale: str, name: str) -> None:
    made = make_manifest(settings(office={"name": "Bureau Dubois", "locale": locale}))
    names = [one["name"] for one in made["features"]["shortcuts"]]
    assert names[0] == name
    assert all(len(one) <= 24 for one in names)
