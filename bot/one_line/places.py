"""Where something happens: a town, the own office, theirs, or a programme on a screen. Pure."""

from __future__ import annotations

import re
from functools import cache

from bot.one_line.canvas import Canvas, Word
from bot.one_line.vocabulary import alternation

_THEIRS = (
    "bij hen ter plaatse", "bij hen", "ter plaatse", "bij hun", "bij hem", "bij haar", "chez eux", "chez elle",
    "chez lui", "sur place", "at their office", "at their place", "at theirs", "on site", "on-site", "ter plekke",
    "in hun kantoor",
    "dans leurs bureaux",
)  # fmt: skip
"""The relation's own address, which the form fills in by itself."""
_OURS = (
    "bij ons op kantoor", "op kantoor", "bij ons", "in ons kantoor", "op ons kantoor", "au bureau", "chez nous",
    "dans nos bureaux", "a nos bureaux", "at our office", "at the office", "in our office", "at ours", "in the office",
)  # fmt: skip
_ON_SCREEN = ("teams", "zoom", "skype", "google meet", "webex", "whatsapp", "facetime")
IN = frozenset({"in", "te"})
"""They lead to a place and never to a relation."""
AT = frozenset({"a", "au", "at", "aan", "bij", "chez"})
_LONGEST = 5
_AT_OFFICE = re.compile(r"(?i)^(?:op|au|at|in)\s+(?:the\s+)?(?=(?:our\s+|ons\s+)?(?:kantoor|bureau|office))")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    screen = alternation(_ON_SCREEN)
    return {
        "theirs": re.compile(rf"(?<!\w)(?:{alternation(_THEIRS)})(?!\w)"),
        "ours": re.compile(rf"(?<!\w)(?:(?P<said>{alternation(_OURS)})|@\s*(?P<at>kantoor|bureau|office))(?!\w)"),
        "screen": re.compile(rf"(?<!\w)(?:via|par|sur|op|on|over|per|en|@)\s*(?P<where>{screen})(?!\w)"),
        "labelled": re.compile(r"(?<!\w)(?:@\s+|(?:plaats|locatie|lieu|endroit|place|location)\s*[:=]\s*)"),
        "glued": re.compile(r"(?<!\S)@(?=\w)"),
    }


def at_theirs(canvas: Canvas) -> bool:
    return canvas.take_first(_patterns()["theirs"], lambda match: match[0]) is not None


def own_office(canvas: Canvas) -> str:
    """As it was typed, without the preposition before it; "" without."""

    def read(match: re.Match[str]) -> str:
        name = "at" if match["at"] else "said"
        said = canvas.typed[match.start(name) : match.end(name)]
        return _AT_OFFICE.sub("", said)

    return canvas.take_first(_patterns()["ours"], read) or ""


def on_screen(canvas: Canvas) -> str:
    """ "Teams", as it was typed; "" without."""
    where = _patterns()["screen"]
    return canvas.take_first(where, lambda match: canvas.typed[match.start("where") : match.end("where")]) or ""


def labelled_place(canvas: Canvas) -> str:
    """Behind "@" or "lieu:", up to what is understood already; "" without."""
    found = _patterns()["labelled"].search(canvas.text) or _patterns()["glued"].search(canvas.text)
    if found is None:
        return ""
    piece = next(canvas.pieces(found.end()), [])[:_LONGEST]
    if not piece or piece[0].start > found.end() + 1:
        return ""
    canvas.take(found.start(), piece[-1].end)
    return canvas.typed[piece[0].start : piece[-1].end]


def place_in(canvas: Canvas, leading: frozenset[str]) -> str:
    """ "in Gent", "à La Louvière": words with a capital behind one of `leading`; "" without. Takes it."""
    for piece in canvas.pieces():
        for at, word in enumerate(piece[:-1]):
            if word.folded in leading and _is_proper(piece[at + 1]):
                named = _proper(piece[at + 1 :])
                canvas.take(word.start, named[-1].end)
                return canvas.typed[named[0].start : named[-1].end]
    return ""


def _proper(words: list[Word]) -> list[Word]:
    """The words that belong to the name: those with a capital, or a number, up to the first other one."""
    last = 0
    for at, word in enumerate(words[:_LONGEST]):
        if not (_is_proper(word) or word.typed[:1].isdigit()):
            break
        last = at
    return words[: last + 1]


def _is_proper(word: Word) -> bool:
    return word.typed[:1].isupper()
