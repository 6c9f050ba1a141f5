"""Leaving a list the way a mail provider does it for its user: RFC 2369 3.2 and RFC 8058."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx

from integrations.playground.exchange.values import Mail

ANSWER_WITHIN_S = 10.0


class NotUnsubscribed(Exception):
    """The list's server did not take it; the text says why to the person who asked."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """How to leave: one POST, a page to open in a browser, or a mail to write. `target` is a URL."""

    kind: Literal["one-click", "page", "mail"]
    target: str


def way_out(mail: Mail) -> WayOut | None:
    """The best way that the mail offers, None without one.

    One click needs List-Unsubscribe-Post and an https address (RFC 8058 3.1); plain http counts on this machine only.
    """
    headers = {name.lower(): value for name, value in mail.headers}
    offered = re.findall(r"<\s*([^<>\s]+)\s*>", headers.get("list-unsubscribe", ""))
    web = next((url for url in offered if _is_safe(url)), None)
    written = next((url for url in offered if url.lower().startswith("mailto:")), None)
    if web and headers.get("list-unsubscribe-post", "").replace(" ", "").lower() == "list-unsubscribe=one-click":
        return WayOut("one-click", web)
    if web:
        return WayOut("page", web)
    return WayOut("mail", written) if written else None


def unsubscribe(client: httpx.Client, url: str) -> None:
    """The one-click POST, without cookies and without following redirects. Raises NotUnsubscribed."""
    try:
        answer = client.post(
            url, data={"List-Unsubscribe": "One-Click"}, timeout=ANSWER_WITHIN_S, follow_redirects=False
        )
    except httpx.TimeoutException as error:
        raise NotUnsubscribed(f"The sender's server did not answer within {ANSWER_WITHIN_S:.0f} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotUnsubscribed("The sender's server cannot be reached.") from error
    if answer.is_redirect:
        raise NotUnsubscribed("The sender's server sent us elsewhere, which one-click unsubscribing forbids.")
    if not answer.is_success:
        raise NotUnsubscribed(f"The sender's server refused ({answer.status_code}).")


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"})
