"""Calls to Slack over connections that stay open, against a server that hangs up in every way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Semaphore, Thread
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack_client import SlackClient


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.connections = 0
        self.calls: list[dict[str, Any]] = []
        self.hangs_up = ""
        """"after" an answer, or "before" one."""
        self.status = 200
        self.hung_up = Semaphore(0)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.hung_up.release()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/"


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(json.loads(body))
        self.close_connection = bool(self.server.hangs_up)
        if self.server.hangs_up == "before":
            return
        answer = json.dumps({"ok": self.server.status == 200, "error": "ratelimited"}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_given: Any) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: Server) -> SlackClient:
    return SlackClient(token="xoxb-1", base_url=server.url)


def say(client: SlackClient, text: str = "hello") -> None:
    client.chat_postMessage(channel="C1", text=text)


def test_calls_one_after_the_other_go_over_one_connection(server: Server, client: SlackClient) -> None:
    for number in range(5):
        say(client, str(number))
    assert [call["text"] for call in server.calls] == ["0", "1", "2", "3", "4"]
    assert server.connections == 1


def test_calls_at_once_have_a_connection_each_and_none_is_lost(server: Server, client: SlackClient) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: say(client, str(number)), range(200)))
    assert sorted(int(call["text"]) for call in server.calls) == list(range(200))
    assert server.connections <= 8


def test_a_server_that_hung_up_in_between_is_connected_to_anew(server: Server, client: SlackClient) -> None:
    server.hangs_up = "after"
    for _turn in range(3):
        say(client)
        assert server.hung_up.acquire(timeout=20)
    assert (len(server.calls), server.connections) == (3, 3)


def test_a_call_that_arrived_and_was_not_answered_is_not_made_again(server: Server, client: SlackClient) -> None:
    say(client)
    server.hangs_up = "before"
    with pytest.raises(RemoteDisconnected):
        say(client, "once")
    assert [call["text"] for call in server.calls] == ["hello", "once"]


def test_a_call_that_was_not_sent_is_told_apart(server: Server) -> None:
    with Server() as gone:
        client = SlackClient(token="xoxb-1", base_url=gone.url)
    with pytest.raises(URLError):
        say(client)


def test_what_slack_refuses_comes_with_its_headers(server: Server, client: SlackClient) -> None:
    server.status = 429
    with pytest.raises(SlackApiError) as refused:
        say(client)
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"
    server.status = 200
    say(client)
    assert server.connections == 1
