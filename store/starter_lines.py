"""How a line that a new office starts with is written down: its key, its three labels, and what else it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    en: str
    fr: str
    nl: str
    more: Mapping[str, Any] = field(default_factory=dict)


def new_line(key: str, en: str, fr: str, nl: str, **more: object) -> Line:
    return Line(key, en, fr, nl, more)


def new_link(key: str, there: tuple[str, str, str], back: tuple[str, str, str] | None = None, **more: object) -> Line:
    """`there` reads from source to target, `back` the other way: the same unless given."""
    labels = dict(zip(("back_label_en", "back_label_fr", "back_label_nl"), back or there, strict=True))
    return Line(key, *there, {"is_symmetric": back is None, **labels, **more})
