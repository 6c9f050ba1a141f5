"""What Exchange's refusals mean to Rapport."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from exchangelib import errors as ews

from integrations.mail.errors import (
    MailboxRefused,
    MailGone,
    MailProblem,
    MailRefused,
    MailServerBusy,
    MailServerUnreachable,
    SyncStateLost,
)
from integrations.mail.ews import open_mailbox
from integrations.mail.ews.problems import as_mail_problem
from integrations.mail.server import Login, MailServer

SOAP = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>{}</s:Body></s:Envelope>"""
BUSY_IN_A_MESSAGE = SOAP.format(
    '<m:GetFolderResponse><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Error">'
    "<m:MessageText>Busy with anna@office.example</m:MessageText><m:ResponseCode>ErrorServerBusy</m:ResponseCode>"
    '<m:MessageXml><t:Value Name="BackOffMilliseconds">1500</t:Value></m:MessageXml>'
    "</m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>"
)
UNKNOWN_CODE = BUSY_IN_A_MESSAGE.replace("ErrorServerBusy", "ErrorOfTheFuture")
INVALID_REQUEST = SOAP.format(
    "<s:Fault><faultcode>x</faultcode><faultstring>x</faultstring><detail>"
    '<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorInvalidRequest'
    "</e:ResponseCode></detail></s:Fault>"
)
NO_TEXT = BUSY_IN_A_MESSAGE.replace("<m:MessageText>Busy with anna@office.example</m:MessageText>", "")
NO_MESSAGES = SOAP.format("<m:GetFolderResponse><m:ResponseMessages/></m:GetFolderResponse>")
OTHER_ANSWER = SOAP.format("<m:SendItemResponse/>")


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (ews.ErrorServerBusy("x", back_off=3), MailServerBusy),
        (ews.RateLimitError("x", wait=3), MailServerBusy),
        (ews.ErrorExceededConnectionCount("x"), MailServerBusy),
        (ews.ErrorSubmissionQuotaExceeded("x"), MailServerBusy),
        (ews.ErrorMailboxMoveInProgress("x"), MailServerBusy),
        (ews.ErrorItemNotFound("x"), MailGone),
        (ews.ErrorInvalidSyncStateData("x"), SyncStateLost),
        (ews.UnauthorizedError("x"), MailboxRefused),
        (ews.ErrorAccessDenied("x"), MailboxRefused),
        (ews.ErrorNonExistentMailbox("x"), MailboxRefused),
        (ews.ErrorImpersonateUserDenied("x"), MailboxRefused),
        (ews.ErrorMessageSizeExceeded("x"), MailRefused),
        (ews.ErrorInvalidRecipients("x"), MailRefused),
        (ews.ErrorQuotaExceeded("x"), MailRefused),
        (ews.ErrorTimeoutExpired("x"), MailServerUnreachable),
        (ews.TransportError("x"), MailServerUnreachable),
        (ews.ErrorInternalServerTransientError("x"), MailServerUnreachable),
        (ews.ErrorInternalServerError("x"), MailServerUnreachable),
        (AttributeError("'NoneType' object has no attribute 'text'"), MailServerUnreachable),
        (ConnectionResetError(), MailServerUnreachable),
    ],
)
def test_each_error_of_exchange_has_one_meaning(problem: Exception, kind: type[MailProblem]) -> None:
    found = as_mail_problem(problem)
    assert type(found) is kind
    assert str(found) == type(problem).__name__


def test_the_wait_that_was_asked_for_is_kept() -> None:
    assert as_mail_problem(ews.ErrorServerBusy("x", back_off=3)).retry_after == timedelta(seconds=3)
    assert as_mail_problem(ews.RateLimitError("x", wait=2.5)).retry_after == timedelta(seconds=2.5)
    assert as_mail_problem(ews.ErrorServerBusy("x")).retry_after is None


@contextmanager
def answering(status: int, body: str, headers: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """A server that gives one answer to everything and closes the connection, as HTTP 1.0 does.

    Yields its endpoint and the growing list of the paths that were asked for.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/EWS/Exchange.asmx", asked
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "retry_after_s"),
    [
        (503, "", {"Retry-After": "5", "Connection": "close"}, MailServerBusy, 5),
        (503, "", {}, MailServerBusy, None),
        (429, "", {"Retry-After": "soon"}, MailServerBusy, None),
        (401, "", {"Connection": "close", "WWW-Authenticate": "Basic"}, MailboxRefused, None),
        (403, "", {}, MailboxRefused, None),
        (413, "", {}, MailRefused, None),
        (504, "", {"Connection": "close"}, MailServerUnreachable, None),
        (404, "anna@office.example", {}, MailServerUnreachable, None),
        (302, "", {"Location": "https://elsewhere.example/"}, MailServerUnreachable, None),
        (200, "", {}, MailServerUnreachable, None),
        (200, "<html>anna@office.example</html>", {}, MailServerUnreachable, None),
        (200, BUSY_IN_A_MESSAGE, {}, MailServerBusy, 1.5),
        (200, NO_TEXT, {}, MailServerBusy, 1.5),
        (200, INVALID_REQUEST, {}, MailServerUnreachable, None),
        (200, UNKNOWN_CODE, {}, MailServerUnreachable, None),
        (200, NO_MESSAGES, {}, MailServerUnreachable, None),
        (200, OTHER_ANSWER, {}, MailServerUnreachable, None),
        (200, BUSY_IN_A_MESSAGE[:-30], {}, MailServerUnreachable, None),
        (200, BUSY_IN_A_MESSAGE, {"Content-Length": "100000"}, MailServerUnreachable, None),
    ],
)
def test_each_answer_has_one_meaning_and_quotes_nothing(
    status: int,
    body: str,
    headers: dict[str, str],
    kind: type[MailProblem],
    retry_after_s: float | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with answering(status, body, headers) as (endpoint, asked):
        settings = MailServer("ews", endpoint, lambda _: Login("rapport", "secret"), timeout=timedelta(seconds=5))
        with pytest.raises(MailProblem) as raised:
            open_mailbox(settings, "anna@office.example").check()
    assert type(raised.value) is kind
    assert raised.value.retry_after == (None if retry_after_s is None else timedelta(seconds=retry_after_s))
    assert "anna" not in str(raised.value) + caplog.text
    assert len(asked) == 1
