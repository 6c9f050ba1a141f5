"""Phone numbers: read as people type them, shown as they are dialled here or from abroad. Pure.

`country` is an ISO 3166 code: where a number without a country code is dialled ("" when not known).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
    region_code_for_number,
)

from store.words import digits_in

_EXTENSION = re.compile(
    r"[\s,;/.-]*(?<!\w)(?:poste?|toestel|tst|interne?|ext(?:ension)?|x|#)\.?\s*(\d{1,7})\s*$", re.IGNORECASE
)
"""The words of the three languages for the last figures, which are dialled afterwards."""


@dataclass(frozen=True, slots=True)
class ReadPhone:
    """`e164` is "" for what is no number that can be dialled. `digits` are equal for two spellings of one phone."""

    e164: str
    extension: str
    digits: str


@lru_cache(10_000)
def read_phone(typed: str, *, country: str = "") -> ReadPhone:
    """What was typed, as far as it can be read; nothing is refused."""
    found = _EXTENSION.search(typed)
    number, extension = (typed[: found.start()], found[1]) if found else (typed, "")
    try:
        parsed = parse(number, country or None)
    except NumberParseException:
        return ReadPhone("", "", digits_in(typed))
    # Not merely possible in its length: a digit short, "069 22 33 4" would be dialled as some other number.
    if not is_valid_number(parsed):
        return ReadPhone("", "", digits_in(typed))
    e164, extension = format_number(parsed, PhoneNumberFormat.E164), extension or parsed.extension or ""
    return ReadPhone(e164, extension, e164[1:] + extension)


def shown_phone(number: str, e164: str, extension: str = "", *, country: str = "") -> str:
    """As it is dialled in `country`: its own numbers nationally, others internationally; `number` when not known."""
    if not e164:
        return number
    parsed = parse(e164)
    is_here = region_code_for_number(parsed) == country
    shown = format_number(parsed, PhoneNumberFormat.NATIONAL if is_here else PhoneNumberFormat.INTERNATIONAL)
    return f"{shown} #{extension}" if extension else shown
