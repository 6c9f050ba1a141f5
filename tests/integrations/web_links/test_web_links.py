"""Asking whether a link still opens: politely, and never where it may not be asked."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from house_certificate import write_certificate

from integrations.web_links import Found, ask
from integrations.web_links.destinations import is_allowed


class Server:
    """Answers on this machine; `asked` are the requests that it got, as "HEAD /path"."""

    def __init__(self, httpd: ThreadingHTTPServer, asked: list[str]) -> None:
        self.url, self.asked, self.httpd = f"http://127.0.0.1:{httpd.server_port}", asked, httpd


@pytest.fixture
def server() -> Iterator[Server]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(f"{self.command} {self.path}")
            if self.path == "/slow-circle":
                threading.Event().wait(0.2)
            status, location = _ANSWERS[self.path.partition("?")[0]]
            if self.path == "/no-head" and self.command == "HEAD":
                status = 405
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = _answer  # noqa: N815 (http.server's names)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
        yield Server(httpd, asked)
        httpd.shutdown()


_ANSWERS = {
    "/there": (200, ""),
    "/no-head": (200, ""),
    "/signed-in": (403, ""),
    "/gone": (404, ""),
    "/broken": (500, ""),
    "/moved": (301, "/there"),
    "/circle": (302, "/circle"),
    "/slow-circle": (302, "/slow-circle"),
    "/secrets": (302, "http://169.254.169.254/latest/meta-data/"),
    "/files": (302, "file:///etc/passwd"),
}


def test_a_link_is_asked_for_by_head_and_what_answers_is_there(server: Server) -> None:
    assert ask(f"{server.url}/there?q=é 1", allows_private=True) is Found.THERE
    assert server.asked == ["HEAD /there?q=%C3%A9%201"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/no-head", Found.THERE),
        ("/signed-in", Found.THERE),
        ("/gone", Found.GONE),
        ("/broken", Found.GONE),
        ("/moved", Found.THERE),
        ("/circle", Found.GONE),
        ("/secrets", Found.UNKNOWN),
        ("/files", Found.UNKNOWN),
    ],
)
def test_what_is_found_behind_an_answer(server: Server, path: str, found: Found) -> None:
    assert ask(server.url + path, allows_private=True) is found
    assert len(server.asked) <= 10


def test_a_link_into_the_own_network_is_not_asked_unless_the_office_allows_it(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1"):
        assert ask(f"http://{host}:{port}/there", allows_private=False) is Found.UNKNOWN
    assert server.asked == []


def test_a_server_that_is_not_there_and_an_address_that_is_none_are_gone() -> None:
    for url in ("http://127.0.0.1:1/x", "http://host:port/x", f"http://{'a' * 70}.example/"):
        assert ask(url, allows_private=True) is Found.GONE


@pytest.fixture(params=[b"x", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["drips", "only ever continues"])
def endless(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server behind TLS that takes 20 s for its answer, though never long for the next bytes of it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem := write_certificate(tmp_path)))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)

    def answer(listening: socket.socket) -> None:
        with suppress(OSError), tls.wrap_socket(listening.accept()[0], server_side=True) as sock:
            sock.recv(1000)
            ends_at_s = time.monotonic() + 20
            sock.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: " if request.param == b"x" else b"")
            while time.monotonic() < ends_at_s:
                sock.sendall(request.param)
                threading.Event().wait(0.02)
            sock.sendall(b"\r\n\r\n" if request.param == b"x" else b"HTTP/1.1 200 OK\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=answer, args=(listening,), daemon=True)
        answering.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        answering.join()


def test_an_answer_behind_tls_that_never_ends_is_given_up_in_time(endless: str) -> None:
    assert ask(endless, allows_private=True, within_s=0.5) is Found.GONE


def test_a_server_behind_tls_that_answers_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem := write_certificate(tmp_path)))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    server.httpd.socket = tls.wrap_socket(server.httpd.socket, server_side=True)
    url = server.url.replace("http:", "https:")
    assert ask(f"{url}/moved", allows_private=True) is Found.THERE
    assert server.asked == ["HEAD /moved", "HEAD /there"]
    monkeypatch.delenv("SSL_CERT_FILE")
    assert ask(f"{url}/gone", allows_private=True) is Found.UNKNOWN, "of a certificate that nobody knows"


def test_all_hops_together_have_one_limit(server: Server) -> None:
    assert ask(f"{server.url}/slow-circle", allows_private=True, within_s=0.5) is Found.GONE
    assert 1 <= len(server.asked) <= 3


def test_a_look_up_that_takes_long_is_given_up_in_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over, look_up = threading.Event(), socket.getaddrinfo

    def slow_look_up(*asked: object, **more: object) -> object:
        is_over.wait(20)
        return look_up(*asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow_look_up)
    assert ask(f"{server.url}/there", allows_private=True, within_s=0.2) is Found.GONE
    is_over.set()
    assert server.asked == []


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.215.14", True, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, True),
        ("127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("fe80::1", False, False),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::5db8:d70e", True, True),
        ("2002:7f00:1::", False, True),
        ("2002:5db8:d70e::1", True, True),
        ("2002:a9fe:a9fe::1", False, False),
        ("::ffff:93.184.215.14", True, True),
        ("::10.0.0.1", False, True),
        ("::169.254.169.254", False, False),
        ("::ffff:0:127.0.0.1", False, True),
        ("::ffff:0:169.254.169.254", False, False),
        ("64:ff9b::a00:1", False, True),
        ("64:ff9b:1::a00:1", False, False),
        ("fec0::1", False, True),
        ("2001:db8::1", False, True),
        ("2001:2::1", False, True),
        ("3fff::1", False, True),
        ("4000::1", False, True),
        ("fd00:ec2::254", False, False),
        ("fd20:ce::254", False, False),
        ("192.0.0.192", False, False),
        ("100.100.100.200", False, False),
        ("168.63.129.16", False, False),
    ],
)
def test_addresses_inside_a_network_are_told_from_those_outside(address: str, outside: bool, inside: bool) -> None:
    assert is_allowed(ip_address(address), allows_private=False) is outside
    assert is_allowed(ip_address(address), allows_private=True) is inside
