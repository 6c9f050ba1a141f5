"""What a sentence is read from, and what was understood of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from store.search import Found, Option
from store.series import Recurrence


@dataclass(frozen=True, slots=True)
class Named:
    """A line of one of the office's lists, or somebody: `names` are all under which it is known."""

    id: int
    names: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Lookups:
    """How the book answers while a sentence is read; each is asked only when the sentence calls for it.

    `search` finds what has all typed words as beginnings of theirs, nothing that is only spelled nearly so. `contacts`
    are those of a relation; `slack_user` is the collaborator with that Slack id.
    """

    types: Callable[[], Sequence[Named]]
    priorities: Callable[[], Sequence[Named]]
    search: Callable[[str], Found]
    contacts: Callable[[int], Sequence[Named]]
    colleagues: Callable[[], Sequence[Named]]
    slack_user: Callable[[str], Named | None]


Reading = str | date | time | timedelta
"""What words may mean: a name, a day, an hour, a duration."""


@dataclass(frozen=True, slots=True)
class Question:
    """`field` stays open: `words`, as typed, may mean each of the `readings`, or nothing that is known when empty."""

    field: str
    words: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What a sentence says about an action; what it does not say is None or empty.

    `questions` stand for what may be meant in several ways: their fields are empty. `rules` are what was read by a rule
    ("half drie" is in the afternoon), each with its reading. `unread` are the words that nothing was made of; they
    stand in the subject or the points, so that nothing typed is lost.
    """

    type_id: int | None = None
    relation: Option | None = None
    contact: Named | None = None
    guests: tuple[Named, ...] = ()
    colleagues: tuple[Named, ...] = ()
    on: date | None = None
    until: date | None = None
    is_all_day: bool = False
    starts: time | None = None
    ends: time | None = None
    deadline_on: date | None = None
    place: str = ""
    is_private: bool = False
    priority_id: int | None = None
    recurrence: Recurrence | None = None
    is_done: bool = False
    subject: str = ""
    points: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    rules: tuple[Question, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_action(self) -> bool:
        """Whether more than a name was understood: a kind of action, a day or an hour."""
        asked = {question.field for question in self.questions if question.field != "type" or question.readings}
        return bool(self.type_id or self.on or self.starts or self.is_done or asked & {"type", "on", "starts"})

    @property
    def is_dated(self) -> bool:
        """Whether it says when something is as well as what or with whom."""
        return bool((self.on or self.starts) and (self.type_id or self.relation or self.questions))
