"""Slack's Web API over connections that stay open: a new one for each call takes longer than most calls, with TLS.

The library opens one each time (slack_sdk 3, `BaseClient`). Nothing else of it is changed, errors included.
"""

from __future__ import annotations

import io
import logging
import selectors
import ssl
import time
import weakref
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from slack_sdk import WebClient

TIMEOUT_S = 10
IDLE_S = 30
"""A connection that lay idle for longer is not used again: servers and firewalls drop them after about a minute."""

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # with none of its own the library writes out each call, contents and all, for no log


class SlackClient(WebClient):
    """It asks nothing again by itself: a message that Slack took before the line broke would stand there twice."""

    def __init__(self, *, token: str, base_url: str) -> None:
        super().__init__(token=token, base_url=base_url, timeout=TIMEOUT_S, retry_handlers=[], logger=_log)
        self._connections = _Connections(base_url)

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        if self.proxy is not None:
            return super()._perform_urllib_http_request_internal(url, req)
        response, content = self._connections.post(req)
        if not 200 <= response.status < 300:
            raise HTTPError(url, response.status, response.reason, response.headers, io.BytesIO(content))
        return {"status": response.status, "headers": response.headers, "body": content.decode()}


class _Connections:
    """To one server; each does one call at a time. For any number of threads."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._tls = parts.netloc, ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: list[tuple[HTTPConnection, float]] = []
        """With the moment of the last use; that used last stands last."""
        weakref.finalize(self, _close_all, self._idle)

    def post(self, request: Request) -> tuple[HTTPResponse, bytes]:
        """Raises URLError when the request was not sent, OSError or HTTPException when its answer did not come."""
        connection, is_whole = self._take(), False
        try:
            try:
                connection.request("POST", request.selector, request.data, dict(request.header_items()))
            except OSError as error:
                raise URLError(error) from error
            response = connection.getresponse()
            content = response.read()
            is_whole = not response.will_close
        finally:
            if is_whole:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()
        return response, content

    def _take(self) -> HTTPConnection:
        while True:
            try:
                connection, used_at = self._idle.pop()
            except IndexError:
                break
            if time.monotonic() - used_at < IDLE_S and not _was_dropped(connection):
                return connection
            connection.close()
        if self._tls is None:
            return HTTPConnection(self._host, timeout=TIMEOUT_S)
        return HTTPSConnection(self._host, timeout=TIMEOUT_S, context=self._tls)


def _was_dropped(connection: HTTPConnection) -> bool:
    """Nothing is to be read between two calls but that the server hung up."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _close_all(idle: list[tuple[HTTPConnection, float]]) -> None:
    while idle:
        idle.pop()[0].close()
