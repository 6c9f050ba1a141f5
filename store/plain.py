"""Values of columns as JSON holds them: for the trail, what undoes a merge, and a person's copy of their data."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

_TIMES = (date, time)


def plain(value: object) -> Any:
    """Days, hours and moments in ISO form, numbers with decimals as they are written; anything else as it is."""
    if isinstance(value, _TIMES):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
