"""The words that the three languages have for days, hours, and what stands between names. All folded.

Names of days and months come from Babel (Unicode CLDR).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

from store.collaborators import LANGUAGES
from store.words import fold


def alternation(words: Iterable[str]) -> str:
    """For a pattern: the longest first, blanks of any length."""
    ordered = sorted(set(words), key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


@cache
def weekdays(width: str) -> dict[str, int]:
    """By name in any of the languages ("wide" or "abbreviated"): Monday is 0."""
    return {
        fold(name).rstrip("."): number
        for language in LANGUAGES
        for number, name in Locale(language).days["format"][width].items()
    }


@cache
def month_names() -> frozenset[str]:
    return frozenset(
        fold(name).rstrip(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in Locale(language).months["format"][width].values()
    )


NUMBERS = {
    "a": 1, "an": 1, "un": 1, "une": 1, "een": 1, "one": 1,
    "twee": 2, "deux": 2, "two": 2, "drie": 3, "trois": 3, "three": 3, "vier": 4, "quatre": 4, "four": 4,
    "vijf": 5, "cinq": 5, "five": 5, "zes": 6, "six": 6, "zeven": 7, "sept": 7, "seven": 7,
    "acht": 8, "huit": 8, "eight": 8, "negen": 9, "neuf": 9, "nine": 9, "tien": 10, "dix": 10, "ten": 10,
    "elf": 11, "onze": 11, "eleven": 11, "twaalf": 12, "douze": 12, "twelve": 12,
    "veertien": 14, "quatorze": 14, "fourteen": 14, "vijftien": 15, "quinze": 15, "fifteen": 15,
    "twintig": 20, "vingt": 20, "twenty": 20, "dertig": 30, "trente": 30, "thirty": 30,
}  # fmt: skip
NUMBER = rf"\d{{1,3}}|{alternation(NUMBERS)}"


def number(typed: str) -> int:
    return int(typed) if typed.isdecimal() else NUMBERS[typed]


LANGUAGE_MARKS = {
    "nl": {
        "met", "morgen", "overmorgen", "bezoek", "om", "uur", "bij", "volgende", "het", "een", "van", "vandaag",
        "gisteren", "naar", "voor", "op", "dagen", "weken", "hele", "dag", "deze", "vorige", "bel", "bellen",
        "afspraak", "vergadering", "prijzen", "ivm", "gebeld", "bezocht", "geleden", "kantoor", "over",
    },
    "fr": {
        "avec", "demain", "visite", "chez", "le", "la", "les", "du", "des", "et", "pour", "prochain", "prochaine",
        "jours", "semaine", "semaines", "heures", "aujourd'hui", "au", "dans", "appel", "appeler", "reunion", "rdv",
        "prix", "sur", "cet", "ce", "cette", "midi", "rendez-vous", "dernier", "derniere", "passe",
    },
    "en": {
        "with", "tomorrow", "at", "and", "the", "next", "on", "for", "visit", "to", "today", "yesterday", "from",
        "about", "days", "weeks", "this", "last", "noon", "prices", "morning", "afternoon", "called", "visited",
    },
}  # fmt: skip


@cache
def _marks(language: str) -> frozenset[str]:
    days = Locale(language).days["format"]["wide"].values()
    return frozenset({*LANGUAGE_MARKS[language], *map(fold, days)})


def language_of_sentence(text: str, hint: str) -> str:
    """By the words that only one language has; the reader's own when nothing tells."""
    words = set(re.findall(r"[a-z'-]+", text))
    votes = {language: len(words & _marks(language)) for language in LANGUAGES}
    most = max(votes.values())
    return hint if votes[hint] == most else max(votes, key=lambda language: votes[language])


WITH = ("avec", "met", "with", "samen met", "ensemble avec", "together with", "w/")
AND = frozenset({"et", "en", "and", "&", "+"})
TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "m", "mme", "mlle", "monsieur", "madame", "mijnheer", "meneer", "mevrouw", "mevr",
    "dhr",
    "dr", "me", "maitre", "meester", "mister",
})  # fmt: skip
LEADS_TO_RELATION = frozenset({
    "bij", "chez", "at", "a", "au", "aux", "to", "naar", "de", "van", "of", "from", "voor", "pour", "for", "klant",
    "client", "prospect", "firma", "societe", "company", "with", "met", "avec",
})  # fmt: skip
"""What may stand between the rest and a relation's name, and is no part of the name."""
ENDS_NAMES = frozenset({
    "bij", "chez", "at", "in", "te", "naar", "to", "over", "about", "for", "pour", "voor", "from", "sur", "on", "op",
    "om", "re", "via", "par", "per", "van", "de", "du", "of", "with", "met", "avec", "concernant", "ivm",
})  # fmt: skip
"""What ends the names behind "with"."""
_GLUE = frozenset({
    "bij", "chez", "at", "to", "naar", "a", "au", "om", "op", "on", "le", "with", "met", "avec", "en", "et", "and",
    "vers", "rond", "tegen", "around", "from", "van", "tot", "until", "jusqu'a", "&", "+", "-", "the", "il", "faut",
    "plan", "plannen", "planifier", "planifie", "inplannen", "nieuwe", "nieuw", "nouvelle", "nouveau", "new",
    "please", "aub", "svp", "stp", "graag", "de", "du", "het", "een", "un", "une", "la", "an", "of", "for", "pour",
    "voor", "in", "j'ai", "ik", "heb", "ben", "i", "ai", "je", "moi", "mij", "me", "d'", "l'", "@", ":", "/", "aan",
    "te", "gelieve", "kan", "kun", "kunnen", "kunt", "moet", "moeten", "wil", "we", "u", "veuillez", "peux-tu",
    "faudrait", "dois", "devons", "could", "can", "you", "must", "should", "i'll", "let's", "s'il", "vous", "plait",
    "ou", "or", "aussi", "ook", "dan", "is", "es", "ok",
})  # fmt: skip

ABOUT = (
    "over", "ivm", "i.v.m.", "in verband met", "betreft", "betreffende", "inzake", "mbt", "m.b.t.",
    "met betrekking tot", "about", "re", "regarding", "concerning", "au sujet de", "au sujet du", "au sujet des",
    "au sujet d'",
    "a propos de", "a propos du", "a propos des", "a propos d'", "concernant", "pour parler de", "pour parler du",
    "pour parler des",
    "objet", "onderwerp", "subject", "sujet",
)  # fmt: skip
"""Behind it stands the subject."""
GLUE = _GLUE | frozenset(ABOUT)
"""Means nothing by itself once its neighbours are understood: cut off at both ends of what is left over."""
