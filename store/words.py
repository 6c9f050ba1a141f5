"""Names, addresses and numbers as words to search by: without accents, case or legal form. Pure, no I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 64
"""Longer words are cut: one letter may fold to eighteen, and an index entry of PostgreSQL holds 2,700 bytes."""

# fmt: off
_WRITTEN = (
    # Belgium, the Netherlands, Luxembourg, France
    "SA", "NV", "SPRL", "BVBA", "SRL", "BV", "SCRL", "CVBA", "SC", "CV", "SNC", "VOF", "SCS", "CommV", "SComm", "GCV",
    "SCA", "EBVBA", "SPRLU", "ASBL", "VZW", "AISBL", "IVZW", "SAS", "SARL", "EURL", "SASU", "GIE", "SCI", "SCSp",
    # Québec and Canada, and neighbours
    "inc.", "incorporated", "ltd", "ltée", "limitée", "limited", "enr.", "SENC", "SENCRL", "OBNL", "LLC", "LLP", "PLC",
    "corp.", "cie", "GmbH", "AG", "KG", "OHG", "SpA",
)
# fmt: on
_FORMS = {form.casefold().replace("é", "e").rstrip("."): form for form in _WRITTEN}
LEGAL_FORMS = frozenset(_FORMS)
"""Folded; they tell nothing about who is meant. People type them or leave them out."""

# Letters that Unicode does not take apart into a plain letter and its accent.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ŋ": "n"})

# What Belgian and Dutch names begin with, in one word with the rest or apart: "Vandenberghe", "Van den Berghe".
# fmt: off
_PARTICLES = frozenset((
    "van", "vande", "vanden", "vander", "von", "de", "den", "der", "het", "t", "te", "ten", "ter", "op",
    "le", "la", "les", "du", "des", "d", "l",
))
# fmt: on

_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:['’ʼ.\-][^\W_]+)+")
_MAIL = re.compile(r"\S*@\S*")
_PHONE = re.compile(r"(?:\+|\(|\b)\d[\d\s()./-]{4,}\d\b")
_LETTERED_VAT = re.compile(r"\b[a-z]{2}[\s.]?(?:\d[\s.]?){9}(?:b|r[cmpt])[\s.]?\d{2,4}\b", re.IGNORECASE)
_VAT_COUNTRY = re.compile(r"\b([a-z]{2})(?=(?:\d[\s./-]?){7}\d)", re.IGNORECASE)
# ITU-T E.164: country codes of one and of two digits; all others have three.
_COUNTRY = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")


def fold(text: str) -> str:
    """Without accents and case; everything else stays, in its order."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_PLAIN)


def words_in(text: str) -> list[str]:
    """The folded words in their order, legal forms included; "S.A." is one word.

    A text without letters or digits (a name of emoji) is its own word.
    """
    folded = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", fold(text))
    return [_cut(word) for word in _WORD.findall(folded) or folded.split()]


def telling(words: list[str]) -> list[str]:
    """The words without legal forms, unless there are no others."""
    return [word for word in words if word not in LEGAL_FORMS] or words


def legal_form_in(name: str) -> str:
    """The legal form that a company's name ends or begins with, as it is written ("Dupont S.A." has "SA"); "" without.

    A name that is nothing else has none.
    """
    words = words_in(name)
    at_ends = (word for word in (words[-1:] + words[:1]) if len(words) > 1)
    return next((_FORMS[word] for word in at_ends if word in _FORMS), "")


def name_key(name: str) -> str:
    """Two names with the same key are taken for the same: "Dupont SA" and "DUPONT"."""
    return " ".join(telling(words_in(name)))


@lru_cache(10_000)
def words_of_name(name: str) -> frozenset[str]:
    """What a name is found by: its telling words, and joined what a sign inside parts ("d'hondt" by "dhondt")."""
    joined = {_cut("".join(_WORD.findall(found))) for found in _JOINED.findall(fold(name))}
    return frozenset(_without_zeros(telling(words_in(name)))) | (joined - LEGAL_FORMS)


def particles_joined(words: list[str]) -> list[str]:
    """Each run of particles in one word with what stands behind it; the same words where there is none.

    "van den berghe jan" becomes "vandenberghe jan".
    """
    joined, run = list[str](), ""
    for word in words:
        run += word
        if word not in _PARTICLES:
            joined.append(_cut(run))
            run = ""
    return [*joined, *words[len(words) - _trailing(words) :]]


def _trailing(words: list[str]) -> int:
    """How many particles stand at the end, with nothing behind them."""
    return next((at for at, word in enumerate(reversed(words)) if word not in _PARTICLES), len(words))


def words_of_mail(mail: str) -> set[str]:
    """The whole address and its "@domain"."""
    folded = fold(mail)
    return {_cut(folded), _cut("@" + folded.rpartition("@")[2])}


def words_of_phone(number: str) -> set[str]:
    """The digits with and without country code or leading zero, so that either way of typing finds the number."""
    digits = digits_in(number)
    return {_cut(word) for word in (digits.lstrip("0"), _national(number, digits)) if word}


def words_of_vat(vat: str) -> set[str]:
    """The compact number with and without its country, and without leading zeros."""
    folded = fold(vat)
    return {word for word in (folded, folded[2:], folded[2:].lstrip("0")) if word}


def words_of_qst(qst: str) -> set[str]:
    """The compact number, and its figures alone."""
    return {word for word in (fold(qst), qst[:10]) if word}


def digits_in(number: str) -> str:
    """The decimal digits as 0–9, whatever script they were typed in, without the "(0)" of "+32 (0)2"."""
    plain = number.replace("(0)", "") if number.lstrip().startswith(("+", "00")) else number
    if plain.isascii():
        return "".join(filter(str.isdecimal, plain))
    return "".join(str(unicodedata.decimal(sign)) for sign in plain if sign.isdecimal())


def _national(number: str, digits: str) -> str:
    if number.lstrip().startswith("+"):
        return _COUNTRY.sub("", digits, count=1).lstrip("0")
    if digits.startswith("00"):
        return _national("+", digits[2:])
    return digits.lstrip("0")


def terms_in(typed: str) -> list[str]:
    """What somebody typed, as prefixes that must all be found: words, whole mail addresses, phone and VAT numbers.

    Legal forms are left out, unless nothing else was typed ("sa" may become "sabena").
    """
    typed = typed.encode(errors="ignore").decode().replace("\0", "")
    mails = [_cut(fold(found)) for found in _MAIL.findall(typed) if found != "@"]
    rest = _MAIL.sub(" ", typed)
    vats = ["".join(_WORD.findall(fold(found))) for found in _LETTERED_VAT.findall(rest)]
    # A number with its country becomes two terms, the digits and the letters before them: people group both freely.
    rest = _VAT_COUNTRY.sub(r"\1 ", _LETTERED_VAT.sub(" ", rest))
    phones = [_national(found, digits_in(found)) for found in _PHONE.findall(rest)]
    words = _without_zeros(telling(words_in(_PHONE.sub(" ", rest))))
    return list(dict.fromkeys(term for term in [*mails, *vats, *phones, *words] if term))


def _without_zeros(words: list[str]) -> Iterator[str]:
    # "0470 …" is a phone typed as far as its first group: numbers stand in the index without leading zeros.
    for word in words:
        yield (word.lstrip("0") or word) if word.isdecimal() else word


def _cut(word: str) -> str:
    return word[:LONGEST]
