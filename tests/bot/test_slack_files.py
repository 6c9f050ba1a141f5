"""Fetching a file that was given in Slack: the bot's token goes to Slack alone, and no more is read than was said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from world import World

from bot.slack.files import SlackFile, fetch_file
from store.base import BookError

PIECES = 1_000


class Far:
    """Whatever is asked: it answers with ten bytes, a thousand times over."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pieces_sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for _number in range(PIECES):
            self.pieces_sent += 1
            yield b"0123456789"

    @contextmanager
    def stream(self, method: str, url: str, **_told: object) -> Iterator[httpx.Response]:
        self.asked.append(url)
        yield httpx.Response(200, content=iter(self), request=httpx.Request(method, url))


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Far:
    far = Far()
    monkeypatch.setattr(httpx, "stream", far.stream)
    return far


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/prices.pdf",
        "https://evilslack.com/prices.pdf",
        "https://files.slack.com.evil.example/prices.pdf",
        "https://files.slack.com@evil.example/prices.pdf",
        "https://files.slack.com:8443/prices.pdf",
        "http://files.slack.com/prices.pdf",
        "http://127.0.0.1:9/prices.pdf",
        "https://[files.slack.com/prices.pdf",
        "",
    ],
)
def test_the_bots_token_is_sent_nowhere_but_to_slack(world: World, far: Far, url: str) -> None:
    with pytest.raises(BookError, match="does not hand out"):
        fetch_file(world.office, SlackFile("F1", "prices.pdf", 10 * PIECES, url))
    assert far.asked == []


@pytest.mark.parametrize("host", ["https://files.slack.com", "https://slack.com", "the playground"])
def test_a_file_of_slack_is_fetched_whole(world: World, far: Far, host: str) -> None:
    url = str(world.office.settings.slack.api_url) if host == "the playground" else f"{host}/files-pri/T1-F1/prices.pdf"
    assert len(fetch_file(world.office, SlackFile("F1", "prices.pdf", 10 * PIECES, url))) == 10 * PIECES
    assert far.asked == [url]


def test_no_more_is_read_than_the_file_is_said_to_hold(world: World, far: Far) -> None:
    with pytest.raises(BookError, match="does not hand out"):
        fetch_file(world.office, SlackFile("F1", "prices.pdf", 45, "https://files.slack.com/prices.pdf"))
    assert far.pieces_sent == 5
