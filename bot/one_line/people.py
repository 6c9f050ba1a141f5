"""Who is named behind "with": contacts of the relation, colleagues, or a question which of both. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from bot.one_line.canvas import TAKEN, Canvas, Word
from bot.one_line.line import Lookups, Named, Question
from bot.one_line.names import Hit, Somebody, said, somebody, split_names
from bot.one_line.vocabulary import WITH, alternation
from store.search import Option

MOST_RELATIONS = 5
MOST_NAMES = 20
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_HANDLE = re.compile(r"(?<!\S)@([\w.-]+)")


@dataclass(slots=True)
class People:
    canvas: Canvas
    lookups: Lookups
    names: list[list[Word]] = field(default_factory=list)
    """Each name as its words."""
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Where the words for "with" stand."""
    contacts: list[Named] = field(default_factory=list)
    colleagues: list[Named] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _ours: Sequence[Named] | None = None

    def take_mentions(self) -> None:
        """Colleagues as Slack writes them, <@U0BRAM>, or as people do, @bram: anything else behind an @ is a place."""
        for match in _MENTION.finditer(self.canvas.typed):
            found = self.lookups.slack_user(match[1])
            self.colleagues += [found] if found else []
            self.canvas.take(*match.span())
        for match in _HANDLE.finditer(self.canvas.typed):
            word = Word(match[1], "", match.start(1), match.end(1), ends_piece=False)
            who = somebody([word], (), self._our_people())
            if who and who.is_clear:
                self.colleagues.append(who.colleagues[0])
                self.canvas.take(*match.span())

    def take_names(self, until: int) -> None:
        """Those behind each "with" up to a place."""
        for match in list(_with().finditer(self.canvas.text, 0, until)):
            behind = match.end()
            for piece in self.canvas.pieces(match.end(), until):
                between = self.canvas.text[behind : piece[0].start]
                if between.strip(f"{TAKEN}, ") or TAKEN in between.rstrip(TAKEN):
                    break
                self._add(piece, match.span())
                behind = piece[-1].end
                if not piece[-1].ends_piece:
                    break

    def _add(self, piece: Sequence[Word], mark: tuple[int, int]) -> None:
        names = split_names(piece)
        if not names:
            return
        if mark not in self.marks:
            self.marks.append(mark)
            self.canvas.take(*mark)
        self.names = [*self.names, *names][:MOST_NAMES]
        self.canvas.take(piece[0].start, names[-1][-1].end)

    def is_colleague(self, words: Sequence[Word]) -> bool:
        found = somebody(words, (), self._our_people())
        return found is not None and len(found.words) == len(words)

    def used_as_relation(self, hits: Sequence[Hit]) -> None:
        """Those names stand for the relation, or for a contact through whom it is found."""
        used = {word.start for hit in hits for word in hit.words}
        rest = [[word for word in name if word.start not in used] for name in self.names]
        self.names = [name for name in rest if name]

    def narrowed(self, among: Sequence[Option]) -> Option | None:
        """The one of several relations at which somebody named is a contact, by the most words of the name."""
        companies = {option.relation_id: option for option in among if not option.contact_id}
        if not self.names or not 1 < len(companies) <= MOST_RELATIONS:
            return None
        met = {one: max(self._words_met(name, one) for name in self.names) for one in companies}
        having = [companies[one] for one, words in met.items() if words == max(met.values()) > 0]
        return having[0] if len(having) == 1 else None

    def find(self, relation: Option | None, among: Sequence[Option]) -> None:
        """Says who each name stands for; what nobody is called is given back to the sentence. While it is open which of
        several relations is meant, it is also open who of theirs.
        """
        here = self.lookups.contacts(relation.relation_id) if relation and self.names else ()
        for name in self.names:
            found = somebody(name, here, self._our_people())
            if found is None:
                if not self._asked_among(name, among):
                    self._not_found(name)
                continue
            self._keep(found, relation.label if relation else "")
            rest = name[len(found.words) :]
            if rest:
                self.canvas.give_back(rest[0].start, rest[-1].end)

    def _keep(self, found: Somebody, where: str) -> None:
        if not found.is_clear:
            named = [f"{one.names[0]} · {where}" for one in found.contacts]
            named += [one.names[0] for one in found.colleagues]
            self.questions.append(Question("contact", said(found.words, self.canvas.typed), tuple(named[:5])))
            return
        kept, group = (found.contacts, self.contacts) if found.contacts else (found.colleagues, self.colleagues)
        if kept[0] not in group:
            group.append(kept[0])

    def _asked_among(self, name: Sequence[Word], among: Sequence[Option]) -> bool:
        companies = [option for option in among if not option.contact_id][:MOST_RELATIONS]
        found = [(one, somebody(name, self.lookups.contacts(one.relation_id), ())) for one in companies]
        most = max((len(some.words) for _one, some in found if some), default=0)
        fitting = [(one, some) for one, some in found if some and len(some.words) == most]
        readings = [f"{who.names[0]} · {one.label}" for one, some in fitting for who in some.contacts]
        if readings:
            self.questions.append(Question("contact", said(name, self.canvas.typed), tuple(readings[:5])))
        return bool(readings)

    def _not_found(self, name: Sequence[Word]) -> None:
        self.questions.append(Question("contact", said(name[:2], self.canvas.typed)))
        start = next((mark[0] for mark in reversed(self.marks) if mark[1] <= name[0].start), name[0].start)
        between = self.canvas.typed[start : name[0].start]
        begins = start if len(between.split()) <= 2 else name[0].start
        self.canvas.give_back(begins, name[-1].end)

    def _words_met(self, name: Sequence[Word], relation_id: int) -> int:
        found = somebody(name, self.lookups.contacts(relation_id), ())
        return len(found.words) if found else 0

    def _our_people(self) -> Sequence[Named]:
        if self._ours is None:
            self._ours = self.lookups.colleagues()
        return self._ours


@cache
def _with() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{alternation(WITH)})\s+(?!betrekking)")
