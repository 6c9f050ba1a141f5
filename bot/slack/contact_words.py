"""What is said of contacts in a line: which one fills a form and why, when they left, how a birthday is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton

from bot.office import Caller
from bot.slack.fields import Option
from bot.texts import Texts, _
from store.addresses import Phone
from store.contacts import Born, Contact, FilledIn, PassedOver, Reason

LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "en": "English"}
_REASONS = {Reason.LEFT: _("{names} left."), Reason.BOUNCED: _("Mails to {names} come back.")}


def languages(_caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(code, name) for code, name in LANGUAGE_NAMES.items()]


def said_of_filling(caller: Caller, filled: FilledIn) -> str:
    """ "Els Peeters left. Bram Claes, no. 2, is filled in."; "" when the first in rank fills the form."""
    t = caller.t
    sentences = [_because(t, reason, filled.passed_over) for reason in Reason]
    if any(sentences):
        taken = _("{name}, no. {rank}, is filled in.") if filled.rank else _("{name} is filled in.")
        sentences.append(t(taken, name=filled.contact.person.name, rank=filled.rank))
    if filled.bounces:
        sentences.append(t(_REASONS[Reason.BOUNCED], names=filled.contact.person.name))
    return " ".join(sentence for sentence in sentences if sentence)


def _because(t: Texts, reason: Reason, passed_over: tuple[PassedOver, ...]) -> str:
    names = [one.contact.person.name for one in passed_over if one.reason is reason]
    return t(_REASONS[reason], names=t.list(names)) if names else ""


def said_of_leaving(caller: Caller, contact: Contact, on: date) -> str:
    """For a day on which they have no place there."""
    t, name, relation = caller.t, contact.person.name, contact.relation.name
    if contact.until_on is not None and contact.until_on < on:
        day = t.day(contact.until_on, today=caller.today)
        return t(_("{name}’s last day at {relation} is {day}."), name=name, relation=relation, day=day)
    return t(_("{name} is not yet at {relation} on that day."), name=name, relation=relation)


def said_of_phones(caller: Caller, phones: Iterable[Phone]) -> str:
    """Which of them nobody can dial as they stand; said, never in the way: a number may be one that we do not know."""
    t, unread = caller.t, [row.number for row in phones if not row.e164 and not row.is_over(caller.today)]
    if not unread:
        return ""
    text = _("⚠ {numbers}: no number that can be dialled (a digit too few or too many?). It is kept as typed.")
    return t(text, numbers=t.list(unread))


def day_of(caller: Caller, at: datetime) -> str:
    """The day of a moment, where the caller is."""
    return caller.t.day(caller.collaborator.day_of(at), today=caller.today)


def birthday_words(born: Born, t: Texts) -> str:
    """ "12 mars 1975", or "12 mars" without a year."""
    # A leap year stands for the year that nobody gave: 29 February is written as it is.
    on = date(born.year or 2000, born.month, born.day)
    return format_skeleton("yMMMMd" if born.year else "MMMMd", on, locale=t.locale)
