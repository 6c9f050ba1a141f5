"""Reads one sentence as an action: who, what, when, where, with whom, about what.

Words that the rules know are taken out one kind after the other; what is left over is looked up as names, and what even
then means nothing becomes the subject or points. What may be meant in several ways is asked, never chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from bot.one_line.canvas import TAKEN, Canvas, Word, cleaned
from bot.one_line.kinds import Kind, done_kind, is_private, kind_in, priority_in
from bot.one_line.leftovers import Leftovers, split_subject
from bot.one_line.line import Line, Lookups, Named, Question, Reading
from bot.one_line.names import Hit, Meant, NameFinder, is_legal_form, relation_meant
from bot.one_line.people import People
from bot.one_line.places import AT, IN, at_theirs, labelled_place, on_screen, own_office, place_in
from bot.one_line.questions import read_question
from bot.one_line.times import Span, Times, read_times
from bot.one_line.vocabulary import ABOUT, GLUE, alternation, language_of_sentence
from bot.texts import Texts
from store.search import Found, Option
from store.words import words_in

HEAD_LIMIT = 400
"""Letters in which names, days and hours are looked for; what stands behind them is kept as it is."""


def read_line(typed: str, *, now: datetime, t: Texts, lookups: Lookups, type_key: str = "") -> Line:
    """`now` is the reader's wall time, `t` says their language and region; `type_key` names a type that is given."""
    head, subject, points = split_subject(cleaned(typed))
    kept, overflow = _cut(head)
    reader = _Reader.of(kept, now, t, lookups)
    reader.read(type_key)
    left = Leftovers(subject, points, overflow)
    return reader.line(left)


def get_ready() -> None:
    """Compiles the patterns, which takes as long as reading two hundred sentences: at start nobody waits for it."""
    nothing = Found((), has_more=False)
    lookups = Lookups(tuple, tuple, lambda _text: nothing, lambda _id: (), tuple, lambda _user: None)
    at = datetime(2026, 1, 1)  # noqa: DTZ001 (a wall time)
    for language, sentence in {"nl": "bezoek 14u met Els", "fr": "visite 14h", "en": "visit 2pm"}.items():
        read_line(sentence, now=at, t=Texts(language), lookups=lookups)
        read_question(sentence, today=at.date(), t=Texts(language))


def _cut(head: str) -> tuple[str, str]:
    if len(head) <= HEAD_LIMIT:
        return head, ""
    at = head.rfind(" ", 0, HEAD_LIMIT)
    at = at if at > 0 else HEAD_LIMIT
    return head[:at], head[at:].strip()


