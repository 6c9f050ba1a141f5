"""VAT numbers: read as people type them, checked by their country's rule, kept compact, shown in groups. Pure.

A Canadian relation's is its GST number; in Québec it has a QST number beside it.
"""

from __future__ import annotations

import re

from phonenumbers import SUPPORTED_REGIONS
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.util import get_cc_module

from store.base import BookError, _

LONGEST = 20
_IN_EUROPE = {"GR": "EL"}
"""Greece's numbers begin with the letters of its language: https://taxation-customs.ec.europa.eu, VIES."""
_COUNTRIES = SUPPORTED_REGIONS | {"EL", "XI"}

_WORD = re.compile(r"^(?:N[RO]?)?(?:TVA|BTW|VAT|TPS|GST)(?:N[RO]?)?")
"""What stands before the number on letterheads."""

_GROUPS = {
    "BE": r"(\d{4})(\d{3})(\d{3})",
    "NL": r"(\d{4})(\d{2})(\d{3})(B\d{2})",
    "FR": r"(\w{2})(\d{3})(\d{3})(\d{3})",
    "LU": r"(\d{3})(\d{3})(\d{2})",
    "DE": r"(\d{3})(\d{3})(\d{3})",
    "CA": r"(\d{9})(R[CMPT])(\d{4})",
}
_BETWEEN = {"BE": ".", "NL": "."}
_EXAMPLES = {
    "BE": "BE 0403.170.701",
    "NL": "NL 0044.95.445.B01",
    "FR": "FR 40 303 265 045",
    "LU": "LU 150 274 42",
    "DE": "DE 136 695 976",
    "CA": "CA 123026635 RT 0001",
}


def read_vat(typed: str, *, country: str = "", field: str = "vat") -> str:
    """The compact number, its country's two letters first ("BE0403170701"); "" for nothing.

    `country` is an ISO 3166 code, for a number typed without one ("" when not known). A country whose rule is not
    known is taken at its word. Raises BookError at `field` with what is wrong.
    """
    signs = _WORD.sub("", re.sub(r"[\W_]", "", typed).upper())
    if not signs:
        return ""
    if len(signs) > LONGEST:
        raise BookError(_("“{vat}” is too long for a VAT number."), field=field, vat=typed[:40])
    letters = _IN_EUROPE.get(signs[:2], signs[:2])
    if letters in _COUNTRIES:
        return _checked(letters, signs[2:], typed, field)
    if country not in SUPPORTED_REGIONS:
        raise BookError(_("Begin with the country: {example}."), field=field, example=_EXAMPLES["BE"])
    return _checked(_IN_EUROPE.get(country, country), signs, typed, field)


def _checked(country: str, number: str, typed: str, field: str) -> str:
    module = get_cc_module({"EL": "gr", "XI": "gb"}.get(country, country.lower()), "vat")
    if module is None:
        return country + number
    try:
        # Switzerland's begin with three letters, which its rule wants to see.
        compact = str(module.validate(country + number if country == "CH" else number))
    except InvalidChecksum as error:
        text = _("The check digits of “{vat}” do not fit the others: a figure was mistyped.")
        raise BookError(text, field=field, vat=typed.strip()) from error
    except ValidationError as error:
        raise _not_one(country, typed, field) from error
    return compact if compact.startswith(country) else country + compact


def _not_one(country: str, typed: str, field: str) -> BookError:
    if example := _EXAMPLES.get(country):
        text = _("“{vat}” is no VAT number of {country}: one looks like {example}.")
        return BookError(text, field=field, vat=typed.strip(), country=country, example=example)
    return BookError(_("“{vat}” is no VAT number of {country}."), field=field, vat=typed.strip(), country=country)


def shown_vat(vat: str) -> str:
    """A compact number in the groups in which people read it: "BE 0403.170.701"."""
    country, number = vat[:2], vat[2:]
    groups = re.fullmatch(_GROUPS.get(country, ""), number)
    return f"{country} {_BETWEEN.get(country, ' ').join(groups.groups()) if groups else number}".strip()


_QST_WORD = re.compile(r"^(?:N[RO]?)?(?:TVQ|QST)(?:N[RO]?)?")
_QST = re.compile(r"(\d{10})(?:(TQ)(\d{4}))?")
"""Revenu Québec's identification number, and the file's: it publishes no rule for a check digit."""


def read_qst(typed: str, *, field: str = "qst") -> str:
    """Québec's sales tax number, compact ("1000043774TQ0003"); "" for nothing. Raises BookError at `field`."""
    signs = _QST_WORD.sub("", re.sub(r"[\W_]", "", typed).upper())
    if signs and not (signs.isascii() and _QST.fullmatch(signs)):
        text = _("“{qst}” is no QST number: one looks like {example}.")
        raise BookError(text, field=field, qst=typed.strip()[:40], example="1000043774 TQ 0003")
    return signs


def shown_qst(qst: str) -> str:
    """A compact number in groups: "1000043774 TQ 0003"."""
    groups = _QST.fullmatch(qst)
    return " ".join(part for part in groups.groups() if part) if groups else qst
