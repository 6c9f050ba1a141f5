"""The days of the week as people write them, in full and short. Pure.

A short name may belong to two languages: "ma" is Monday in Dutch and Tuesday in French, "di" Tuesday and Sunday.
"""

from __future__ import annotations

from functools import cache

from bot.one_line.vocabulary import alternation, weekdays

_SHORT = {
    "nl": {"ma": 0, "di": 1, "wo": 2, "woe": 2, "do": 3, "vr": 4, "za": 5, "zo": 6},
    "fr": {"lu": 0, "lun": 0, "ma": 1, "mar": 1, "mer": 2, "jeu": 3, "ve": 4, "ven": 4, "sam": 5, "di": 6, "dim": 6},
    "en": {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
           "sun": 6},
}  # fmt: skip
"""Without "sa", "je" and "me", which are a legal form and words of every sentence."""
SHORT_NAMES = frozenset(name for names in _SHORT.values() for name in names)


@cache
def wide_pattern() -> str:
    return alternation(weekdays("wide"))


@cache
def short_pattern() -> str:
    return alternation(SHORT_NAMES)


def is_short_name(name: str, language: str) -> bool:
    return name in _SHORT[language]


def weekdays_meant(name: str, language: str) -> tuple[int, ...]:
    """Monday is 0. By the sentence's language where it has that name; in French also what the Dutch name means, for
    Belgians write both."""
    wide = weekdays("wide")
    if name in wide:
        return (wide[name],)
    own = [_SHORT[language][name]] if name in _SHORT[language] else []
    others = [names[name] for names in _SHORT.values() if name in names]
    also = [_SHORT["nl"][name]] if language == "fr" and name in _SHORT["nl"] else []
    return tuple(dict.fromkeys([*own, *also] if own else others))
