"""vCards 3.0 (RFC 2426) and 4.0 (RFC 6350)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VCard:
    """`given` and `family` are empty for a company; a phone is its number and whether it is a mobile's.

    `address` is street, locality, code, country. `birthday` is a date, or "--MM-DD" without a year.
    """

    name: str
    given: str = ""
    family: str = ""
    is_company: bool = False
    organisation: str = ""
    title: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[tuple[str, bool], ...] = ()
    address: tuple[str, str, str, str] | None = None
    website: str = ""
    language: str = ""
    birthday: date | str = ""
    note: str = ""


def write_vcards(path: Path, cards: Iterable[VCard], *, version: str) -> int:
    """`version` is "3.0" or "4.0". Returns how many were written."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for card in cards:
            for line in _lines(card, version):
                file.write(_folded(line))
            written += 1
    return written


def _lines(card: VCard, version: str) -> Iterator[str]:
    is_four = version == "4.0"
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    if is_four:
        yield f"KIND:{'org' if card.is_company else 'individual'}"
    yield f"FN:{_escaped(card.name)}"
    yield f"N:{_escaped(card.family)};{_escaped(card.given)};;;"
    if company := card.name if card.is_company else card.organisation:
        yield f"ORG:{_escaped(company)}"
    if card.is_company and not is_four:
        yield "X-ABSHOWAS:COMPANY"
    if card.title:
        yield f"TITLE:{_escaped(card.title)}"
    yield from (f"EMAIL{'' if is_four else ';TYPE=INTERNET'}:{_escaped(mail)}" for mail in card.mails)
    yield from (f"TEL;TYPE={'CELL' if is_mobile else 'VOICE'}:{_escaped(number)}" for number, is_mobile in card.phones)
    if card.address:
        street, locality, code, country = map(_escaped, card.address)
        yield f"ADR;TYPE=WORK:;;{street};{locality};;{code};{country}"
    yield from _rest(card, is_four=is_four)
    yield "END:VCARD"


def _rest(card: VCard, *, is_four: bool) -> Iterator[str]:
    if card.website:
        yield f"URL:{_escaped(card.website)}"
    if card.birthday:
        shown = card.birthday.isoformat() if isinstance(card.birthday, date) else card.birthday
        # 4.0 knows the basic format alone (RFC 6350 section 4.3.1), 3.0 the one with dashes too.
        yield f"BDAY:{_basic(shown) if is_four else shown}"
    if card.language and is_four:
        yield f"LANG:{_escaped(card.language)}"
    if card.note:
        yield f"NOTE:{_escaped(card.note)}"


def _basic(day: str) -> str:
    return f"--{day[2:].replace('-', '')}" if day.startswith("--") else day.replace("-", "")


def _escaped(text: str) -> str:
    """RFC 6350 section 3.4."""
    text = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Of at most 75 octets each, never within a letter (RFC 6350 section 3.2)."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode("utf-8", "replace"))
        if size + width > 74:
            pieces.append(piece)
            piece, size = "", 1
        piece += sign
        size += width
    return "\r\n ".join([*pieces, piece]) + "\r\n"
