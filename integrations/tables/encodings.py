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
_LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿšž"
_WESTERN = frozenset(_LETTERS + _LETTERS.upper() + "ß€«»‘’“”–—…°·§ºª²³¿¡\u00a0")


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
    # The few accents of a short list fit twenty code pages, Chinese ones among them: if it reads well, it is ours.
    if _reads_well(sample.decode("cp1252", errors="replace")):
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def _reads_well(text: str) -> bool:
    """Whether what is not ASCII in it are letters and signs of western languages, among many plain letters."""
    foreign = [sign for sign in text if not sign.isascii()]
    letters = sum(sign.isalpha() for sign in text)
    return sum(sign in _WESTERN for sign in foreign) >= 0.95 * len(foreign) and len(foreign) <= 0.3 * letters
