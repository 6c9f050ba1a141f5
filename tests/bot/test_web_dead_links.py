"""What a page says when it has nothing to show: in the office's language, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from world import World

from store.base import BookBusy
from store.engine import Book


def test_a_broken_link_to_unsubscribe_says_what_to_do(world: World) -> None:
    address = f"{world.office.settings.web.public_url}/unsubscribe/cut-off"
    for answer in (httpx.get(address), httpx.post(address, data={"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 404
        assert "Ce lien ne fonctionne pas" in answer.text
        assert "Copiez-le en entier" in answer.text


def test_a_link_to_a_mailing_that_is_gone_says_to_answer_the_mail(world: World) -> None:
    token = world.office.signer("unsubscribe").dumps(404)
    answer = httpx.get(f"{world.office.settings.web.public_url}/unsubscribe/{token}")
    assert answer.status_code == 404
    assert "Répondez plutôt à l’e-mail" in answer.text


def test_an_expired_link_to_a_document_says_where_to_ask(world: World) -> None:
    answer = httpx.get(f"{world.office.settings.web.public_url}/documents/expired")
    assert answer.status_code == 404
    assert "Redemandez le document dans Slack" in answer.text


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (BookBusy(), 503, "Veuillez réessayer dans une minute."),
        (RuntimeError("a bug"), 500, "communiquez-nous cette référence"),
    ],
)
def test_trouble_of_ours_is_a_page_too(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, said: str
) -> None:
    @contextmanager
    def failing(_book: Book) -> Iterator[None]:
        raise error
        yield

    token = world.office.signer("unsubscribe").dumps(1)
    monkeypatch.setattr(Book, "reading", failing)
    answer = httpx.get(f"{world.office.settings.web.public_url}/unsubscribe/{token}")
    assert answer.status_code == status
    assert said in answer.text
    assert answer.headers["content-type"].startswith("text/html")
