"""Which encoding a text file is in: what it says, else what it can be, else what offices here write (cp1252)."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

_PIECE = 1 << 20
_SAMPLE = 32_000
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = {"cp1252", "latin_1", "iso8859_1", "iso8859_15"}


def encoding_of(path: Path) -> str:
    """A codec's name that decodes the file. Reads all of it, for one accent may stand at its end."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            return name
    if wide := _utf16_without_bom(start):
        return wide
    wrong_at = _first_byte_beyond_utf8(path)
    if wrong_at is None:
        return "utf-8"
    return _eight_bit(path, wrong_at)


def _utf16_without_bom(start: bytes) -> str:
    """Latin text in UTF-16 has a NUL in every second byte."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) // 4 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) // 4 > odd else ""


def _first_byte_beyond_utf8(path: Path) -> int | None:
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return max(0, read + error.start)
            read += len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return read
    return None


def _eight_bit(path: Path, wrong_at: int) -> str:
    with path.open("rb") as file:
        file.seek(max(0, wrong_at - _SAMPLE // 2))
        sample = file.read(_SAMPLE)
    found = from_bytes(sample)
    names = {name for match in found for name in (match.encoding, *match.could_be_from_charset)}
    best = found.best()
    # Of the western ones it prefers rare ones now and then: "é" is a letter in twenty code pages.
    if best is None or names & _WESTERN:
        return "cp1252"
    return best.encoding
