"""An action as a card: who, what, when, then what next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, escaped, mrkdwn, overflow, plain, section
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
    lines = [_headline(caller, action), *_people(session, caller, action)]
    lines += [escaped(one) for one in (action.place, _points(caller, action)) if one]
    head = [section(plain(told))] if told else []
    return [*head, section(mrkdwn("\n".join(lines[:5]))), _buttons(caller, action)]


def action_line(caller: Caller, action: Action) -> str:
    """One line of mrkdwn, for agendas and histories."""
    when = caller.t.when(action.when, today=caller.today)
    emoji = f":{action.type.emoji}: " if action.type.emoji else ""
    headline = action.report.splitlines()[0] if action.report else action.subject
    return f"{emoji}*{escaped(headline)}* — {escaped(when)}"


def _headline(caller: Caller, action: Action) -> str:
    emoji = f":{action.type.emoji}: " if action.type.emoji else ""
    kind = action.type.label(caller.t.language)
    when = caller.t.when(action.when, today=caller.today)
    subject = "" if action.subject == f"{kind} · {action.relation.name}" else f"\n{escaped(action.subject)}"
    mark = {Meaning.DONE: "✓ ", Meaning.CANCELLED: "✗ "}.get(action.status.meaning, "")
    return f"{mark}{emoji}*{escaped(kind)} · {escaped(action.relation.name)}* — {escaped(when)}{subject}"


def _people(session: Session, caller: Caller, action: Action) -> list[str]:
    """Who is met, who carries it out, and what everybody invited answered."""
    invited = [one for one in invitations_of(session, action.id) if not one.is_cancelled]
    parts = []
    if action.contact is not None and action.contact_id not in {one.contact_id for one in invited}:
        function = f" ({escaped(action.contact.function)})" if action.contact.function else ""
        name = escaped(action.contact.person.name)
        parts.append(caller.t(_("With *{name}*{function}"), name=name, function=function))
    if action.owner_id != caller.collaborator.id:
        parts.append(caller.t(_("{name} carries it out"), name=escaped(action.owner.name)))
    parts += [ANSWER_MARKS[one.answer].format(name=escaped(one.name or one.mail)) for one in invited]
    told = {one.collaborator_id for one in invited}
    joining = [p.collaborator.name for p in action.participants if p.collaborator and p.collaborator_id not in told]
    if joining:
        names = caller.t.list([escaped(name) for name in joining])
        parts.append(caller.t.n("{names} takes part", "{names} take part", len(joining), names=names))
    return [" · ".join(parts)] if parts else []


def _points(caller: Caller, action: Action) -> str:
    if action.report:
        return action.report.splitlines()[0]
    points = " · ".join(action.points.split("\n"))
    return caller.t(_("To discuss: {points}"), points=points[:POINTS_SHOWN]) if points else ""


def _buttons(caller: Caller, action: Action) -> Json:
    t, value = caller.t, str(action.id)
    more = [("history", t(_("History"))), ("documents", t(_("Documents"))), ("delete", t(_("Delete")))]
    if action.status.meaning is Meaning.PLANNED:
        more.insert(0, ("cancel", t(_("Cancel this action"))))
    menu = overflow("action/more", [(f"{what}:{value}", text) for what, text in more])
    edit = button(t(_("Edit")), "action/edit", value)
    if action.status.meaning is not Meaning.PLANNED:
        return actions(edit, menu)
    complete = button(t(_("Complete")), "action/complete", value, style="primary")
    return actions(complete, button(t(_("Move")), "action/move", value), edit, menu)
