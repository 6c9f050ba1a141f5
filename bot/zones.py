"""Time zones by what people call them: "Bruxelles (Belgique)" for Europe/Brussels."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from bot.texts import Texts
from store.words import fold


def zone_label(zone: str, t: Texts) -> str:
    """City and country in the reader's language; an IANA name that has neither stays as it is."""
    return dict(_labels(str(t.locale))).get(zone, zone)


def zones_matching(typed: str, t: Texts) -> list[tuple[str, str]]:
    """(IANA name, label) of those whose city, country or name holds what was typed; cities that begin so come first."""
    wanted = fold(typed).strip()
    names = ((zone, label, fold(f"{label} {zone}".replace("_", " "))) for zone, label in _labels(str(t.locale)))
    found = [(zone, label) for zone, label, name in names if wanted in name]
    return sorted(found, key=lambda one: not fold(one[1]).startswith(wanted))


_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=8)
def _labels(locale: str) -> tuple[tuple[str, str], ...]:
    """All zones that are named after a place, by label; a second name of a zone ("America/Montreal") by its area."""
    spoken = Locale.parse(locale)
    territories: dict[str, str] = dict(get_global("zone_territories"))
    cities = spoken.time_zones
    labels = []
    for zone in available_timezones():
        area, _slash, rest = zone.partition("/")
        if area in _AREAS:
            city = cities.get(zone, {}).get("city") or rest.rpartition("/")[2].replace("_", " ")
            labels.append((zone, f"{city} ({spoken.territories.get(territories.get(zone, ''), area)})"))
    return tuple(sorted(labels, key=lambda one: fold(one[1])))
