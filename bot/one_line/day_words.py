"""The words for days in three languages, and the patterns that find them. All folded."""

from __future__ import annotations

import re
from functools import cache

from bot.one_line.vocabulary import NUMBER, alternation, month_names
from bot.one_line.weekday_words import short_pattern, wide_pattern

NEAR = {
    "eergisteren": -2, "avant-hier": -2, "day before yesterday": -2, "the day before yesterday": -2,
    "gisteren": -1, "yesterday": -1,
    "vandaag": 0, "today": 0, "aujourd'hui": 0, "auj": 0,
    "morgen": 1, "demain": 1, "tomorrow": 1, "tmrw": 1,
    "overmorgen": 2, "apres-demain": 2, "apres demain": 2, "day after tomorrow": 2, "the day after tomorrow": 2,
}  # fmt: skip
NEXT = ("volgende", "volgend", "next", "prochain", "prochaine")
COMING = ("aanstaande", "komende", "eerstkomende", "eerstvolgende", "coming", "qui vient", "a.s.", "as")
THIS = ("deze", "dit", "this", "ce", "cette")
LAST = ("vorige", "verleden", "afgelopen", "voorbije", "last", "dernier", "derniere", "passe", "passee")
NEXT_WEEK = ("volgende week", "next week", "la semaine prochaine", "de la semaine prochaine", "semaine prochaine",
              "of next week")  # fmt: skip
THIS_WEEK = ("deze week", "this week", "cette semaine", "de cette semaine", "of this week")
LAST_WEEK = ("vorige week", "last week", "la semaine derniere", "de la semaine derniere", "la semaine passee",
              "semaine derniere", "verleden week")  # fmt: skip
WEEK_LATER = ("en huit", "over een week", "over 8 dagen", "over acht dagen", "week", "dans une semaine", "in a week")
TWO_WEEKS_LATER = ("en quinze", "over 14 dagen", "over veertien dagen", "over twee weken", "fortnight")
WEEKS = {**dict.fromkeys(NEXT_WEEK, 1), **dict.fromkeys(THIS_WEEK, 0), **dict.fromkeys(LAST_WEEK, -1)}

_BEFORE = r"(?:(?:op|on|le|de|d'ici\s+au|den|a\s+partir\s+du|vanaf|starting(?:\s+on)?)\s+)?"
UNITS = {
    **dict.fromkeys(("dag", "dagen", "jour", "jours", "day", "days"), 1),
    **dict.fromkeys(("week", "weken", "weekje", "semaine", "semaines", "weeks"), 7),
    **dict.fromkeys(("fortnight", "quinzaine"), 14),
    **dict.fromkeys(("maand", "maanden", "mois", "month", "months"), 30),
}
_UNIT = alternation(UNITS)


