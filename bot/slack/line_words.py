"""What was understood of a sentence, in words: the questions that it leaves, and the card that answers a message."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.office import Caller
from bot.one_line import Line, Question, Reading
from bot.series_words import rule_in_words
from bot.slack.action_times import duration_option
from bot.slack.blocks import Json, Words, actions, button, context, emoji, joined, plain, rich, words
from bot.slack.finding import in_use
from bot.texts import Texts, _
from store.actions import ActionType, When
from store.series import Recurrence
from store.statuses import ActionPriority

OPEN_LINE = "one_line/open"
_POINTS_SHOWN = 300

_ASKED = {
    "relation": _("“{words}” may be {readings}: choose the relation."),
    "contact": _("“{words}” may be {readings}: choose who takes part."),
    "type": _("“{words}” may be {readings}: choose the type."),
    "on": _("“{words}” may be {readings}: choose the day."),
    "starts": _("“{words}” may be {readings}: choose the hour."),
}
_NOT_KNOWN = {
    "relation": _("Nothing in the book is called “{words}”: choose the relation, or add it."),
    "contact": _("Nobody there is called “{words}”: choose the contact, or add one."),
    "type": _("“{words}” may be the type, or belong to the name: choose the type."),
    "on": _("“{words}”: on which day?"),
    "starts": _("“{words}”: at what hour?"),
    "repeats": _("“{words}”: choose how often it repeats."),
}


def said_of_line(caller: Caller, line: Line) -> str:
    """What is asked, what was read by a rule, and which words were not understood; "" when all is clear."""
    return " ".join(_sentences(caller, line))


def understood_card(caller: Caller, line: Line, value: str) -> list[Json]:
    """What a message was read as, with the button that opens the form; it gets `value`."""
    t = caller.t
    lines = [_headline(caller, line), _people(caller, line), words(line.place), words(line.subject)]
    points = " · ".join(line.points)
    lines.append(words(t(_("To discuss: {points}"), points=points[:_POINTS_SHOWN]) if points else ""))
    lines.append(joined([words(one) for one in _marks(caller, line)]))
    open_it = actions(button(t(_("Open the form")), OPEN_LINE, value, style="primary"))
    asked = [context(plain(sentence, 2000)) for sentence in _sentences(caller, line)]
    return [rich(*lines), *asked[:5], open_it]


def _sentences(caller: Caller, line: Line) -> list[str]:
    t = caller.t
    said = [_asked(caller, question) for question in line.questions]
    for rule in line.rules:
        reading = said_of(caller, rule.readings[0])
        said.append(t(_("“{words}” was read as {reading}."), words=rule.words, reading=reading))
    if line.unread:
        kept = t.list(t.quoted(one[:80]) for one in line.unread[:5])
        said.append(t(_("Not understood, and kept below: {words}."), words=kept))
    return said


def _asked(caller: Caller, question: Question) -> str:
    t = caller.t
    if not question.words and question.readings:
        return t(_("It lasts {duration}: from what hour?"), duration=said_of(caller, question.readings[0]))
    if not question.readings:
        return t(_NOT_KNOWN[question.field], words=question.words[:80])
    readings = _either(t, [said_of(caller, one) for one in question.readings])
    return t(_ASKED[question.field], words=question.words[:80], readings=readings)


def _either(t: Texts, readings: list[str]) -> str:
    *first, last = readings
    return t(_("{first} or {last}"), first=", ".join(first), last=last) if first else last


def said_of(caller: Caller, reading: Reading) -> str:
    """A name, a day, an hour or a duration, as the reader's language writes it."""
    t = caller.t
    if isinstance(reading, date):
        return t.day(reading, today=caller.today)
    if isinstance(reading, time):
        return t.hour(datetime.combine(caller.today, reading))
    return duration_option(t, reading).label if isinstance(reading, timedelta) else reading


def _headline(caller: Caller, line: Line) -> Words:
    """ "Visit · Acme — tomorrow, 14 h"; the first day alone while the hour is asked."""
    kind = next((one for one in in_use(caller, ActionType) if one.id == line.type_id), None)
    names = [kind.label(caller.t.language)] if kind else []
    names += [line.relation.label] if line.relation else []
    when = _when(caller, line)
    found = [*emoji(kind.emoji if kind else ""), *words(" · ".join(names), bold=True)]
    return [*found, *words(f" — {when}" if found else when)] if when else found


def _when(caller: Caller, line: Line) -> str:
    if line.on is None:
        return said_of(caller, line.starts) if line.starts else ""
    ends = line.ends if line.starts else None
    when = When(line.on, line.starts, line.until or line.on, ends or line.starts, caller.collaborator.zone)
    return caller.t.when(when, today=caller.today)


def _people(caller: Caller, line: Line) -> Words:
    people = [one for one in (line.contact, *line.guests, *line.colleagues) if one]
    names = caller.t.list(one.names[0] for one in people)
    return words(caller.t(_("With {names}"), names=names)) if people else []


def _said_of_rule(caller: Caller, rule: Recurrence) -> str:
    last = caller.t.day(rule.until_on, today=caller.today) if rule.until_on else ""
    return rule_in_words(caller.t, rule, last)


def _marks(caller: Caller, line: Line) -> list[str]:
    t = caller.t
    marks = [_said_of_rule(caller, line.recurrence)] if line.recurrence else []
    marks += [t(_("private"))] if line.is_private else []
    marks += [t(_("done"))] if line.is_done else []
    priority = next((one for one in in_use(caller, ActionPriority) if one.id == line.priority_id), None)
    marks += [t(_("priority: {priority}"), priority=priority.label(t.language))] if priority else []
    if line.deadline_on:
        marks.append(t(_("deadline: {day}"), day=t.day(line.deadline_on, today=caller.today)))
    return marks
