"""Getting in: TLS with an authority of the house, NTLM."""

from __future__ import annotations

import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import spnego
from house_certificate import write_certificate

from integrations.mail.errors import MailboxRefused, MailServerUnreachable
from integrations.mail.ews import open_mailbox
from integrations.mail.server import AuthType, Login, MailServer

FOLDERS = b"""<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Body><m:GetFolderResponse>
<m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>
</m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>"""


class _Welcoming(BaseHTTPRequestHandler):
    """Lets everybody in."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, FOLDERS)

    def answer(self, status: int, body: bytes = b"", challenge: str = "") -> None:
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


class _AskingForNtlm(_Welcoming):
    """Lets in whoever proves a login by NTLM, for as long as the connection lasts ([MS-NTHT])."""

    def setup(self) -> None:
        super().setup()
        self.context = spnego.server(protocol="ntlm")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if self.context.complete:
            return self.answer(200, FOLDERS)
        if not scheme:
            return self.answer(401, challenge="NTLM")
        try:
            reply = self.context.step(b64decode(token))
        except spnego.exceptions.SpnegoError:
            return self.answer(401, challenge="NTLM")
        if self.context.complete:
            return self.answer(200, FOLDERS)
        return self.answer(401, b"wait", challenge=f"{scheme} {b64encode(reply or b'').decode()}")


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/EWS/Exchange.asmx"
        server.shutdown()


def settings(endpoint: str, password: str = "secret", **changes: object) -> MailServer:
    login = Login("OFFICE\\anna", password)
    return MailServer("ews", endpoint, lambda _: login, timeout=timedelta(seconds=5), **changes)  # type: ignore[arg-type]


@pytest.fixture
def house_authority(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


def test_an_authority_of_the_house_is_trusted_when_configured(
    house_authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(house_authority)
    with serving(_Welcoming, tls) as endpoint:
        with pytest.raises(MailServerUnreachable):
            open_mailbox(settings(endpoint), "anna@office.example").check()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().openssl_cafile)
        open_mailbox(settings(endpoint, ca_bundle=house_authority), "anna@office.example").check()


def test_ntlm_opens_with_the_right_password_and_keeps_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = tmp_path / "users"
    users.write_text("OFFICE:anna:secret\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    with serving(_AskingForNtlm) as endpoint:
        mailbox = open_mailbox(settings(endpoint, auth_type=AuthType.NTLM), "anna@office.example")
        mailbox.check()
        mailbox.check()


def test_ntlm_refuses_a_wrong_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = tmp_path / "users"
    users.write_text("OFFICE:anna:secret\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    with serving(_AskingForNtlm) as endpoint:
        server = settings(endpoint, password="wrong", auth_type=AuthType.NTLM)
        with pytest.raises(MailboxRefused):
            open_mailbox(server, "anna@office.example").check()
