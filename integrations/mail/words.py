"""Header text in and out: RFC 2047 encoded words, character sets, control characters."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_CHARSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:()-]{0,39}")
# Codecs of Python that are no character sets of mail, slow on long input or able to conjure up other characters.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# RFC 2047 section 2: an encoded word has at most 75 characters; `=?utf-8?b?` and `?=` leave 45 bytes of content.
_WORD_BYTES = 45


def one_line(text: str) -> str:
    """The text without control characters or lone surrogates, its runs of white space made one space."""
    return " ".join(_CONTROL.sub(" ", text).split())


def plain_text(text: str) -> str:
    """The text with `\\n` line ends and without control characters (tab and line end stay) or lone surrogates."""
    return _CONTROL_IN_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_known_charset(charset: str) -> bool:
    """Whether `charset` names a character set that can be decoded here."""
    if not _CHARSET_NAME.fullmatch(charset):
        return False
    try:
        codec = codecs.lookup(charset)
    except (LookupError, ValueError):
        return False
    # Python's own mark of codecs that turn text into text, such as rot13.
    is_text = getattr(codec, "_is_text_encoding", True)
    return bool(is_text) and codec.name.replace("_", "-") not in _NO_CHARSETS


def text_of(content: bytes, charset: str | None) -> str:
    """The text of bytes whose charset is `charset` or, when that is unknown or wrong, whatever reads best."""
    for attempt in (charset, "utf-8"):
        if attempt and is_known_charset(attempt):
            try:
                return content.decode(attempt)
            except (UnicodeError, ValueError):
                continue
    return content.decode("cp1252", "replace")


def header_text(raw: str) -> str:
    """A header's value as people read it: RFC 2047 words decoded, raw 8-bit bytes guessed, on one line.

    `raw` is as the email package stores it, with bytes above 127 as surrogate escapes.
    """
    value = text_of(raw.encode("utf-8", "surrogateescape"), None) if not raw.isascii() else raw
    if "=?" not in value:
        return one_line(value)
    # A character may be cut in two by mailers that count bytes: neighbours of one charset are joined before decoding.
    texts: list[str] = []
    charset, content = "", b""
    for found_charset, piece in _pieces(value):
        if found_charset != charset:
            texts.append(text_of(content, charset))
            charset, content = found_charset, b""
        content += piece
    texts.append(text_of(content, charset))
    return one_line("".join(texts))


def _pieces(value: str) -> Iterator[tuple[str, bytes]]:
    """(charset, bytes) of each encoded word and of the text between; white space between two words is dropped."""
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[end : match.start()]
        if between and (end == 0 or not between.isspace()):
            yield "utf-8", between.encode("utf-8", "replace")
        # RFC 2231 section 5: a language may follow the charset after an asterisk.
        yield match[1].partition("*")[0].lower(), _decoded_word(match[2], match[3])
        end = match.end()
    if value[end:]:
        yield "utf-8", value[end:].encode("utf-8", "replace")


def _decoded_word(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4)) or data
    except binascii.Error:
        return data


def encoded_words(text: str) -> str:
    """The text as RFC 2047 words in UTF-8, folded (`\\r\\n `) after each."""
    data = text.encode()
    words: list[str] = []
    start = 0
    while start < len(data):
        end = min(start + _WORD_BYTES, len(data))
        # RFC 2047 section 5: a character does not span two words.
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append("=?utf-8?b?" + binascii.b2a_base64(data[start:end], newline=False).decode() + "?=")
        start = end
    return "\r\n ".join(words)
