"""Countries: kept as ISO 3166-1 alpha-2 codes, read as people write them, shown as a language calls them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from store.words import fold

_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
"""Two letters with which Unicode's tables name something else. Kosovo's XK stays: people have post sent there."""

_NEIGHBOURS = {
    "BE": ("FR", "NL", "LU", "DE", "GB"),
    "NL": ("BE", "DE", "LU", "GB"),
    "LU": ("BE", "FR", "DE"),
    "FR": ("BE", "LU", "DE", "CH", "IT", "ES", "MC", "AD"),
    "DE": ("NL", "BE", "LU", "FR", "CH", "AT", "CZ", "PL", "DK"),
    "CH": ("FR", "DE", "AT", "IT", "LI"),
    "GB": ("IE", "FR", "BE", "NL"),
    "IE": ("GB",),
    "CA": ("US", "FR", "PM"),
    "US": ("CA", "MX"),
}
_CALLED = {
    "AT": "A, Autriche",
    "BE": "B, Kingdom of Belgium, Royaume de Belgique, Koninkrijk België",
    "CA": "Québec, QC, Ontario, Alberta, Manitoba, Saskatchewan, British Columbia, Colombie-Britannique, "
    "Nova Scotia, Nouvelle-Écosse, New Brunswick, Nouveau-Brunswick, Prince Edward Island, "
    "Île-du-Prince-Édouard, Newfoundland and Labrador, Terre-Neuve-et-Labrador",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic, République tchèque, Tsjechische Republiek",
    "DE": "D, BRD, Federal Republic of Germany, République fédérale d’Allemagne, Bondsrepubliek Duitsland",
    "ES": "E, España",
    "FR": "F, République française",
    "GB": "UK, U.K., Great Britain, Grande-Bretagne, Groot-Brittannië, England, Angleterre, Engeland, Scotland, "
    "Écosse, Schotland, Wales, Pays de Galles, Northern Ireland, Irlande du Nord, Noord-Ierland",
    "HK": "Hong Kong, Hongkong",
    "IT": "I, Italia",
    "KR": "Korea, Corée",
    "LU": "L, Grand-Duché de Luxembourg, GD Luxembourg, Groothertogdom Luxemburg, Lëtzebuerg",
    "MK": "Macedonia, Macédoine, Macedonië",
    "MO": "Macau, Macao",
    "NL": "Holland, Hollande",
    "PT": "P",
    "TR": "Turkey, Turquie, Turkije",
    "US": "United States of America, États-Unis d’Amérique, Verenigde Staten van Amerika, America, Amérique, Amerika",
}
"""What people write beside the names of the tables: old names, parts of a country, letters before a postal code."""

_ARTICLE = re.compile(r"^(?:(?:the|la|les?|het|de)\s+|l['’]\s*)")
_BETWEEN = re.compile(r"[/(),;]|\s-\s")


@lru_cache(10_000)
def country_code(typed: str) -> str:
    """ "BE" for "Belgique", "België", "BEL" or "B-", "CA" for "Québec (Canada)"; "" for what is not understood."""
    if code := _code(typed):
        return code
    found = {_code(part) for part in _BETWEEN.split(typed)} - {""}
    return found.pop() if len(found) == 1 else ""


def country_name(code: str, language: str) -> str:
    """What it is called in that language ("en", "fr", "nl"); the code itself for one that the tables do not name."""
    return _names(language).get(code, code)


def countries_matching(typed: str, language: str, *, here: str) -> Sequence[str]:
    """Codes whose name holds what was typed, and what it means by itself ("Holland") first.

    By name, but before nothing is typed: `here` (a code, or "") and its neighbours, then all others.
    """
    names, wanted = _names(language), fold(typed).strip()
    by_name = sorted(names, key=lambda code: fold(names[code]))
    if not wanted:
        near = [code for code in (here, *_NEIGHBOURS.get(here, ())) if code in names]
        return [*near, *(code for code in by_name if code not in near)]
    meant = country_code(typed)
    called = {code: fold(f"{names[code]}, {_CALLED.get(code, '')}") for code in by_name}
    holding = [code for code in by_name if wanted in called[code] and code != meant]
    holding.sort(key=lambda code: not fold(names[code]).startswith(wanted))
    return [*([meant] if meant else []), *holding]


def _code(typed: str) -> str:
    known, folded = _known(), fold(typed).strip()
    return known.get(_key(folded)) or known.get(_key(_ARTICLE.sub("", folded)), "")


def _key(folded: str) -> str:
    return "".join(sign for sign in folded if sign.isalnum())


@cache
def _names(language: str) -> dict[str, str]:
    names = Locale(language).territories.items()
    return {code: name for code, name in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES}


@cache
def _known() -> dict[str, str]:
    """By key. A name that a table gives is surer than part of one, and that than what people also write."""
    codes = _names("en")
    known = {_key(fold(code)): code for code in codes}
    parts: dict[str, set[str]] = {}
    for language in ("en", "fr", "nl", "de"):
        for code, name in _names(language).items():
            known.setdefault(_key(fold(name)), code)
            for part in _BETWEEN.split(name):
                parts.setdefault(_key(fold(part)), set()).add(code)
    # "Congo" alone is either of two: whoever types it is asked.
    for part, leads_to in parts.items():
        if len(leads_to) == 1:
            known.setdefault(part, *leads_to)
    also = ((said, code) for code, names in _CALLED.items() for said in names.split(","))
    # "BEL", "056", "UK": other codes of the same countries; those of countries that are no more lead to several.
    aliases = get_global("territory_aliases").items()
    also_codes = ((alias, found[0]) for alias, found in aliases if len(found) == 1 and found[0] in codes)
    for said, code in (*also, *also_codes):
        known.setdefault(_key(fold(said)), code)
    known.pop("", None)
    return known
