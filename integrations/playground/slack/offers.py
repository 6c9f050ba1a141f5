"""Which options the app offered for each external select: a person can choose nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from integrations.playground.slack.block_kit.composition import same_option
from integrations.playground.slack.people import Json

Place = tuple[str, str, str]  # surface, block_id, action_id
KEPT = 10_000


class Offers:
    def __init__(self) -> None:
        self._all: dict[Place, dict[str, Json]] = {}

    def add(self, place: Place, options: Iterable[Json]) -> None:
        held = self._all.setdefault(place, {})
        held.update({option["value"]: option for option in options})
        if len(self._all) > KEPT:
            del self._all[next(iter(self._all))]

    def was_offered(self, place: Place, option: Json) -> bool:
        held = self._all.get(place, {}).get(option["value"])
        return held is not None and same_option(held, option)
