from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bot.slack.patience import READY_WITHIN_S, Patience


def test_only_what_takes_too_long_is_told_apart_and_what_comes_later_is_watched_as_well() -> None:
    told: list[str] = []

    def tell(name: str) -> str:
        told.append(name)
        return name

    with ThreadPoolExecutor(2) as threads:
        patience = Patience(threads)
        for turn in ("first", "later"):
            began = time.monotonic()
            quick, slow, other = (patience.watch(partial(tell, name)) for name in ("quick", turn, "other"))
            quick.is_over = other.is_over = True
            assert slow.result() == turn
            assert time.monotonic() - began >= READY_WITHIN_S
            slow.is_over = True
        broken = patience.watch(lambda: str(1 // 0))
        with pytest.raises(ZeroDivisionError):
            broken.result()
    assert told == ["first", "later"]
