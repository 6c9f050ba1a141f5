"""`rapport demo`: one command, one address, and nothing lost when it stops."""

from __future__ import annotations

import re
import socket
import sqlite3
from pathlib import Path

import httpx
from demo_process import running_demo
from slack_person import SlackPerson


def test_ctrl_c_ends_it_cleanly_and_the_next_start_shows_the_same(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--port", "0") as demo:
        claire = SlackPerson(demo.url, "U0CLAIRE", "general")
        claire.types("Bonjour à tous")
        told, relations = claire.last_message()["text"], _relations(tmp_path)
        claire.close()
        rapport = _own_url(tmp_path)
        assert httpx.get(f"{rapport}/health").status_code == 200

        assert demo.interrupt() == 0

    said = "".join(demo.said)
    assert re.findall(r"http://\S+", said) == [demo.url]
    assert "Traceback" not in said
    assert not _answers(demo.url)
    assert not _answers(rapport)
    port = demo.url.rpartition(":")[2]
    with running_demo(tmp_path, "--port", port) as again:
        claire = SlackPerson(again.url, "U0CLAIRE", "general")
        assert claire.last_message()["text"] == told == "Bonjour à tous"
        claire.close()
        assert again.url == demo.url
        assert _own_url(tmp_path) == rapport, "links in yesterday's mails work today"
        assert _relations(tmp_path) == relations > 0


def test_another_port_is_taken_and_said_when_the_wanted_one_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        wanted = other.getsockname()[1]
        with running_demo(tmp_path, "--port", str(wanted)) as demo:
            assert f"Port {wanted} is in use" in "".join(demo.said)
            assert httpx.get(demo.url).status_code == 200


def _own_url(folder: Path) -> str:
    found = re.search(r'public_url = "(\S+)"', (folder / "config.toml").read_text())
    assert found
    return found[1]


def _relations(folder: Path) -> int:
    with sqlite3.connect(folder / "book.db") as connection:
        (number,) = connection.execute("SELECT count(*) FROM relation").fetchone()
    connection.close()
    return int(number)


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=2)
    except httpx.TransportError:
        return False
    return True
