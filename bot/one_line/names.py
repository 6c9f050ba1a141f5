"""Which relation, contacts and colleagues a sentence names. Pure: the book answers through `Lookups`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.one_line.canvas import Word
from bot.one_line.line import Lookups, Named
from bot.one_line.vocabulary import AND, ENDS_NAMES, GLUE, LEADS_TO_RELATION, TITLES
from store.search import Found, Option
from store.words import LEGAL_FORMS, name_key, telling, words_in

MOST_SEARCHES = 12
MOST_AT_ONCE = 3
"""Words of a piece that is looked up whole before its words are."""
LONGEST = 6
"""Words of the longest name that is looked for."""
_LEAST_LETTERS = 2
_NUMBER_LETTERS = 8
_NONE = Found((), has_more=False)
_BETWEEN = LEADS_TO_RELATION | ENDS_NAMES | AND


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that the book knows, and what they may stand for. `is_whole`: as whole words, not as beginnings."""

    words: tuple[Word, ...]
    options: tuple[Option, ...]
    is_whole: bool

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def relation_ids(self) -> frozenset[int]:
        return frozenset(option.relation_id for option in self.options)

    @property
    def is_person(self) -> bool:
        """Only contacts have that name."""
        return all(option.contact_id for option in self.options)

    def at(self, relation_ids: frozenset[int]) -> Hit:
        return Hit(self.words, tuple(one for one in self.options if one.relation_id in relation_ids), self.is_whole)


@dataclass(slots=True)
class NameFinder:
    """Looks names up in the book, each text once, and not more often than a sentence is worth."""

    lookups: Lookups
    _known: dict[str, Found] = field(default_factory=dict)

    def hits(self, piece: Sequence[Word], *, may_begin: bool) -> Iterator[Hit]:
        """The names in a piece, in their order. With `may_begin` the first may be the beginning of a name."""
        at = 0
        if 1 < len(piece) <= MOST_AT_ONCE and (name := self._whole_name(piece)):
            yield name
            return
        while at < len(piece):
            hit = self._hit(piece, at, may_begin=may_begin)
            if hit is None:
                may_begin = may_begin and piece[at].folded in _BETWEEN
                at += 1
            else:
                yield hit
                may_begin = False
                at += len(hit.words)

    def _whole_name(self, piece: Sequence[Word]) -> Hit | None:
        """The piece when it is nothing but one name, as most are: one search instead of one for each word."""
        if any(word.folded in _BETWEEN for word in piece):
            return None
        return self.whole(piece)

    def whole(self, words: Sequence[Word]) -> Hit | None:
        """What has all these as whole words."""
        options = tuple(one for one in self._search(words).options if _is_whole(words, one))
        return Hit(tuple(words), options, is_whole=True) if options else None

    def _hit(self, piece: Sequence[Word], at: int, *, may_begin: bool) -> Hit | None:
        first = piece[at]
        if first.folded in _BETWEEN and not (first.typed[:1].isupper() and at + 1 < len(piece)):
            return None
        if len(first.folded) < _LEAST_LETTERS and first.folded.isascii():
            return None
        last = at
        for end in range(at + 1, min(at + LONGEST, len(piece)) + 1):
            if piece[end - 1].folded in _BETWEEN and end - 1 > at:
                continue
            if not self._search(piece[at:end]).options:
                break
            last = end
        for end in range(last, at, -1):
            words = piece[at:end]
            if words[-1].folded in _BETWEEN or all(word.folded in GLUE for word in words):
                continue
            if hit := self.whole(words):
                return self._narrowed(hit, piece[at:last])
        words = piece[at:last]
        letters = min((sum(map(str.isalnum, word.folded)) for word in words), default=0)
        if may_begin and letters >= _LEAST_LETTERS and words[-1].folded not in _BETWEEN | GLUE:
            return Hit(tuple(words), self._search(words).options, is_whole=False)
        return None

    def _narrowed(self, hit: Hit, words: Sequence[Word]) -> Hit:
        """ "dupont tournai": of several that have the name, the only one that the book finds with the words behind."""
        if len(hit.relation_ids) == 1 or len(words) == len(hit.words) or len(words[-1].typed) <= _LEAST_LETTERS + 1:
            return hit
        longer = Hit(tuple(words), self._search(words).options, is_whole=True)
        return longer if len(longer.relation_ids) == 1 else hit

    def _search(self, words: Sequence[Word]) -> Found:
        text = " ".join(word.typed for word in words)
        if text not in self._known:
            self._known[text] = self.lookups.search(text) if len(self._known) < MOST_SEARCHES else _NONE
        return self._known[text]


def _is_whole(words: Sequence[Word], option: Option) -> bool:
    """Whether each word is one of the label's; behind the first, a word with a capital may be the town's."""
    known = set(words_in(option.label))
    for number, word in enumerate(words):
        parts = [part for part in telling(words_in(word.typed)) if part.isalnum()]
        digits = sum(map(str.isdecimal, word.typed))
        is_address = "@" in word.typed or digits >= _NUMBER_LETTERS
        is_town = number > 0 and word.typed[:1].isupper() and len(word.typed) > _LEAST_LETTERS
        if not (is_address or is_town or set(parts) <= known or word.folded in LEGAL_FORMS):
            return False
    return True


