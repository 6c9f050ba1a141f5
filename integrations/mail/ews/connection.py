"""The way to one Exchange server: sessions, time limits, and a budget of connections for all its mailboxes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import requests
from exchangelib import BASIC, DELEGATE, IMPERSONATION, NTLM, UTC, Account, Configuration, Credentials, Version
from exchangelib.errors import (
    ErrorMessageSizeExceeded,
    ErrorServerBusy,
    MalformedResponseError,
    UnauthorizedError,
)
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.version import EXCHANGE_2016
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from integrations.mail.errors import MailServerBusy, MailServerUnreachable
from integrations.mail.ews.problems import LIBRARY_ERRORS, as_mail_problem
from integrations.mail.server import Access, AuthType, Login, MailServer

# At every level exchangelib's loggers quote requests and answers, that is mails.
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)

_AUTH_TYPES = {AuthType.BASIC: BASIC, AuthType.NTLM: NTLM}
_CHUNK_BYTES = 65_536


class Deadline:
    """The moment at which a call has to be over."""

    def __init__(self, timeout_s: float) -> None:
        self._at_s = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Raises MailServerUnreachable when nothing is left."""
        left = self._at_s - time.monotonic()
        if left <= 0:
            raise MailServerUnreachable("out of time")
        return left


class Connection:
    """What the mailboxes of one server share. Safe from any thread."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._budget = threading.BoundedSemaphore(server.connections)
        self._protocols: dict[Login, _Protocol] = {}
        self._lock = threading.Lock()

    def account(self, address: str) -> Account:
        """exchangelib's account for this mailbox. Raises MailboxRefused when there is no login for it."""
        protocol = self._protocol(self.server.login_for(address))
        account = Account(
            primary_smtp_address=address,
            config=protocol.config,
            access_type=IMPERSONATION if self.server.access is Access.IMPERSONATION else DELEGATE,
            locale="en_US",
            default_timezone=UTC,
        )
        # Account makes a protocol of exchangelib's own; it has no sessions yet, so nothing is lost.
        account.protocol = protocol
        return account

    def deadline(self, within: timedelta = timedelta.max) -> Deadline:
        """The limit for a call that begins now: the server's time-out, or `within` when that is less."""
        return Deadline(min(self.server.timeout, within).total_seconds())

    @contextmanager
    def turn(self, deadline: Deadline) -> Iterator[None]:
        """One of the server's connections, and its errors as ours. Raises any MailProblem."""
        if not self._budget.acquire(timeout=deadline.left_s()):
            raise MailServerBusy("all connections to this server are in use")
        try:
            yield
        except LIBRARY_ERRORS as problem:
            raise as_mail_problem(problem) from problem
        finally:
            self._budget.release()

    def _protocol(self, login: Login) -> _Protocol:
        with self._lock:
            if login not in self._protocols:
                self._protocols[login] = _Protocol(self.server, login)
            return self._protocols[login]


class _Protocol(BaseProtocol):  # type: ignore[misc]
    """exchangelib's pool of sessions for one login, outside of its process-wide cache, with our adapter."""

    def __init__(self, server: MailServer, login: Login) -> None:
        self._ca_bundle = str(server.ca_bundle) if server.ca_bundle else None
        config = Configuration(
            credentials=Credentials(login.username, login.password),
            service_endpoint=server.endpoint,
            auth_type=_AUTH_TYPES[server.auth_type],
            # Said, not asked for: exchangelib would spend a request on it. It corrects itself from the first answer.
            version=Version(build=EXCHANGE_2016),
            retry_policy=_Impatient(),
            max_connections=server.connections,
        )
        super().__init__(config)

    @property
    def version(self) -> Version:
        return self.config.version

    def raw_session(self, prefix: str, **oauth: Any) -> requests.Session:
        session: requests.Session = super().raw_session(prefix, **oauth)
        session.mount(prefix, _Adapter(self._ca_bundle))
        return session


class _Adapter(HTTPAdapter):
    """Bounds the whole answer in time, where requests bounds each wait within it, and pins the CA bundle."""

    def __init__(self, ca_bundle: str | None) -> None:
        self._ca_bundle = ca_bundle
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        ends_at_s = time.monotonic() + float(timeout)
        # requests lets REQUESTS_CA_BUNDLE of the environment win over a session's own setting.
        response = super().send(request, True, timeout, self._ca_bundle or verify, cert, proxies)
        # NTLM takes the server's certificate from the connection of an unread refusal (channel binding, RFC 5929).
        if not stream and response.status_code != 401:
            response._content = self._read(response, ends_at_s)
            response._content_consumed = True
        return response

    @staticmethod
    def _read(response: requests.Response, ends_at_s: float) -> bytes:
        chunks: list[bytes] = []
        try:
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
                chunks.append(chunk)
                if time.monotonic() > ends_at_s:
                    raise requests.ReadTimeout("the answer takes too long")
            # Notices an answer that is shorter than it said, and gives the connection back.
            chunks.append(response.raw.read(decode_content=True))
        except (HTTPError, OSError) as problem:
            response.close()
            raise requests.ConnectionError("the answer broke off") from problem
        return b"".join(chunks)


class _Impatient(FailFast):  # type: ignore[misc]
    """Never waits, and reads HTTP errors itself: exchangelib takes any on a closed connection for a busy server."""

    def raise_response_errors(self, response: requests.Response) -> None:
        status = response.status_code
        # Exchange sends SOAP faults with status 500.
        if status == 200 or (status == 500 and b":Envelope" in response.content[:500]):
            return
        if status in {401, 403}:
            raise UnauthorizedError(f"HTTP {status}")
        if status in {429, 503}:
            wait_s = response.headers.get("Retry-After", "")
            raise ErrorServerBusy(f"HTTP {status}", back_off=int(wait_s) if wait_s.isdecimal() else None)
        if status == 413:
            raise ErrorMessageSizeExceeded("HTTP 413")
        raise MalformedResponseError(f"HTTP {status}")


# A connection lives as long as a mailbox that uses it; its sessions are closed with it.
_connections: WeakValueDictionary[MailServer, Connection] = WeakValueDictionary()
_connections_lock = threading.Lock()


def connection_to(server: MailServer) -> Connection:
    """The connection that all mailboxes of this process on this server share."""
    with _connections_lock:
        connection = _connections.get(server)
        if connection is None:
            connection = _connections[server] = Connection(server)
        return connection
