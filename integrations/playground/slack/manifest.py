"""The app's manifest (schema v2), read the way Slack reads it when the app is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from integrations.playground.slack.errors import InvalidManifest
from integrations.playground.slack.people import Json

# docs.slack.dev/reference/events: the scope that each event asks for ("" = none).
EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_shared": "channels:read",
    "file_deleted": "files:read",
    "file_shared": "files:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}
MOST_DOMAINS = 5
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Command:
    command: str
    url: str
    description: str
    usage_hint: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    type: str
    name: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    unfurl_domains: tuple[str, ...]
    is_socket_mode: bool
    is_interactive: bool
    has_home: bool
    has_messages: bool
    events_url: str
    interactivity_url: str
    options_url: str


def read_manifest(manifest: Json) -> Manifest:
    """Raises InvalidManifest with every reason at once."""
    reasons: list[str] = []
    features, settings = _part(manifest, "features"), _part(manifest, "settings")
    home, interactivity = _part(features, "app_home"), _part(settings, "interactivity")
    subscriptions, bot = _part(settings, "event_subscriptions"), _part(features, "bot_user")
    read = Manifest(
        name=str(_part(manifest, "display_information").get("name", "")),
        bot_name=str(bot.get("display_name", "")),
        commands={c.command: c for c in map(_command, features.get("slash_commands", []))},
        shortcuts=tuple(map(_shortcut, features.get("shortcuts", []))),
        scopes=frozenset(_part(_part(manifest, "oauth_config"), "scopes").get("bot", [])),
        events=frozenset(subscriptions.get("bot_events", [])),
        unfurl_domains=tuple(features.get("unfurl_domains", [])),
        is_socket_mode=settings.get("socket_mode_enabled") is True,
        is_interactive=interactivity.get("is_enabled") is True,
        has_home=home.get("home_tab_enabled") is True,
        has_messages=home.get("messages_tab_enabled") is True,
        events_url=subscriptions.get("request_url", ""),
        interactivity_url=interactivity.get("request_url", ""),
        options_url=interactivity.get("message_menu_options_url", "") or interactivity.get("request_url", ""),
    )
    reasons += [*_missing_parts(read), *_missing_scopes(read), *_missing_urls(read)]
    if reasons:
        raise InvalidManifest(reasons)
    return read


def _part(whole: Json, key: str) -> Json:
    part: Any = whole.get(key, {})
    return part if isinstance(part, dict) else {}


def _command(entry: Json) -> Command:
    return Command(
        entry.get("command", ""), entry.get("url", ""), entry.get("description", ""), entry.get("usage_hint", "")
    )


def _shortcut(entry: Json) -> Shortcut:
    return Shortcut(
        entry.get("type", ""), entry.get("name", ""), entry.get("callback_id", ""), entry.get("description", "")
    )


def _missing_parts(read: Manifest) -> list[str]:
    reasons = []
    if not 1 <= len(read.name) <= 35:
        reasons.append("a name of 1 to 35 characters is required [/display_information/name]")
    if not read.bot_name:
        reasons.append("a bot user is required [/features/bot_user/display_name]")
    for command in read.commands.values():
        if not command.command.startswith("/") or " " in command.command or len(command.command) > 32:
            reasons.append(f"'{command.command}' is no command name [/features/slash_commands]")
        if not 1 <= len(command.description) <= 2000:
            reasons.append(f"{command.command} needs a description [/features/slash_commands]")
    if len(read.unfurl_domains) > MOST_DOMAINS:
        reasons.append(f"at most {MOST_DOMAINS} domains [/features/unfurl_domains]")
    wrong_domains = [one for one in read.unfurl_domains if not DOMAIN.fullmatch(one)]
    reasons += [f"'{one}' is no domain [/features/unfurl_domains]" for one in wrong_domains]
    wrong = [s.name for s in read.shortcuts if not _is_sound(s)]
    return reasons + [f"shortcut '{n}' needs a type, a short name, a callback_id [/features/shortcuts]" for n in wrong]


def _is_sound(shortcut: Shortcut) -> bool:
    return shortcut.type in {"global", "message"} and 1 <= len(shortcut.name) <= 24 and bool(shortcut.callback_id)


def _missing_scopes(read: Manifest) -> list[str]:
    reasons = []
    if (read.commands or read.shortcuts) and "commands" not in read.scopes:
        reasons.append("commands and shortcuts need the scope commands [/oauth_config/scopes/bot]")
    for event in sorted(read.events):
        scope = EVENT_SCOPES.get(event)
        if scope is None:
            reasons.append(f"unknown event {event} [/settings/event_subscriptions/bot_events]")
        elif scope and scope not in read.scopes:
            reasons.append(f"{event} needs the scope {scope} [/oauth_config/scopes/bot]")
    return reasons


def _missing_urls(read: Manifest) -> list[str]:
    if read.is_socket_mode:
        return []
    urls = {f"{c.command} needs a url [/features/slash_commands]": c.url for c in read.commands.values()}
    if read.is_interactive:
        urls["a request_url is required [/settings/interactivity]"] = read.interactivity_url
    if read.events:
        urls["a request_url is required [/settings/event_subscriptions]"] = read.events_url
    return [reason for reason, url in urls.items() if not url.startswith(("http://", "https://"))]
