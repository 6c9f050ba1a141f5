"""The words for hours and durations in three languages, and the patterns that find them. All folded."""

from __future__ import annotations

import re
from functools import cache

from bot.one_line.vocabulary import NUMBER, NUMBERS, alternation

_HOUR_WORDS = alternation(word for word, count in NUMBERS.items() if 1 <= count <= 12 and word not in ("a", "an", "un"))
_MORNING = ("'s morgens", "'s ochtends", "s morgens", "s ochtends", "in de voormiddag", "voormiddag", "du matin",
            "le matin", "in the morning", "vanochtend", "vanmorgen", "am", "a.m.", "a.m")  # fmt: skip
AFTERNOON = ("'s middags", "'s namiddags", "'s avonds", "s middags", "s avonds", "in de namiddag", "namiddag",
              "de l'apres-midi", "l'apres-midi", "du soir", "le soir", "in the afternoon", "in the evening", "pm",
              "p.m.", "p.m", "in the night")  # fmt: skip
_HALF = rf"(?:\s*(?P<{{0}}half>{alternation([*_MORNING, *AFTERNOON])})(?!\w))?"
_AT = r"(?P<{0}at>(?:om|at|a|vers|rond|around|about|omstreeks|tegen|vanaf|from|des)\s+)?"
_FIGURES = (
    r"(?P<{0}h>\d{{1,2}})(?:\s?(?P<{0}unit>heures?|uur|hrs?|h|u)(?![a-z])(?:\s?(?P<{0}m>[0-5]\d)(?!\d|\s?min))?"
    r"|[:.](?P<{0}mm>[0-5]\d)(?!\d|[./]\d)(?:\s?(?:uur|u|h)(?![a-z]))?)?"
    r"(?:\s+(?P<{0}more>et\s+demie?|et\s+quart|moins\s+(?:le\s+|un\s+)?quart|moins\s+(?:cinq|dix|vingt)))?"
)
MORE = {"et demie": 30, "et demi": 30, "et quart": 15, "moins cinq": -5, "moins dix": -10, "moins vingt": -20}
_PARTS = (
    "'s morgens", "'s ochtends", "'s middags", "'s namiddags", "'s avonds", "vanochtend", "vanmorgen", "vanmiddag",
    "vannamiddag", "vanavond", "voormiddag", "namiddag", "in de voormiddag", "in de namiddag", "ochtend", "avond",
    "morgenvroeg", "morgenochtend", "morgenmiddag", "morgenavond", "vroeg", "le matin", "ce matin", "matin", "matinee",
    "dans la matinee", "l'apres-midi", "cet apres-midi", "apres-midi", "apres midi", "dans l'apres-midi", "ce soir",
    "soir", "soiree", "in the morning", "this morning", "morning", "in the afternoon", "this afternoon", "afternoon",
    "this evening", "in the evening", "evening", "tonight", "en matinee", "en soiree", "first thing", "end of the day",
    "fin de journee", "eind van de dag", "begin van de dag", "voor de middag", "na de middag", "over de middag",
    "middag", "op de middag",
)  # fmt: skip
TODAY_PARTS = frozenset({
    "vanochtend", "vanmorgen", "vanmiddag", "vannamiddag", "vanavond", "ce matin", "cet apres-midi", "ce soir",
    "this morning", "this afternoon", "this evening", "tonight",
})  # fmt: skip
TOMORROW_PARTS = frozenset({"morgenvroeg", "morgenochtend", "morgenmiddag", "morgenavond"})
_ALL_DAY = (
    "de hele dag", "hele dag", "heel de dag", "ganse dag", "de ganse dag", "toute la journee", "la journee entiere",
    "journee entiere", "journee complete", "la journee complete", "all day", "all day long", "the whole day",
    "whole day", "full day", "une journee complete", "een hele dag", "een volle dag", "volledige dag",
)  # fmt: skip

ENDS = re.compile(r"\s*(?:$|[,;)\x01]|(?:met|with|avec|bij|chez|in|over|about|re|for|pour|voor|op|on)\b)")
"""What may follow a bare number that is an hour: "at 3 with Els", but not "at 3 Main Street"."""

