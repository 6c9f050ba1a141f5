"""The Slack app's manifest for this installation, made from what the bot declares.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.settings import Settings
from bot.slack.blocks import Json
from bot.slack.commands import SLASH_COMMANDS
from bot.texts import Texts, _

SLACK_PATH = "/slack/events"
"""Where Slack's requests of every kind arrive in http mode."""

BOT_SCOPES = (
    "commands",  # the slash commands and shortcuts
    "chat:write",  # notices and answers
    "im:write",  # opens the conversation in which a collaborator gets notices
    "im:history",  # the event message.im: what a collaborator writes to Rapport
    "app_mentions:read",  # the event app_mention: what they write to it in a channel
    "files:read",  # reads what people attach: documents, lists to import
    "files:write",  # hands over exports and copies of data
    "users:read",  # name, zone and language of a collaborator
    "users:read.email",  # finds a collaborator by address
    "channels:read",  # whether a channel is shared with outsiders
    "groups:read",  # the same for private channels
    "reactions:read",  # the emoji that makes a message a note, and the message under it
    "links:read",  # the event link_shared: an address of a record in a message
    "links:write",  # shows the record below that message
)
SHORTCUTS = (
    ("new_action", "global", _("New action"), _("Plan a visit, a call or a meeting")),
    ("add_to_book", "message", _("Add to Rapport"), _("Makes a relation or contact of who is named in a message")),
    ("log_action", "message", _("Log as action"), _("Makes a done action of what a message tells")),
    ("save_note", "message", _("Save as note"), _("Keeps a message as a note of a relation")),
    ("save_files", "message", _("Save the files"), _("Puts a message’s files at a relation or contact")),
)
"""Callback id, "global" or "message" (in the ⋮ of a message), name (at most 24 characters), description."""
BOT_EVENTS = ("app_home_opened", "app_mention", "link_shared", "message.im", "reaction_added", "reaction_removed")
"""Of links Slack tells where it knows Rapport's domain: not without a public address."""


def make_manifest(settings: Settings) -> Json:
    """Schema v2, as Slack's "Create an app from a manifest" takes it; over a socket it needs no URL.

    Slack shows one language to everybody here: the office's.
    """
    is_socket = settings.slack.mode == "socket"
    request_url = "" if is_socket else settings.web.public_url + SLACK_PATH
    t = Texts(settings.office.locale)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Rapport",
            "description": t(_("Relations, actions and mailings of {office}"), office=settings.office.name)[:140],
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Rapport", "always_online": True},
            "shortcuts": _shortcuts(t),
            "slash_commands": _commands(t, request_url),
            **_unfurls(settings),
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**_named("request_url", request_url), "bot_events": _events(settings)},
            "interactivity": {
                "is_enabled": True,
                **_named("request_url", request_url),
                **_named("message_menu_options_url", request_url),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": is_socket,
            "token_rotation_enabled": False,
        },
    }


def _unfurls(settings: Settings) -> Json:
    host = urlsplit(settings.web.public_url).hostname
    return {"unfurl_domains": [host]} if host else {}


def _events(settings: Settings) -> list[str]:
    return [one for one in BOT_EVENTS if one != "link_shared" or _unfurls(settings)]


def _shortcuts(t: Texts) -> list[Json]:
    return [
        {"callback_id": one, "type": kind, "name": t(name), "description": t(description)}
        for one, kind, name, description in SHORTCUTS
    ]


def _commands(t: Texts, request_url: str) -> list[Json]:
    return [
        {
            "command": command.name,
            "description": t(command.description),
            **_named("usage_hint", t(command.usage_hint)),
            "should_escape": False,
            **_named("url", request_url),
        }
        for command in SLASH_COMMANDS
    ]


def _named(key: str, value: str) -> Json:
    """Slack refuses empty texts where it wants a text or nothing."""
    return {key: value} if value else {}
