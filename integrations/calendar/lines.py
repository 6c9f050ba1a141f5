"""Content lines (RFC 5545 3.1): escaping, parameters, folding. Written here because the feed needs the speed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
_TEXT = str.maketrans(
    _CONTROLS
    | {ord(c): "\\n" for c in _BREAKS}
    | {ord("\t"): "\t", ord("\\"): "\\\\", ord(";"): "\\;", ord(","): "\\,"}
)
# RFC 6868 would write a double quote as ^' but few programs read it, so it becomes an apostrophe; a caret is doubled
# because those that do read it would take ^n for a line break.
_PARAMETER = str.maketrans(_CONTROLS | {ord(c): " " for c in (*_BREAKS, "\t")} | {ord('"'): "'", ord("^"): "^^"})
_NOT_PLAIN = re.compile(r'[\\;,"^\x00-\x1f\x7f-\x9f\u2028\u2029]')


def text(value: str) -> str:
    """A TEXT value (RFC 5545 3.3.11): every kind of line break becomes `\\n`, other control characters vanish."""
    if _NOT_PLAIN.search(value):
        value = value.replace("\r\n", "\n").translate(_TEXT)
    return value


def parameter(value: str) -> str:
    """A quoted parameter value (RFC 5545 3.2, RFC 6868) on one line."""
    if _NOT_PLAIN.search(value):
        value = value.replace("\r\n", " ").translate(_PARAMETER)
    return f'"{value}"'


def mailto(mail: str) -> str:
    """A mail address as CAL-ADDRESS; what a URI cannot hold is percent-encoded (RFC 6068)."""
    return "mailto:" + quote(mail.strip().translate(_CONTROLS).encode("utf-8", "replace"), safe="@+!$'*")


def uri(value: str) -> str:
    return quote(value.strip().translate(_CONTROLS).encode("utf-8", "replace"), safe="%:/?#[]@!$&'()*+,;=-._~")


def stamp(moment: date) -> str:
    """`20261126T140000` for a datetime's wall time, `20261126` for a date."""
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def utc_stamp(moment: datetime) -> str:
    return stamp(moment.astimezone(UTC)) + "Z"


def duration(value: timedelta) -> str:
    """RFC 5545 3.3.6, to the second."""
    seconds = round(value.total_seconds())
    sign, (days, rest) = "-" if seconds < 0 else "", divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number)
    written = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{written or 'T0S'}"


def folded(line: str) -> bytes:
    """The line with its CRLF, in pieces of at most 75 octets that never split a character."""
    octets = line.encode("utf-8", "replace")
    if len(octets) <= 75:
        return octets + b"\r\n"
    pieces, begin, end = [], 0, 75
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[begin:end])
        begin, end = end, end + 74  # the space before a continuation counts
    pieces.append(octets[begin:])
    return b"\r\n ".join(pieces) + b"\r\n"


def joined(lines: Iterable[str]) -> bytes:
    return b"".join([folded(line) for line in lines])
