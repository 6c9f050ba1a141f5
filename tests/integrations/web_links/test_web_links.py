"""Asking whether a link still opens: politely, and never where it may not be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from integrations.web_links import Found, ask
from integrations.web_links.destinations import is_allowed


class Server:
    """Answers on this machine; `asked` are the requests that it got, as "HEAD /path"."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.url, self.asked = f"http://127.0.0.1:{port}", asked


@pytest.fixture
def server() -> Iterator[Server]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(f"{self.command} {self.path}")
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
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield Server(httpd.server_port, asked)
        httpd.shutdown()


_ANSWERS = {
    "/there": (200, ""),
    "/no-head": (200, ""),
    "/signed-in": (403, ""),
    "/gone": (404, ""),
    "/broken": (500, ""),
    "/moved": (301, "/there"),
    "/circle": (302, "/circle"),
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
    ],
)
def test_addresses_inside_a_network_are_told_from_those_outside(address: str, outside: bool, inside: bool) -> None:
    assert is_allowed(ip_address(address), allows_private=False) is outside
    assert is_allowed(ip_address(address), allows_private=True) is inside
