"""What kind of action a sentence is about, whether it happened already, who may see it and how urgent it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.one_line.canvas import Canvas
from bot.one_line.line import Named
from bot.one_line.vocabulary import alternation
from store.words import fold

_SYNONYMS = {
    "visit": ("bezoek", "bezoeken", "bezoekje", "visite", "visiter", "visit", "langsgaan", "langs", "passer",
              "passage",
              "rendre visite", "drop by", "plaatsbezoek", "klantbezoek", "klantenbezoek", "visite client"),
    "call": ("bel", "bellen", "belletje", "opbellen", "terugbellen", "telefoon", "telefoontje", "telefoneren",
             "telefoongesprek", "tel", "appel", "appeler", "appelle", "rappeler", "rappelle", "telephoner",
             "telephone",
             "rdv tel", "rdv telephonique", "rendez-vous telephonique", "telefonische afspraak",
             "coup de fil", "coup de telephone", "appel telephonique", "call", "phone", "phone call", "ring",
             "call back"),
    "online_meeting": ("onlinevergadering", "online vergadering", "online meeting", "videocall", "video call",
                       "videogesprek", "visio", "visioconference", "reunion en ligne", "reunion teams",
                       "teams meeting",
                       "teams-meeting", "teamsmeeting", "teams call", "zoom call", "online call", "videoconference",
                       "call teams"),
    "meeting": ("vergadering", "vergaderen", "meeting", "meet", "bijeenkomst", "overleg", "reunion", "se reunir"),
    "lunch": ("lunch", "lunchen", "middagmaal", "dejeuner", "dejeuner d'affaires", "business lunch", "lunchafspraak"),
    "fair": ("beurs", "beursbezoek", "evenement", "event", "salon", "foire", "fair", "trade fair"),
    "offer": ("offerte", "offerte maken", "offre", "offre de prix", "devis", "soumission", "offer", "quote",
              "prijsofferte"),
    "follow_up": ("opvolging", "opvolgen", "suivi", "relance", "relancer", "follow-up", "follow up", "followup",
                  "chase"),
    "mail_sent": ("mail", "e-mail", "email", "mailen", "mailtje", "courriel", "send an email"),
}  # fmt: skip
"""By the key of the starting list; an office that retired the line does not have them."""
_MEETINGS = ("afspraak", "rencontre", "rencontrer", "rdv", "rendez-vous", "rendez vous", "appointment")
"""A visit, a meeting or one online: the person says which."""
_ANY_MEETING = ("visit", "meeting", "online_meeting")

_DONE = {
    "visit": ("bezocht", "langsgegaan", "langsgeweest", "op bezoek geweest", "visited", "visité", "visités", "visitée",
              "rencontré", "rencontrée", "passé chez", "passée chez", "passé voir"),
    "call": ("gebeld", "opgebeld", "teruggebeld", "getelefoneerd", "telefonisch gesproken", "called", "phoned", "rang",
             "called back", "appelé", "appelée", "rappelé", "téléphoné"),
    "lunch": ("geluncht", "lunched", "had lunch", "déjeuné"),
    "meeting": ("vergaderd", "samengezeten"),
    "mail_sent": ("gemaild", "emailed", "e-mailed", "mailed", "envoyé un mail", "envoyé un e-mail", "mail verstuurd",
                  "mail gestuurd", "e-mail envoyé", "e-mail verstuurd", "e-mail sent", "mail sent"),
    "document_sent": ("document envoyé", "document verstuurd", "document sent"),
}  # fmt: skip
"""With their accents: "visite" is a visit, "visité" was one."""

_PRIVATE = ("prive", "private", "privee", "vertrouwelijk", "confidentiel", "confidentielle", "confidential",
            "prive-afspraak", "en prive")  # fmt: skip
_URGENT = ("heel dringend", "dringend", "zeer dringend", "tres urgent", "urgent", "urgente", "very urgent",
           "prioritair", "prioritaire", "hoge prioriteit", "haute priorite", "priorite haute", "high priority",
           "asap", "a.s.a.p.", "zo snel mogelijk", "des que possible", "as soon as possible", "!!", "!!!",
           "top priority", "spoed")  # fmt: skip
_NOT_URGENT = ("lage prioriteit", "basse priorite", "priorite basse", "low priority", "niet dringend", "pas urgent",
               "not urgent", "pas presse")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """The types that the words may mean, and where they stand."""

    ids: tuple[int, ...]
    words: str
    start: int
    end: int


def done_kind(canvas: Canvas, types: Sequence[Named]) -> Kind | None:
    """A verb of the past, by its accents; takes it."""
    by_key = {one.key: one.id for one in types}
    lowered = canvas.typed.lower()
    for found in _done_pattern().finditer(lowered):
        if canvas.text[found.start()] == "\x01":
            continue
        key = _done_key(re.sub(r"\s+", " ", found[0]))
        words = canvas.take(*found.span())
        return Kind((by_key[key],) if key in by_key else (), words, *found.span())
    return None


def kind_in(canvas: Canvas, types: Sequence[Named]) -> Kind | None:
    """The first word or words for a type, the longest there. Does not take it: it may be part of a name."""
    names, pattern = _phrases(tuple(types))
    found = pattern.search(canvas.text)
    if found is None:
        return None
    start, end = found.span()
    return Kind(names[re.sub(r"\s+", " ", found[0])], canvas.typed[start:end], start, end)


def is_private(canvas: Canvas) -> bool:
    return canvas.take_first(_flag(_PRIVATE), lambda match: match[0]) is not None


def priority_in(canvas: Canvas, priorities: Sequence[Named]) -> int | None:
    """The office's line of that urgency; takes the words when there is one."""
    by_key = {one.key: one.id for one in priorities}
    for words, key in ((_NOT_URGENT, "low"), (_URGENT, "high")):
        if key in by_key and canvas.take_first(_flag(words), lambda match: match[0]) is not None:
            return by_key[key]
    return None


@lru_cache(16)
def _flag(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w!])(?:{alternation(words)})(?![\w!])")


@lru_cache(1)
def _done_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternation(word for words in _DONE.values() for word in words)})(?!\w)")


def _done_key(word: str) -> str:
    return next(key for key, words in _DONE.items() if word in words)


@lru_cache(64)
def _phrases(types: tuple[Named, ...]) -> tuple[dict[str, tuple[int, ...]], re.Pattern[str]]:
    """The types by what they are called: their labels, what people say for those of the starting list, and the first
    word of a label, which several may share."""
    by_key = {one.key: one.id for one in types}
    names: dict[str, tuple[int, ...]] = {}
    for one in types:
        for label in one.names:
            folded = fold(label)
            names.setdefault(folded, (one.id,))
            first = folded.split()[0] if folded.split() else ""
            if len(first) > 3 and first != folded and one.id not in names.get(first, ()):
                names[first] = (*names.get(first, ()), one.id)
    for key, words in _SYNONYMS.items():
        if key in by_key:
            names |= dict.fromkeys(words, (by_key[key],))
    if any_meeting := tuple(by_key[key] for key in _ANY_MEETING if key in by_key):
        names |= dict.fromkeys(_MEETINGS, any_meeting)
    return names, re.compile(rf"(?<![\w'-])(?:{alternation(names) or '(?!)'})(?![\w-])")