@dataclass
class _Reader:
    """`about` is where a word for "about" stands: behind it is the subject. `screen` is a programme that they meet in,
    `is_theirs` says that it is at the relation's own address.
    """

    canvas: Canvas
    now: datetime
    t: Texts
    lookups: Lookups
    people: People
    names: NameFinder
    language: str = ""
    kind: Kind | None = None
    times: Times = field(default_factory=Times)
    about: Span = (0, 0)
    screen: str = ""
    is_theirs: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    @classmethod
    def of(cls, typed: str, now: datetime, t: Texts, lookups: Lookups) -> _Reader:
        canvas = Canvas(typed)
        return cls(canvas, now, t, lookups, People(canvas, lookups), NameFinder(lookups))

    def read(self, type_key: str) -> None:
        canvas = self.canvas
        self.people.take_mentions()
        types = self.lookups.types()
        given = tuple(one.id for one in types if one.key == type_key and type_key)
        self.language = language_of_sentence(canvas.text, self.t.language)
        self.kind = done_kind(canvas, types)
        is_done = self.kind is not None
        self.times = read_times(canvas, self.now, self.t, self.language, is_done=is_done)
        self.about = self._about()
        self.times = self.times.before(canvas, self.about[0])
        if self.kind is None or not self.kind.ids:
            self.kind = self._kind(types) if not given else None
        self._flags()
        self._places(IN)
        self.people.take_names(self.about[0])
        meant = self._relation()
        self._keep_relation(meant)
        self._keep_people(meant)
        self._places(AT)
        self._keep_kind(types, given, is_done)
        self._keep_times(is_done)

    def ask(self, name: str, words: str, *readings: Reading) -> None:
        """Once for each field, and for each of several people."""
        if all(one.field != name or (name == "contact" and one.words != words) for one in self.questions):
            self.questions.append(Question(name, words, readings))

    def keep(self, **facts: object) -> None:
        """By the names of `Line`."""
        self.facts |= facts

    @property
    def relation(self) -> Option | None:
        found: Option | None = self.facts.get("relation")
        return found

    # Before the names

    def _about(self) -> Span:
        """The place of a word for "about"; the end of the sentence without one."""
        found = _about_pattern().finditer(self.canvas.text)
        end = len(self.canvas.text)
        return next((match.span() for match in found if match[1] != "over" or self.language == "nl"), (end, end))

    def _kind(self, types: Sequence[Named]) -> Kind | None:
        kind = kind_in(self.canvas, types)
        if kind is None or kind.start > self.about[0]:
            return None
        self.canvas.take(kind.start, kind.end)
        return kind

    def _flags(self) -> None:
        self.keep(is_private=is_private(self.canvas), priority_id=priority_in(self.canvas, self.lookups.priorities()))

    def _places(self, leading: frozenset[str]) -> None:
        canvas = self.canvas
        if leading is IN:
            self.is_theirs = at_theirs(canvas)
            self.screen = on_screen(canvas)
            self.keep(place=self.screen or own_office(canvas) or labelled_place(canvas))
        if not self.facts.get("place") and not self.is_theirs:
            self.keep(place=place_in(canvas, leading))

    # The relation

    def _relation(self) -> Meant:
        hits: list[Hit] = []
        may_begin = True
        for piece in self.canvas.pieces(0, self.about[0]):
            for hit in self.names.hits(piece, may_begin=may_begin):
                may_begin = False
                hits.append(hit)
                if len(hit.relation_ids) == 1 and not hit.is_person:
                    return relation_meant(hits)
        if not hits:
            hits = [hit for name in self.people.names for hit in self.names.hits(name, may_begin=False)]
            hits = [hit for hit in hits if not self.people.is_colleague(hit.words)]
            self.people.used_as_relation(hits)
        return relation_meant(hits) if hits else self._named_like_a_day()

    def _named_like_a_day(self) -> Meant:
        """ "bezoek Morgen BV": no name is left, but a word for a day or hour may be one."""
        for span in self.times.words():
            word = Word(self.canvas.typed[span[0] : span[1]], "", *span, ends_piece=False)
            behind = next(self.canvas.pieces(span[1]), [])[:1]
            is_name = bool(behind) and behind[0].start <= span[1] + 1 and is_legal_form(behind[0])
            others = self.times.others(span)
            hit = self.names.whole([word]) if is_name or others or not self._has_other_words() else None
            if hit is None:
                continue
            words = (word, *behind) if is_name else (word,)
            if is_name or others:
                self.times = self.times.without(span)
                return relation_meant([replace(hit, words=words)])
            return Meant(among=hit.options, hits=(hit,))
        return Meant()

    def _has_other_words(self) -> bool:
        return any(word.folded not in GLUE for piece in self.canvas.pieces(0, self.about[0]) for word in piece)

    def _keep_relation(self, meant: Meant) -> None:
        for hit in meant.hits:
            self.canvas.take(hit.start, hit.end)
        narrowed = self.people.narrowed(meant.among)
        relation = meant.relation or narrowed
        if relation is not None:
            self.keep(relation=relation)
            self._check_neighbours(meant, relation)
        elif meant.among:
            first = meant.hits[0]
            self.ask("relation", self.canvas.typed[first.start : first.end], *_labels(meant.among))
            for span in self.times.words():
                if any(hit.start == span[0] for hit in meant.hits):
                    self.times = self.times.asking(span)

    def _check_neighbours(self, meant: Meant, relation: Option) -> None:
        """A word for a day, an hour or a kind beside the name that is a word of the name too: which is meant?"""
        unused = set(words_in(relation.label))
        for hit in meant.hits:
            unused -= {part for word in hit.words for part in words_in(word.typed)}
        for hit in meant.hits:
            for span in self.times.words():
                if self._is_part_of_name(hit, span, unused):
                    is_said_otherwise = self.times.others(span)
                    self.times = self.times.without(span) if is_said_otherwise else self.times.asking(span)
            if self.kind and self.kind.ids and self._is_part_of_name(hit, (self.kind.start, self.kind.end), unused):
                self.ask("type", self.kind.words)

    def _is_part_of_name(self, hit: Hit, span: Span, unused: set[str]) -> bool:
        typed, (start, end) = self.canvas.typed, span
        between = typed[end : hit.start] if end <= hit.start else typed[hit.end : start]
        return not between.strip() and set(words_in(typed[start:end])) <= unused

    def _keep_people(self, meant: Meant) -> None:
        self.people.find(self.relation, () if self.relation else meant.among)
        contact = meant.contact
        if meant.stranger is not None:
            self.ask("contact", self.canvas.typed[meant.stranger.start : meant.stranger.end],
                     *_labels(meant.stranger.options))  # fmt: skip
        contacts = list(self.people.contacts)
        if contact is not None and contact.contact_id:
            named = Named(contact.contact_id, (contact.label.partition(" · ")[0],))
            contacts = [named, *(one for one in contacts if one.id != named.id)]
        self.keep(contact=contacts[0] if contacts else None, guests=tuple(contacts[1:]))
        self.keep(colleagues=tuple(self.people.colleagues))
        for question in self.people.questions:
            self.ask(question.field, question.words, *question.readings)

    # What stays

    def _keep_kind(self, types: Sequence[Named], given: tuple[int, ...], is_done: bool) -> None:
        if given:
            self.keep(type_id=given[0])
            return
        kind = self.kind
        if kind is None and self.screen:
            online = tuple(one.id for one in types if one.key == "online_meeting")
            self.keep(type_id=online[0] if online else None)
        elif kind is not None and not is_done and self._is_of_subject(kind):
            self.canvas.give_back(kind.start, kind.end)
        elif kind is not None and any(question.field == "type" for question in self.questions):
            return
        elif kind is not None and len(kind.ids) == 1:
            self.keep(type_id=kind.ids[0])
        elif kind is not None and kind.ids:
            names = {one.id: one.names for one in types}
            number = ("en", "fr", "nl").index(self.t.language)
            self.ask("type", kind.words, *(names[one][number] for one in kind.ids))

    def _is_of_subject(self, kind: Kind) -> bool:
        """ "Acme tomorrow offer 2027": a kind behind the name with more words beside it is what the action is about."""
        before = [word for piece in self.canvas.pieces(0, kind.start) for word in piece if word.folded not in GLUE]
        is_first = not before and not (self.relation and TAKEN in self.canvas.text[: kind.start])
        if is_first:
            return False
        piece = next(self.canvas.pieces(kind.end), [])
        behind = self.canvas.text[kind.end : piece[0].start] if piece else TAKEN
        return TAKEN not in behind and any(word.folded not in GLUE for word in piece)

    def _keep_times(self, is_done: bool) -> None:
        times = self.times
        self.keep(on=times.on, until=times.until, is_all_day=times.is_all_day, starts=times.starts, ends=times.ends)
        self.keep(deadline_on=times.deadline_on, is_done=is_done or times.is_past, rules=tuple(times.rules))
        self.keep(recurrence=times.recurrence)
        for question in times.questions:
            self.ask(question.field, question.words, *question.readings)

    def line(self, left: Leftovers) -> Line:
        has_relation = self.relation is not None or any(one.field == "relation" for one in self.questions)
        known = set(words_in(self.relation.label)) if self.relation else set[str]()
        left.gather(self.canvas, self.about, names_relation=not has_relation, known=known)
        if left.relation_words:
            self.ask("relation", left.relation_words)
        return Line(**self.facts, subject=left.subject, points=tuple(left.points), unread=tuple(left.unread),
                       questions=tuple(self.questions))  # fmt: skip


def _labels(options: tuple[Option, ...]) -> list[str]:
    """Relations before people: their contacts are found with them."""
    companies = [option.label for option in options if not option.contact_id]
    return list(dict.fromkeys(companies or [option.label for option in options]))[:5]


@cache
def _about_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{TAKEN}'])({alternation(ABOUT)})(?!\w)\s*(?=[^\s{TAKEN}])")
