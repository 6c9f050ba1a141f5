"""An involvement as plain values: as a part for the rules, and as JSON by which a save is undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from store.involvements.model import Involvement
from store.involvements.rules import Part


def part_of(row: Involvement) -> Part:
    name = row.collaborator.name
    return Part(row.collaborator_id, name, row.since_on, row.until_on, row.commission, row.is_main, row.id)


def image_of(row: Involvement) -> dict[str, Any] | None:
    """Everything that a save may change, as JSON; None for one that was deleted."""
    if row.deleted_at is not None:
        return None
    return {
        "collaborator_id": row.collaborator_id,
        "category_id": row.category_id,
        "since_on": row.since_on.isoformat(),
        "until_on": row.until_on.isoformat() if row.until_on else None,
        "commission": str(row.commission) if row.commission is not None else None,
        "is_main": row.is_main,
    }


def part_in(row_id: int, name: str, image: Mapping[str, Any]) -> Part:
    """The way back from `image_of`; `name` is the collaborator's."""
    return Part(
        image["collaborator_id"],
        name,
        date.fromisoformat(image["since_on"]),
        date.fromisoformat(image["until_on"]) if image["until_on"] else None,
        Decimal(image["commission"]) if image["commission"] is not None else None,
        image["is_main"],
        row_id,
    )
