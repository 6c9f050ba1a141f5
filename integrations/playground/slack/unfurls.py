"""Addresses of the app in what people write: Slack tells the app of them, and the app says what they lead to.

https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.messages import checked_blocks
from integrations.playground.slack.payloads import AppIdentity
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.workspace import Workspace

ADDRESS = re.compile(r"<(https?://[^|>\s]+)[^>]*>")
NO_PREVIEW = "[no preview available]"


def tell_links(workspace: Workspace, channel: Channel, message: Json) -> None:
    """Tells the app of its addresses in a message, wherever it was written: also where the app is no member."""
    links = _links_in(message.get("text", ""), workspace.manifest.unfurl_domains)
    if not links:
        return
    event = {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": workspace.app.bot_user_id in channel.members,
        "user": message["user"],
        "message_ts": message["ts"],
        "unfurl_id": f"{channel.id}.{message['ts']}.{secrets.token_hex(32)}",
        "source": "conversations_history",
        "links": links,
        "event_ts": message["ts"],
    }
    thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
    workspace.unfurl_ids[event["unfurl_id"]] = (channel.id, message["ts"])
    workspace.emit("link_shared", {**event, **thread}, channel, also_unseen=True)


def attached(message: Json, unfurls: object, app: AppIdentity) -> list[Json]:
    """The message's attachments once these stand among them: a second time changes those of the first.

    Raises CallFailed: invalid_unfurls_format, cannot_unfurl_message, cannot_parse_attachment, invalid_blocks.
    """
    if not isinstance(unfurls, dict):
        raise CallFailed("invalid_unfurls_format")
    written = set(addresses_in(message.get("text", "")))
    if not set(unfurls) <= written:
        raise CallFailed("cannot_unfurl_message")
    held = {one["from_url"]: one for one in message.get("attachments", [])}
    for url, content in unfurls.items():
        held[url] = {**_attachment(content, url, app), "id": held.get(url, {}).get("id", len(held) + 1)}
    return list(held.values())


def addresses_in(text: str) -> Sequence[str]:
    """As they were typed, in their order."""
    return [html.unescape(address) for address in ADDRESS.findall(text)]


def _links_in(text: str, domains: Sequence[str]) -> list[Json]:
    """Those of the app's domains, and of what lies under them."""
    found: dict[str, Json] = {}
    for url in addresses_in(text):
        host = urlsplit(url).hostname or ""
        domain = next((one for one in domains if host == one or host.endswith(f".{one}")), None)
        if domain is not None:
            found[url] = {"domain": domain, "url": url}
    return list(found.values())


def _attachment(content: Any, url: str, app: AppIdentity) -> Json:
    if not isinstance(content, Mapping) or not content:
        raise CallFailed("cannot_parse_attachment")
    shown = {**content, "blocks": checked_blocks(content["blocks"])} if content.get("blocks") else dict(content)
    of_app = {"is_app_unfurl": True, "app_unfurl_url": url, "app_id": app.id, "bot_id": app.bot_id}
    return {"fallback": NO_PREVIEW, **shown, "from_url": url, **of_app}
