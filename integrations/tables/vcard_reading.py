"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350) as Outlook, Google and Apple write them: a line of cells for each card.

Read by hand: vobject takes no version 4.0, and quadratic time for a card with a picture.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from integrations.tables.encodings import encoding_of
from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.table import Line

COLUMNS = (
    "KIND", "FN", "GIVEN", "FAMILY", "ORG", "TITLE", "EMAIL", "EMAIL.OTHER", "TEL", "TEL.CELL", "TEL.OTHER",
    "ADR.STREET", "ADR.CODE", "ADR.LOCALITY", "ADR.COUNTRY", "URL", "BDAY", "LANG", "NOTE",
)  # fmt: skip
LONGEST_CARD = 20_000_000
"""Characters, pictures included."""
_LONGEST_KEPT = 200_000
_PART = re.compile(r";((?:\\.|[^\\;]|\\$)*)", re.DOTALL)
_SKIPPED = {"PHOTO", "LOGO", "SOUND", "KEY"}


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    types: frozenset[str]
    value: str

    @property
    def parts(self) -> list[str]:
        """Of a structured value, each unescaped."""
        return [_unescaped(found[1]) for found in _PART.finditer(f";{self.value}")]

    @property
    def text(self) -> str:
        return _unescaped(self.value).strip()


@dataclass(slots=True)
class _Card:
    properties: list[_Property] = field(default_factory=list)

    def all(self, name: str) -> list[_Property]:
        """The preferred first, else as they stand."""
        found = [one for one in self.properties if one.name == name and one.value.strip()]
        return sorted(found, key=lambda one: "PREF" not in one.types)

    def text(self, name: str) -> str:
        return next((one.text for one in self.all(name)), "")


def vcard_lines(path: Path) -> Generator[Line]:
    """First the columns' names, then a line for each card. Raises UnreadableTable."""
    yield Line(0, COLUMNS)
    with path.open(encoding=encoding_of(path), errors="replace", newline=None) as file:
        for number, card in enumerate(_cards(_unfolded(file)), start=1):
            yield Line(number, tuple(_cells(card)))


def _unfolded(file: TextIO) -> Iterator[str]:
    """Logical lines: a blank at the start continues the one before, "=" at the end of quoted-printable too."""
    parts: list[str] = []
    size, is_soft, is_cut = 0, False, False
    while physical := file.readline(_LONGEST_KEPT):
        line = physical.rstrip("\n")
        if is_soft or is_cut:
            parts.append(line)
        elif parts and line[:1] in {" ", "\t"}:
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts, size = [line], 0
        size += len(line)
        if size > LONGEST_CARD:
            raise UnreadableTable(Fault.CELL_TOO_LONG, limit=LONGEST_CARD)
        is_cut = not physical.endswith("\n")
        is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in parts[0].partition(":")[0].upper()
        if is_soft:
            parts[-1] = parts[-1][:-1]
    yield "".join(parts)


def _cards(lines: Iterator[str]) -> Iterator[_Card]:
    card: _Card | None = None
    depth = 0
    for line in lines:
        upper = line.strip().upper()
        if upper == "BEGIN:VCARD":
            depth += 1
            card = card or _Card()
        elif upper == "END:VCARD" and card is not None:
            depth -= 1
            if depth == 0:  # a card within a card (2.1: AGENT) is not somebody of this list
                yield card
                card = None
        elif card is not None and depth == 1 and (found := _property(line)) is not None:
            card.properties.append(found)


def _property(line: str) -> _Property | None:
    head, colon, value = _split_head(line)
    if not colon:
        return None
    name, *params = head.split(";")
    name = name.rpartition(".")[2].strip().upper()  # "item1.EMAIL" groups it with its label
    if name in _SKIPPED:
        return None
    given = [param.partition("=") for param in params]
    named = {key.strip().upper(): text.strip('"') for key, sign, text in given if sign}
    kinds = {key.strip().upper() for key, sign, _text in given if not sign}  # 2.1: TEL;WORK;VOICE
    for key, sign, text in given:
        if sign and key.strip().upper() == "TYPE":
            kinds |= {kind.strip('" ').upper() for kind in text.split(",")}
    if "PREF" in named:
        kinds.add("PREF")
    decoded = _decoded(value, named.get("ENCODING", "").upper(), kinds, named.get("CHARSET", "utf-8"))
    return _Property(name, frozenset(kinds), decoded[:_LONGEST_KEPT])


def _split_head(line: str) -> tuple[str, str, str]:
    """At the first colon outside quotes."""
    is_quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == ":" and not is_quoted:
            return line[:at], ":", line[at + 1 :]
    return line, "", ""


def _decoded(value: str, encoding: str, kinds: set[str], charset: str) -> str:
    try:
        if encoding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in kinds:
            return quopri.decodestring(value.encode("latin-1", "replace")).decode(charset, "replace")
        if encoding in {"B", "BASE64"} or "BASE64" in kinds:
            return base64.b64decode("".join(value.split())).decode(charset, "replace")
    except (LookupError, binascii.Error):
        pass  # an encoding that nobody knows: shown as it stands
    return value


def _unescaped(text: str) -> str:
    """RFC 6350 section 3.4."""
    return re.sub(r"\\([nN,;:\\])", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _cells(card: _Card) -> Iterator[str]:
    names = [*(one.strip() for one in card.all("N")[0].parts), "", ""] if card.all("N") else ["", ""]
    company = card.all("ORG")[0].parts[0].strip() if card.all("ORG") else ""
    is_company = card.text("KIND").lower() == "org" or card.text("X-ABSHOWAS").upper() == "COMPANY"
    mails = list(dict.fromkeys(one.text.removeprefix("mailto:") for one in card.all("EMAIL")))
    plain, mobile = _phones(card)
    yield "org" if is_company else ""
    yield card.text("FN") or " ".join(part for part in (names[1], names[0]) if part) or company
    yield names[1]
    yield names[0]
    yield "" if is_company else company
    yield card.text("TITLE") or card.text("ROLE")
    yield mails[0] if mails else ""
    yield "; ".join(mails[1:])
    yield plain[0] if plain else ""
    yield mobile[0] if mobile else ""
    yield "; ".join([*plain[1:], *mobile[1:]])
    yield from _address(card)
    yield card.text("URL")
    yield card.text("BDAY")
    yield card.text("LANG")
    yield card.text("NOTE")


def _phones(card: _Card) -> tuple[list[str], list[str]]:
    """Other numbers, and those of mobiles; faxes and pagers are left out."""
    plain, mobile = dict[str, None](), dict[str, None]()
    for one in card.all("TEL"):
        if not one.types & {"FAX", "PAGER"}:
            number = one.text.removeprefix("tel:")
            (mobile if one.types & {"CELL", "IPHONE"} else plain).setdefault(number)
    return list(plain), list(mobile)


def _address(card: _Card) -> Iterator[str]:
    """Street, code, locality, country of the first address: of work, if it says so."""
    found = sorted(card.all("ADR"), key=lambda one: "WORK" not in one.types)
    parts = [" ".join(part.split()) for part in found[0].parts] if found else []
    parts += [""] * (7 - len(parts))
    _box, extended, street, locality, _region, code, country = parts[:7]
    yield ", ".join(part for part in (street, extended) if part)
    yield code
    yield locality
    yield country
