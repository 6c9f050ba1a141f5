"""The points of a report in forms and on cards: which were planned, which come from earlier, which were discussed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from bot.office import Caller
from bot.slack.fields import Option
from bot.texts import _
from store.actions import Action, ActionPoint


def planned_rows(action: Action) -> list[ActionPoint]:
    """Those written down for the action, then those that came from earlier ones."""
    return sorted((row for row in action.point_rows if row.is_planned), key=lambda row: row.carried_from_id is not None)


def point_option(caller: Caller, text: str, since_on: date | None = None) -> Option:
    """To tick; with its age when it comes from an earlier action."""
    age = f" ({said_age(caller, since_on)})" if since_on else ""
    room = 75 - len(age)
    shown = f"{text[: room - 1]}…" if len(text) > room else text
    return Option(_mark(text), f"{shown}{age}", text[room - 1 :] if len(text) > room else "")


def options_of_rows(caller: Caller, rows: Iterable[ActionPoint]) -> list[Option]:
    """Each text once, as Slack wants its options."""
    options = [
        point_option(caller, row.text, row.carried_from.action.starts_on if row.carried_from else None) for row in rows
    ]
    return list({option.value: option for option in options}.values())


def ticked_texts(ticked: Sequence[Option], texts: Iterable[str]) -> list[str]:
    """Those of the texts that were ticked, in their order."""
    marks = {option.value for option in ticked}
    return [text for text in texts if _mark(text) in marks]


def said_age(caller: Caller, since_on: date) -> str:
    """ "open for 3 weeks"."""
    days = (caller.today - since_on).days
    if days < 1:
        return caller.t(_("open since today"))
    if days < 14:
        return caller.t.n("open for {number} day", "open for {number} days", days)
    if days < 61:
        return caller.t.n("open for {number} week", "open for {number} weeks", days // 7)
    return caller.t.n("open for {number} month", "open for {number} months", days // 30)


def _mark(text: str) -> str:
    """Slack keeps 150 characters of what an option stands for; a point may be longer."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