LENGTHS = {
    "anderhalf uur": 90, "anderhalfuur": 90, "een half uur": 30, "half uur": 30, "halfuur": 30, "een halfuur": 30,
    "een halfuurtje": 30, "halfuurtje": 30, "half uurtje": 30, "een half uurtje": 30, "een uurtje": 60, "uurtje": 60,
    "een kwartier": 15, "kwartier": 15, "kwartiertje": 15, "een kwartiertje": 15, "drie kwartier": 45,
    "une demi-heure": 30, "demi-heure": 30, "une demi heure": 30, "une petite heure": 60, "un quart d'heure": 15,
    "quart d'heure": 15, "trois quarts d'heure": 45, "une heure et demie": 90, "half an hour": 30, "half hour": 30,
    "a half hour": 30, "an hour": 60, "an hour and a half": 90, "one and a half hours": 90, "a quarter of an hour": 15,
    "three quarters of an hour": 45,
}  # fmt: skip
_COUNTED = (
    rf"(?P<count>\d{{1,2}}[.,]\d|{NUMBER})\s?"
    r"(?P<unit>uren|uur|heures?|hours?|hrs?|h|u|minuten|minuutjes|minuut|minutes?|mins?)"
    r"(?![a-z])(?:\s?(?P<rest>[0-5]\d)(?!\d)(?:\s?min)?)?"
)
_LENGTH = rf"(?:(?P<length>{alternation(LENGTHS)})(?![\w-])|{_COUNTED})"


@cache
def hour_patterns() -> dict[str, re.Pattern[str]]:
    def side(name: str) -> str:
        return (_AT + _FIGURES + _HALF).format(name)

    noon = r"(?:om\s+)?(?<!-)(?P<twelve>midi|noon|minuit|midnight|middernacht|12\s+uur\s+'s\s+middags)\b"
    to = r"\s*(?:-|tot|to|till|until|a|jusqu'a|jusque)\s*"
    between = r"(?:entre|tussen|tss?\.?|between)\s+"
    nl = (
        rf"(?:(?:om|rond|tegen|vanaf)\s+)?(?:(?P<nlm>vijf|tien|kwart|twintig|\d{{1,2}})\s+(?P<nlside>voor|over|na)"
        rf"\s+)?(?P<nlhalf>half\s*)?(?P<nlh>{_HOUR_WORDS}|\d{{1,2}})(?P<nluur>\s+uur)?(?!\w)"
    )
    fr = (
        rf"(?:(?:a|vers|des)\s+)?(?P<frh>{_HOUR_WORDS})\s+heures?(?:\s+(?P<frmore>et\s+demie?|et\s+quart|"
        rf"moins\s+(?:le\s+|un\s+)?quart|moins\s+(?:cinq|dix|vingt)|trente|quinze))?(?!\w)"
    )
    en = (
        rf"(?:(?:at|around)\s+)?(?:(?P<enm>half|quarter|five|ten|twenty|twenty-five)\s+(?P<enside>past|to|after)\s+"
        rf"(?P<enh>{_HOUR_WORDS}|\d{{1,2}})(?!\w)|(?P<enclock>{_HOUR_WORDS}|\d{{1,2}})\s*o'?\s?clock(?!\w)|"
        rf"(?P<enhalf>half\s+)(?P<enbrit>{_HOUR_WORDS})(?!\w))"
    )
    sources = {
        "all_day": rf"(?:{alternation(_ALL_DAY)})(?!\w)",
        "in": rf"(?:over|binnen|in|dans)\s+{_LENGTH}",
        "for": rf"(?:pendant|durant|gedurende|for|lasting|duree?\s*:?|duur\s*:?|duration\s*:?)\s+{_LENGTH}",
        "lang": rf"{_LENGTH}\s+lang(?!\w)",
        "in_brackets": rf"\(\s*{_LENGTH}\s*\)",
        "range": rf"(?:(?P<open>van|de|from)\s+)?{side('a')}{to}{side('b')}(?!\w|[/.]\d)",
        "between": rf"{between}{side('a')}\s*(?:et|en|and|-)\s*{side('b')}(?!\w|[/.]\d)",
        "length": rf"{_LENGTH}",
        "noon": rf"(?:a\s+|at\s+)?{noon}(?:\s+(?P<nmore>et\s+demie?|et\s+quart|trente|quinze))?",
        "english": en + _HALF.format("enday"),
        "dutch": nl + _HALF.format("nlday"),
        "french": fr + _HALF.format("frday"),
        "figures": rf"{side('a')}(?!\w|[/.]\d|-\d)",
        "bare": rf"(?:om|at)\s+(?P<bare>\d{{1,2}})(?={ENDS.pattern})",
        "part": rf"(?:{alternation(_PARTS)})(?!\w)",
    }  # fmt: skip
    return {name: re.compile(rf"(?<![\w'/.,:])(?:{source})") for name, source in sources.items()}
