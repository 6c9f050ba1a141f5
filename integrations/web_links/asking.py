"""Asking a web server whether it has what a link names: HEAD, then GET, without reading what it sends."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from typing import cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from integrations.web_links.deadlines import Deadline, TimedSocket
from integrations.web_links.destinations import NotAsked, destination

AGENT = "Rapport (checks whether links still open)"
MOST_REDIRECTS = 4
WITHIN_S = 15.0
"""For one link in all: look-ups, connections and redirects, however slowly the bytes come."""
_REDIRECTS = {301, 302, 303, 307, 308}
_THERE_BUT_CLOSED = {401, 403, 407, 429}
"""The server knows the address and wants somebody to sign in, or wants to be left alone for a while."""


class Found(StrEnum):
    """UNKNOWN: it was not asked, or the answer says nothing about the document."""

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    location: str


def ask(url: str, *, allows_private: bool, within_s: float = WITHIN_S) -> Found:
    """Follows a few redirects, each checked like the link itself. Never raises for what the other side does."""
    deadline = Deadline(within_s)
    try:
        for _hop in range(MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                return Found.UNKNOWN
            answer = _answer(parts, deadline, allows_private=allows_private)
            if answer.status not in _REDIRECTS or not answer.location:
                is_there = answer.status < 400 or answer.status in _THERE_BUT_CLOSED
                return Found.THERE if is_there else Found.GONE
            url = urljoin(url, answer.location)
    except (NotAsked, ssl.SSLCertVerificationError):
        # A certificate of the company's own is no sign that the document is gone.
        return Found.UNKNOWN
    except (OSError, HTTPException, ValueError):
        return Found.GONE
    return Found.GONE


def _answer(parts: SplitResult, deadline: Deadline, *, allows_private: bool) -> _Answer:
    head = _request("HEAD", parts, deadline, allows_private=allows_private)
    # Some servers know no HEAD, or answer it wrongly.
    return head if head.status < 400 else _request("GET", parts, deadline, allows_private=allows_private)


def _request(method: str, parts: SplitResult, deadline: Deadline, *, allows_private: bool) -> _Answer:
    with _connected(parts, deadline, allows_private=allows_private) as connection:
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{_query(parts)}" if parts.query else "")
        connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        return _Answer(response.status, response.headers.get("Location", ""))


def _query(parts: SplitResult) -> str:
    return quote(parts.query, safe="/%:@!$&'()*+,;=~?")


@contextmanager
def _connected(parts: SplitResult, deadline: Deadline, *, allows_private: bool) -> Iterator[HTTPConnection]:
    """A connection to the address that was checked, under the host's name."""
    assert parts.hostname, "only links with a host are asked"
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    address = destination(parts.hostname, port, deadline, allows_private=allows_private)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    connection = HTTPConnection(host, port)
    if is_secure:
        connection.default_port = 443
    with socket.create_connection((address, port), deadline.left_s()) as plain:
        # The handshake as a whole keeps to the timeout that the socket has when it begins.
        plain.settimeout(deadline.left_s())
        sock = _secured(plain, parts.hostname) if is_secure else plain
        connection.sock = cast("socket.socket", TimedSocket(sock, deadline))
        with closing(connection):
            yield connection


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
