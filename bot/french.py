"""What French does between a small word and what is filled in behind it: "d’Els", "qu’Anna", "à partir de demain"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from store.words import fold

_SMALL_WORD = re.compile(r"\b(?:([Dd])e|([Qq]u)e|([Dd])u|([Aa])u|[Ll]e) \{(\w+)\}")
_VOWEL = re.compile(r"[aeiou]|y[^aeiou]")
# An h stays as it is: half of them are aspirated, and "de Hélène" hurts less than "d’Hans".
_NEAR_DAY = re.compile("(?:hier|aujourd’hui|demain)\\b")


def fitted(template: str, values: Mapping[str, object]) -> str:
    """The template with each small word in the form that its value wants: write "de {name}" and "du {day}" in it."""
    return _SMALL_WORD.sub(lambda found: _fit(found, str(values.get(found[5], ""))), template)


def _fit(found: re.Match[str], value: str) -> str:
    elided, elided_que, du, au, name = found.groups()
    place, begins = f"{{{name}}}", _VOWEL.match(fold(value[:2]))
    if first := elided or elided_que:
        return f"{first}’{place}" if begins else found[0]
    if not _NEAR_DAY.match(value):
        return found[0]
    if du:
        return f"{du}’{place}" if begins else f"{du}e {place}"
    return f"{'à' if au == 'a' else 'À'} {place}" if au else place
