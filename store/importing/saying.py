"""What the words of a cell mean: a language, a kind, yes or no, a birthday, in any of the three languages."""

from __future__ import annotations

import re
from datetime import date

from store.base import BookError, _
from store.contacts.birthdays import Born, birthday_typed
from store.relations import RelationKind
from store.words import fold

_LANGUAGES = {
    "en": ("en", "english", "anglais", "engels"),
    "fr": ("fr", "french", "francais", "frans"),
    "nl": ("nl", "dutch", "neerlandais", "nederlands", "flamand", "vlaams", "nld"),
}
_YES = {"yes", "y", "oui", "o", "ja", "j", "true", "vrai", "waar", "1", "x"}
_NO = {"no", "n", "non", "nee", "neen", "false", "faux", "onwaar", "0"}
_COMPANY = {
    "company",
    "organisation",
    "organization",
    "org",
    "societe",
    "entreprise",
    "bedrijf",
    "firma",
    "organisatie",
}
_PERSON = {"person", "individual", "personne", "particulier", "persoon", "natuurlijke persoon", "personne physique"}


def language_said(text: str) -> str:
    spoken = fold(text).replace("_", "-").partition("-")[0].strip()
    if not spoken:
        return ""
    # An unknown one goes on to the relation's own check, which refuses it.
    return next((code for code, names in _LANGUAGES.items() if spoken in names), spoken)


def kind_said(text: str) -> RelationKind:
    said = fold(text)
    if not said or said in _COMPANY:
        return RelationKind.COMPANY
    if said in _PERSON:
        return RelationKind.PERSON
    raise BookError(_("{typed} is neither “company” nor “person”."), typed=text[:60])


def yes_or_no(text: str) -> bool | None:
    said = fold(text)
    if not said:
        return None
    if said not in _YES | _NO:
        raise BookError(_("{typed} is neither “yes” nor “no”."), typed=text[:60])
    return said in _YES


_BASIC = re.compile(r"(?:(\d{4})|--)-?(\d{2})-?(\d{2})(?:[T ].*)?")
_NO_YEAR = "1604"
"""What Apple writes for a birthday without a year."""


def birthday_said(text: str, *, today: date, month_first: bool) -> Born | None:
    """As in forms, and as vCards write it: 19850312, --0312 (RFC 6350 section 4.3.1)."""
    if found := _BASIC.fullmatch(text):
        year = "" if found[1] in {None, _NO_YEAR} else f"{found[1]}-"
        text = f"{year}{found[2]}-{found[3]}" if year else f"{found[3]}/{found[2]}"
    return birthday_typed(text, today=today, month_first=month_first and not found)
