"""Questions of the day: "agenda morgen", "historique Acme", "who is on Acme", "next visit Acme". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from bot.one_line.calendar import Calendar
from bot.one_line.canvas import Canvas, cleaned
from bot.one_line.day_words import WEEKS
from bot.one_line.days import days_in
from bot.one_line.vocabulary import alternation, language_of_sentence
from bot.texts import Texts

LONGEST = 120
"""Letters; what is longer asks no such thing."""


class About(StrEnum):
    AGENDA = "agenda"
    HISTORY = "history"
    WHO = "who"
    REACH = "reach"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Asked:
    """`name` is whom it is about, as typed: a relation or contact, for an agenda a colleague ("": the asker's own).

    `days` are the first and last days that an agenda is asked of, each pair for itself; none: the days to come.
    """

    about: About
    name: str = ""
    days: tuple[tuple[date, date], ...] = ()


_AT = (
    r"(?:(?:bij|met|van|voor|op|aan|de|du|des|d'|chez|avec|pour|sur|of|with|at|for|on|after|the|le|la|les|l'|het|dossier)"
    r"(?:\s+|(?<=')))*"
)
_MEETINGS = (
    "bezoek", "afspraak", "actie", "vergadering", "telefoon", "contact", "visite", "rendez-vous", "rdv", "action",
    "reunion", "appel", "visit", "appointment", "meeting", "call",
)  # fmt: skip
_NUMBERS = (
    "telefoonnummer", "telefoon", "nummer", "gsm-nummer", "gsm", "mobiel", "tel", "numero de telephone",
    "numero de gsm",
    "numero", "telephone", "portable", "phone number", "phone", "number", "mobile number", "mobile", "mailadres",
    "e-mailadres", "mail", "e-mail", "email", "adresse mail", "adresse e-mail", "adresse", "courriel",
    "contactgegevens",
    "gegevens", "coordonnees", "contact details", "email address", "address", "adres",
)  # fmt: skip
_CLEAR_NUMBERS = (
    "telefoonnummer", "nummer", "gsm-nummer", "gsm", "numero de telephone", "numero", "phone number", "mailadres",
    "e-mailadres", "adresse mail", "adresse e-mail", "contactgegevens", "coordonnees", "contact details",
    "email address",
)  # fmt: skip
_WHAT_IS = (
    r"(?:(?:wat is|what is|what's|quel est|quelle est|c'est quoi|geef(?: mij| me)?|donne(?:-moi)?|give me|toon|"
    r"montre(?:-moi)?|show(?: me)?)\s+)?(?:(?:de|het|the|le|la|les|ma|mon|mijn|my)\s+|l')?"
)


_BETWEEN = frozenset({
    "van", "de", "du", "voor", "of", "for", "pour", "op", "on", "le", "la", "il", "er", "mijn", "mon", "my", "in", "a",
    "mij", "me", "to", "do", "te", "doen", "gepland", "planned", "prevu", "agenda", "planning",
})  # fmt: skip
"""Words that name nobody."""


@cache
def _patterns() -> dict[About, tuple[re.Pattern[str], ...]]:
    meeting = alternation(_MEETINGS)
    what_have_i = (
        "wat staat er|wat heb ik|wat moet ik|wat doe ik|qu'est-ce que j'ai|qu'est ce que j'ai|j'ai quoi|que fais-je|"
        "qu'ai-je|what's on|what is on|what do i have|what have i got|what am i doing"
    )
    looks_after = (
        r"zit|zitten|is|werkt|volgt|est|s'occupe|suit|gere|travaille|works?|handles?|looks\s+after|takes\s+care\s+of"
    )
    when_do_i = (
        r"wanneer\s+(?:zie|bezoek|spreek|bel)\s+ik|quand\s+(?:est-ce\s+que\s+)?(?:je\s+vois|vois-je|je\s+visite)|"
        r"when\s+do\s+i\s+(?:see|visit|meet|call)"
    )
    history = "historique|geschiedenis|history|historiek|voorgeschiedenis"
    sources: dict[About, tuple[str, ...]] = {
        About.AGENDA: (
            rf"{_WHAT_IS}(?:agenda|planning|dagplanning|calendar|schedule|programme|kalender)(?!\w)(?P<rest>.*)",
            rf"(?:{what_have_i})(?!\w)(?P<rest>.*)",
        ),
        About.WHO: (rf"(?:wie|qui|who)(?:'s|\s+(?:{looks_after}))?\s+{_AT}(?P<name>.+)",),
        About.HISTORY: (
            rf"{_WHAT_IS}(?:{history})\s+{_AT}(?P<name>.+)",
            rf"{_WHAT_IS}(?:laatste|derniere?s?|last|vorige?)\s+(?:{meeting})s?\s+{_AT}(?P<name>.+)",
            rf"(?:wat is er gebeurd|que s'est-il passe|what happened)\s+{_AT}(?P<name>.+)",
        ),
        About.NEXT: (
            rf"{_WHAT_IS}(?:eerst)?(?:volgende?|prochaine?|next|komende?)\s+(?:{meeting})\s+{_AT}(?P<name>.+)",
            rf"(?:{when_do_i})\s+{_AT}(?P<name>.+?)(?:\s+(?:terug|weer|again))?",
        ),
        About.REACH: (
            rf"{_WHAT_IS}(?:{alternation(_NUMBERS)})\s+(?:van|de|du|of|for|d')\s*(?P<name>.+)",
            rf"{_WHAT_IS}(?:{alternation(_CLEAR_NUMBERS)})\s+(?P<name>.+)",
            r"(?:hoe bereik ik|comment joindre|how do i reach)\s+(?P<name>.+)",
        ),
    }
    return {about: tuple(re.compile(rf"{source}\Z") for source in some) for about, some in sources.items()}


def read_question(typed: str, *, today: date, t: Texts) -> Asked | None:
    """None for what asks nothing of the kind."""
    text = " ".join(cleaned(typed).split()).rstrip("?!. ")
    if not text or len(text) > LONGEST:
        return None
    canvas = Canvas(text)
    for about, patterns in _patterns().items():
        for pattern in patterns:
            if (found := pattern.match(canvas.text)) is None:
                continue
            if about is About.AGENDA:
                return _agenda(text[found.start("rest") :], today, t)
            return Asked(about, text[found.start("name") : found.end("name")].strip())
    return None


def _agenda(rest: str, today: date, t: Texts) -> Asked | None:
    """ "van Bram morgen": whose, and of which days; None when more is said than that."""
    canvas = Canvas(rest)
    calendar = Calendar(today, t, language_of_sentence(canvas.text, t.language))
    days: list[tuple[date, date]] = []
    for day in days_in(canvas, calendar):
        weeks = WEEKS.get(" ".join(Canvas(day.words).text.split()))
        if weeks is not None:
            monday = calendar.monday + timedelta(weeks=weeks)
            days.append((monday, monday + timedelta(days=6)))
        elif day.options:
            days += [(on, day.until or on) for on in day.options]
        else:
            return None
    left = [word.typed for piece in canvas.pieces() for word in piece if word.folded not in _BETWEEN]
    return Asked(About.AGENDA, " ".join(left), tuple(days)) if len(left) <= 3 else None