@cache
def day_patterns() -> dict[str, re.Pattern[str]]:
    wide, short = wide_pattern(), short_pattern()
    month = alternation(month_names())
    ordinal = r"(?:er|e|de|ste|st|nd|rd|th)?"
    named = rf"\d{{1,2}}{ordinal}\.?\s+(?:of\s+)?(?:{month})\b\.?(?:,?\s+\d{{4}}\b)?"
    no_hour = r"(?!\s*[:.h]\s?\d|\s*(?:am|pm|h|u)\b)"
    named_first = rf"(?:{month})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?{no_hour}"
    figures = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}(?P<sign>[/.-])\d{1,2}(?:(?P=sign)(?:\d{4}|\d{2}))?"
    dated = rf"(?:{named}|{named_first}|{figures})"
    weeks = alternation(WEEKS)
    which = alternation([*NEXT, *LAST, "a.s.", "jl", "l.l.", "jongstleden"])
    behind = alternation([*NEXT, *COMING, *LAST, *WEEK_LATER, *TWO_WEEKS_LATER])
    before = alternation([*NEXT, *COMING, *THIS, *LAST])
    behind_short = alternation([*NEXT, *LAST, "aanstaande", "komende", "qui vient", "a.s.", "en huit", "en quinze"])
    clock = r"\d{1,2}(?:\s?(?:h|u|uur|heures?|am|pm|hrs?)(?![a-z])|[:.]\d\d)"
    leads = "met|avec|with|bij|chez|om|at|vers|rond|around|from|van|de|tussen|tss|entre"
    then = rf"\s*(?:$|[,;)\x01])|\s+(?:(?:{leads})\b|{clock})"
    a_clock = rf"\s+(?:(?:om|at|a|vers|rond|from|van|de|des)\s+)?{clock}|\s+(?:om|at|a)\s+\d{{1,2}}\b"
    hours = r"\s*(?:[:./h-]\s?\d|(?:h|u|uur|uren|heures?|hours?|am|pm|o'?clock|min)(?![a-z])|[ap]\.m)"
    to = r"\s*(?:-|t/m|tot\s+en\s+met|tot|au|to|until|till|through|jusqu'au)\s*"
    sources = {
        "dated": rf"{_BEFORE}(?:(?P<weekday>{wide}|{short})\b\.?,?\s+(?:le\s+|the\s+|de\s+)?)?(?<![\d/.-])"
                 rf"(?P<date>{dated})(?![\d/-]|\s?(?:h|u|uur|am|pm)\b)(?:\s+(?P<which>{which})(?!\w))?",
        "every": rf"(?:elke|iedere|every|each|chaque|tous\s+les|toutes\s+les|(?P<other>om\s+de))\s+"
                 rf"(?:(?P<count>other|{NUMBER})\s+)?"
                 rf"(?:(?P<weekday>{wide})s?|(?P<unit>{_UNIT}|jaar|jaren|ans?|annees?|years?))(?!\w)",
        "week_of": rf"(?:(?:in|dans)\s+)?(?:de\s+week\s+van|la\s+semaine\s+d[ue]|the\s+week\s+of)\s+"
                   rf"(?:de\s+|the\s+)?(?:{dated}|\d{{1,2}}(?:de|ste|st|nd|rd|th)?)(?!\w)",
        "week_on": rf"(?:(?P<one>(?:a|1|one)\s+week)|(?:two|2)\s+weeks|a\s+fortnight)\s+(?:on|from)\s+"
                   rf"(?P<weekday>{wide})\b",
        "nth": rf"{_BEFORE}(?P<weekday>{wide}|{short})\b\.?\s+(?:le\s+|the\s+|de\s+)?(?P<nth>\d{{1,2}}){ordinal}"
               rf"(?!\w)(?!{hours})(?P<ends>(?=\s*(?:$|[,;)\x01])))?(?:(?={then})|(?=\s+a\s+{clock}))",
        "numbered": rf"(?:{_BEFORE}(?P<weekday>{wide}|{short})\b\.?\s+(?:(?:van|in|of|de\s+la|de)\s+)?)?"
                    rf"(?:(?:in|en)\s+)?(?:la\s+|de\s+|the\s+)?(?:week|wk|semaine|sem)\b\.?\s*(?P<number>\d{{1,2}})(?!\w)(?!{hours})"
                    rf"(?:\s+(?:op\s+|on\s+|le\s+)?(?P<behind>{wide})\b|(?={then}))",
        "days_to": rf"(?:(?:van|du|from|de|the)\s+)?(?P<first>\d{{1,2}}){ordinal}{to}(?:the\s+)?(?P<last>{named})",
        "week_day": rf"(?P<week>{weeks})\s+(?:op\s+|on\s+|le\s+)?(?P<weekday>{wide}|(?:{short})\b(?=\.|{then}))\b\.?",
        "weekday": rf"{_BEFORE}(?:(?P<before>{before})\s+)?(?P<weekday>{wide})\b(?!'s)"
                   rf"(?:\s+(?!week\s+\d)(?:(?P<week>{weeks})|(?P<behind>{behind}))(?!\w))?",
        "short": rf"(?:(?:op|on|le|{before})\s+)(?P<weekday>{short})\b\.?|"
                 rf"(?P<asked>{short})\b\.?\s+(?P<behind>{behind_short})(?!\w)|"
                 rf"(?P<alone>{short})\b\.?(?={a_clock})|(?P<dotted>{short})\.(?=\s|$)|(?P<last>{short})\b(?={then})",
        "near": rf"(?P<near>{alternation(NEAR)})\b(?!'s|\s+(?:{alternation(NEAR)})\b)",
        "ago": rf"(?:il\s+y\s+a\s+(?P<ago_fr>{NUMBER})\s+(?P<unit_fr>{_UNIT}))\b|"
               rf"(?P<ago>{NUMBER})\s+(?P<unit>{_UNIT})\s+(?:geleden|ago)\b",
        "within": rf"(?:within|d'ici|sous|endeans)\s+(?P<count>{NUMBER})\s+(?P<unit>{_UNIT})\b",
        "ahead": rf"(?:over|(?P<near>binnen)|in|dans)\s+(?P<count>{NUMBER})\s+(?P<unit>{_UNIT})\b|"
                 rf"(?P<count_now>{NUMBER})\s+(?P<unit_now>{_UNIT})\s+from\s+(?:now|today)\b",
        "of_month": r"(?:(?:op\s+de|de|den|the|on\s+the)\s+(?P<nth>\d{1,2})(?:e|de|ste|st|nd|rd|th)|"
                    r"le\s+(?P<le>\d{1,2})(?:er)?)\b(?!\s*(?:[:/h.,%€-]\s?\d|h\b|heures?|\w*ieme))",
        "vague": rf"(?:(?:(?:a|cette|la|dans|the|dit|ce|le)\s+)*"
                 rf"(?:eind|einde|begin|midden|half|mid|fin|debut|mi|end|start|beginning|early|late|courant)"
                 rf"[\s-]+(?:(?:of|de|du|van|la|het|the|volgende|next|deze|this|dit)\s+)*"
                 rf"(?:week|maand|mois|month|semaine|jaar|annee|year|weekend|{month})(?:\s+prochaine?)?"
                 rf"|(?:in|en|courant)\s+(?:{month})"
                 rf"|{weeks}|volgende\s+maand|next\s+month|le\s+mois\s+prochain|deze\s+maand|this\s+month|ce\s+mois-ci"
                 rf"|(?:dit|ce|this|volgend|next|le|the|het)\s+week-?end(?:\s+prochain)?|week-?end|straks|tantot|binnenkort|bientot|soon|eerstdaags)\b",
    }  # fmt: skip
    compiled = {name: re.compile(rf"(?<![\w'/])(?:{source})") for name, source in sources.items()}
    compiled["to"] = re.compile(rf"{to}|\s+a\s+")
    compiled["from"] = re.compile(r"(?:van|du|from|de)\s+\Z")
    return compiled
