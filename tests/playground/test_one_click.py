"""Which way out of a list a mail offers (RFC 2369, RFC 8058)."""

from __future__ import annotations

import pytest

from integrations.playground.exchange import Mail
from integrations.playground.exchange.unsubscribing import way_out


@pytest.mark.parametrize(
    ("offered", "post", "kind", "target"),
    [
        ("<mailto:a@office.example>, <https://office.example/u>", True, "one-click", "https://office.example/u"),
        ("<https://office.example/u>", False, "page", "https://office.example/u"),
        ("<http://office.example/u>, <mailto:a@office.example>", True, "mail", "mailto:a@office.example"),
        ("<javascript:alert(1)>", True, None, None),
        ("https://office.example/u", True, None, None),
        ("<https://[broken/u>", True, None, None),
        ("", True, None, None),
    ],
)
def test_the_way_out_is_the_best_that_is_offered(
    offered: str, post: bool, kind: str | None, target: str | None
) -> None:
    one_click = (("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),) if post else ()
    way = way_out(Mail(headers=(("List-Unsubscribe", offered), *one_click)))
    assert (way and way.kind, way and way.target) == (kind, target)
