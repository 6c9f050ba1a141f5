"""An action as a card: who, what, when, then what next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import (
    Json,
    Words,
    actions,
    button,
    emoji,
    filled,
    joined,
    plain,
    rich,
    section,
    words,
)
from bot.slack.menus import ACTION_MENU
from bot.texts import _
from store.actions import Action, Meaning
from store.invitations import Answer
from store.inviting import invitations_of

ANSWER_MARKS = {
    Answer.ACCEPTED: "✓ {name}",
    Answer.TENTATIVE: "? {name}",
    Answer.DECLINED: "✗ {name}",
    Answer.NEEDS_ACTION: "… {name}",
}
POINTS_SHOWN = 200


def action_card(session: Session, caller: Caller, action: Action, *, told: str = "") -> list[Json]:
    """At most five lines and three buttons; `told` is a sentence above it."""
    head = [section(plain(told))] if told else []
    return [*head, action_facts(session, caller, action), _buttons(caller, action)]


def action_facts(session: Session, caller: Caller, action: Action) -> Json:
    """The card without what can be done."""
    lines = [*_headline(caller, action), _people(session, caller, action)]
    return rich(*lines, words(action.place), words(_points(caller, action)))


def action_words(caller: Caller, action: Action) -> Words:
    """What and when in one line."""
    when = caller.t.when(action.when, today=caller.today)
    return [*emoji(action.type.emoji), *words(_what(action), bold=True), *words(f" — {when}")]


def action_row(caller: Caller, action: Action, *, note: str = "", says_with_whom: bool = True) -> Json:
    """A line of an agenda or a history, with the button that opens the card."""
    open_it = button(caller.t(_("Open")), "action/open", str(action.id), emoji=action.type.emoji)
    when = caller.t.when(action.when, today=caller.today)
    what, name = _what(action), action.relation.name
    said = caller.t.labelled(name, what) if says_with_whom and name not in what else what
    return section(plain(f"{_mark(action)}{said} — {when}{note}"), accessory=open_it)


def _mark(action: Action) -> str:
    return {Meaning.DONE: "✓ ", Meaning.CANCELLED: "✗ "}.get(action.status.meaning, "")


def _what(action: Action) -> str:
    return action.report.splitlines()[0] if action.report else action.subject


def _headline(caller: Caller, action: Action) -> list[Words]:
    kind = f"{action.type.label(caller.t.language)} · {action.relation.name}"
    when = caller.t.when(action.when, today=caller.today)
    first = [*words(_mark(action)), *emoji(action.type.emoji), *words(kind, bold=True), *words(f" — {when}")]
    return [first, words("" if action.subject == kind else action.subject)]


def _people(session: Session, caller: Caller, action: Action) -> Words:
    """Who is met, who carries it out, and what everybody invited answered."""
    invited = [one for one in invitations_of(session, action.id) if not one.is_cancelled]
    parts = []
    if action.contact is not None and action.contact_id not in {one.contact_id for one in invited}:
        function = f" ({action.contact.function})" if action.contact.function else ""
        parts.append(filled(caller.t(_("With *{name}*{function}")), name=action.contact.person.name, function=function))
    if action.owner_id != caller.collaborator.id:
        parts.append(words(caller.t(_("{name} carries it out"), name=action.owner.name)))
    parts += [words(ANSWER_MARKS[one.answer].format(name=one.name or one.mail)) for one in invited]
    told = {one.collaborator_id for one in invited}
    joining = [p.collaborator.name for p in action.participants if p.collaborator and p.collaborator_id not in told]
    if joining:
        names = caller.t.list(joining)
        parts.append(words(caller.t.n("{names} takes part", "{names} take part", len(joining), names=names)))
    return joined(parts)


def _points(caller: Caller, action: Action) -> str:
    if action.report:
        return action.report.splitlines()[0]
    points = " · ".join(action.points.split("\n"))
    return caller.t(_("To discuss: {points}"), points=points[:POINTS_SHOWN]) if points else ""


def _buttons(caller: Caller, action: Action) -> Json:
    t, value = caller.t, str(action.id)
    is_planned = action.status.meaning is Meaning.PLANNED
    menu = ACTION_MENU.element(caller, action.id, without=() if is_planned else ("cancel",))
    edit = button(t(_("Edit")), "action/edit", value)
    if not is_planned:
        return actions(edit, menu)
    complete = button(t(_("Complete")), "action/complete", value, style="primary")
    return actions(complete, button(t(_("Move")), "action/move", value), edit, menu)
