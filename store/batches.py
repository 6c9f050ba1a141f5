"""Long lists in portions: SQLite takes a limited number of parameters in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500

T = TypeVar("T")


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """In the order given, at most AT_ONCE in each; none of no values."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