def is_legal_form(word: Word) -> bool:
    return set(words_in(word.typed)) <= LEGAL_FORMS


@dataclass(frozen=True, slots=True)
class Meant:
    """The relation, and the contact there when the words name one; `among` when several relations are possible."""

    relation: Option | None = None
    contact: Option | None = None
    among: tuple[Option, ...] = ()
    hits: tuple[Hit, ...] = ()
    """Whose words are used by it; the first is what was asked for."""
    stranger: Hit | None = None
    """Somebody named who is at another relation than the one that is named too."""


def relation_meant(hits: Sequence[Hit]) -> Meant:
    """Which relation the names agree on: a name that several have is settled by another one in the same sentence."""
    if not hits:
        return Meant()
    first, others = hits[0], hits[1:]
    for other in others:
        both = first.relation_ids & other.relation_ids
        if len(both) == 1 and (len(first.relation_ids) > 1 or first.is_person or other.is_person):
            return _at(both, first.at(both), other.at(both))
    company = next((hit for hit in others if not hit.is_person), None)
    if first.is_person and company is not None and not first.relation_ids & company.relation_ids:
        meant = _alone(company)
        return Meant(meant.relation, None, meant.among, (*meant.hits, first), stranger=first)
    return _alone(first)


def _alone(hit: Hit) -> Meant:
    if len(hit.relation_ids) == 1:
        return _at(hit.relation_ids, hit)
    typed = " ".join(word.typed for word in hit.words)
    companies = [one for one in hit.options if not one.contact_id]
    in_full = [one for one in companies if words_in(one.label) == words_in(typed)]
    same = in_full if len(in_full) == 1 else [one for one in companies if name_key(one.label) == name_key(typed)]
    if len(same) == 1:
        return Meant(same[0], hits=(hit,))
    return Meant(among=hit.options, hits=(hit,))


def _at(relation_ids: frozenset[int], *hits: Hit) -> Meant:
    """All of one relation: the contact is the one that a name stands for alone."""
    options = [option for hit in hits for option in hit.options]
    own = next((one for one in options if not one.contact_id), None)
    people = {hit.options[0].contact_id: hit.options[0] for hit in hits if len(hit.options) == 1 and hit.is_person}
    contact = next(iter(people.values())) if len(people) == 1 else None
    named = own or contact or options[0]
    relation = Option(next(iter(relation_ids)), None, named.label if own else _company_of(named))
    return Meant(relation, contact, hits=hits)


def _company_of(option: Option) -> str:
    """ "Dupont" of "Els Peeters · Dupont"."""
    return option.label.rpartition(" · ")[2]


# People


def split_names(words: Sequence[Word]) -> list[list[Word]]:
    """The names behind "with", each as its words: parted by "and" and commas, up to a word that ends them."""
    names: list[list[Word]] = [[]]
    for number, word in enumerate(words):
        # "van" and "de" begin the second half of many names: "Els van Damme".
        if word.folded in ENDS_NAMES and not (word.typed[:1].isupper() or word.folded in ("van", "de", "du")):
            break
        if word.folded in AND:
            names.append([])
        elif not (word.folded in TITLES and number + 1 < len(words)):
            names[-1].append(word)
        if word.ends_piece:
            names.append([])
    return [name for name in names if name]


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who a name may stand for; `words` are those of the name that are used."""

    words: tuple[Word, ...]
    contacts: tuple[Named, ...]
    colleagues: tuple[Named, ...]

    @property
    def is_clear(self) -> bool:
        return len(self.contacts) + len(self.colleagues) == 1


def somebody(name: Sequence[Word], contacts: Sequence[Named], colleagues: Sequence[Named]) -> Somebody | None:
    """By the longest beginning of the words that somebody is called; None when nobody is."""
    for end in range(min(len(name), 4), 0, -1):
        words = tuple(name[:end])
        if words[-1].folded in ENDS_NAMES:
            continue
        for matches in (_has_all, _begins_all):
            met = tuple(one for one in contacts if matches(words, one))
            ours = tuple(one for one in colleagues if matches(words, one))
            if met or ours:
                return _fullest(words, met, ours)
    return None


def _fullest(words: tuple[Word, ...], met: tuple[Named, ...], ours: tuple[Named, ...]) -> Somebody:
    """Whoever's whole name was typed goes before those who have more names."""
    typed = _folded(words)
    exact = [[one for one in group if words_in(one.names[0]) == typed] for group in (met, ours)]
    if len(exact[0]) + len(exact[1]) == 1:
        return Somebody(words, tuple(exact[0]), tuple(exact[1]))
    return Somebody(words, met, ours)


def _folded(words: Iterable[Word]) -> list[str]:
    return [part for word in words for part in words_in(word.typed.lstrip("@"))]


def _has_all(words: Sequence[Word], one: Named) -> bool:
    typed = _folded(words)
    return bool(typed) and set(typed) <= set(words_in(one.names[0]))


def _begins_all(words: Sequence[Word], one: Named) -> bool:
    typed, known = _folded(words), words_in(one.names[0])
    return bool(typed) and all(len(part) > 2 and any(name.startswith(part) for name in known) for part in typed)


def said(words: Sequence[Word], typed: str) -> str:
    return typed[words[0].start : words[-1].end] if words else ""
