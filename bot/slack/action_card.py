"""An action as a card: who, what, when, then what next."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.series_words import said_of_series
from bot.slack.blocks import (
    Json,
    Words,
    actions,
    button,
    emoji,
    filled,
    joined,
    linked,
    plain,
    rich,
    section,
    words,
)
from bot.slack.menus import ACTION_MENU
from bot.slack.report_points import planned_rows, said_age
from bot.texts import _
from store.actions import Action, ActionPoint, Meaning, Participant, ParticipantRole, When
from store.billing import Billing, billing_of
from store.contacts import contact_seen_by, mail_for, phone_at
from store.dossiers import dossier_seen_by
from store.invitations import Answer
from store.inviting import invitations_of
from store.linked_documents import LinkedDocument, link_of
from store.series import series_of

ANSWER_MARKS = {
    Answer.ACCEPTED: "✓ {name}",
    Answer.TENTATIVE: "? {name}",
    Answer.DECLINED: "✗ {name}",
    Answer.NEEDS_ACTION: "… {name}",
}
POINTS_SHOWN = 200
DETAIL_SHOWN = 600


def action_card(session: Session, caller: Caller, action: Action, *, told: str = "") -> list[Json]:
    """At most five lines and three buttons; `told` is a sentence above it."""
    head = [section(plain(told))] if told else []
    return [*head, action_facts(session, caller, action), _buttons(caller, action)]


def action_facts(session: Session, caller: Caller, action: Action) -> Json:
    """The card without what can be done."""
    lines = [*_headline(caller, action), _people(session, caller, action)]
    more = joined([words(_dossier(session, caller, action)), *said_of_more(caller, action)])
    there = joined([_place(caller, action), words(_reach(session, caller, action))])
    return rich(*lines, more, there, *_report(caller, action))


def action_words(caller: Caller, action: Action, *, at: When | None = None) -> Words:
    """What and when in one line; `at` is the time of one occurrence of a series."""
    when = caller.t.when(at or action.when, today=caller.today)
    return [*emoji(action.type.emoji), *words(_what(action), bold=True), *words(f" — {when}")]


def action_row(
    caller: Caller,
    action: Action,
    *,
    at: When | None = None,
    on: date | None = None,
    note: str = "",
    says_with_whom: bool = True,
    says_who: bool = False,
    says_day: bool = True,
) -> Json:
    """A line of an agenda or a history, with the button that opens the card; with `says_who` also of which type it was,
    and who carried it out. `at` and `on` are those of an occurrence that has no row. Without `says_day` its day stands
    above.
    """
    value = f"{action.id}@{on}" if on else str(action.id)
    open_it = button(caller.t(_("Open")), "action/open", value, emoji=action.type.emoji)
    when = said_when(caller, at or action.when, says_day=says_day)
    what, name = _what(action), action.relation.name
    said = caller.t.labelled(name, what) if says_with_whom and name not in what else what
    kind = action.type.label(caller.t.language)
    told = [kind] if kind not in what else []
    who = " · ".join(["", *told, action.owner.name]) if says_who else ""
    is_late = (at.ends_at < caller.office.now()) if at and on else action.is_overdue(caller.office.now())
    late = f" · {caller.t(_('overdue'))}" if is_late else ""
    return section(plain(f"{_mark(action)}{said}{when}{who}{late}{note}"), accessory=open_it)


def said_when(caller: Caller, when: When, *, says_day: bool) -> str:
    """With a dash before it: " — tomorrow, 14–15 h"; for what begins and ends on a day that stands above " — 14–15 h",
    or "" for all of it.
    """
    is_short = not says_day and when.starts_on == when.ends_on
    said = caller.t.hours(when) if is_short else caller.t.when(when, today=caller.today)
    return f" — {said}" if said else ""


def _mark(action: Action) -> str:
    return {Meaning.DONE: "✓ ", Meaning.CANCELLED: "✗ ", Meaning.NO_SHOW: "∅ "}.get(action.status.meaning, "")


def _what(action: Action) -> str:
    return action.headline if action.is_over and action.headline else action.subject


def _headline(caller: Caller, action: Action) -> list[Words]:
    kind = f"{action.type.label(caller.t.language)} · {action.relation.name}"
    when = caller.t.when(action.when, today=caller.today)
    late = f" · {caller.t(_('overdue'))}" if action.is_overdue(caller.office.now()) else ""
    ended = f" · {action.status.label(caller.t.language)}" if action.status.meaning is not Meaning.PLANNED else ""
    told = words(f" — {when}{late}{ended}")
    first = [*words(_mark(action)), *emoji(action.type.emoji), *words(kind, bold=True), *told]
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
    roles = {(one.collaborator_id, one.contact_id): _said_of_role(caller, one.role) for one in action.participants}
    for one in invited:
        role = roles.get((one.collaborator_id, one.contact_id), "")
        parts.append(words(ANSWER_MARKS[one.answer].format(name=one.name or one.mail) + role))
    told = {(one.collaborator_id, one.contact_id) for one in invited} | {(None, action.contact_id)}
    others = [one for one in action.participants if (one.collaborator_id, one.contact_id) not in told]
    if others:
        names = caller.t.list(f"{_name_of(one)}{_said_of_role(caller, one.role)}" for one in others)
        parts.append(words(caller.t.n("{names} takes part", "{names} take part", len(others), names=names)))
    return joined(parts)


def _name_of(one: Participant) -> str:
    return one.collaborator.name if one.collaborator else one.contact.person.name if one.contact else ""


def _said_of_role(caller: Caller, role: ParticipantRole) -> str:
    """ " (only informed)" behind a name; "" for somebody who is expected."""
    said = {ParticipantRole.OPTIONAL: _("need not come"), ParticipantRole.INFORMED: _("only informed")}.get(role)
    return f" ({caller.t(said)})" if said else ""


def _dossier(session: Session, caller: Caller, action: Action) -> str:
    found = dossier_seen_by(session, action.dossier_id, asked_by=caller.collaborator) if action.dossier_id else None
    return caller.t.labelled(caller.t(_("Dossier")), found.label) if found else ""


def _reach(session: Session, caller: Caller, action: Action) -> str:
    """How the contact person is reached today: what stands at the contact, for whoever may see it there."""
    by = caller.collaborator
    contact = contact_seen_by(session, action.contact_id, asked_by=by) if action.contact_id else None
    if contact is None:
        return ""
    phone = phone_at(session, contact, on=caller.today)
    parts = (phone.shown(caller.office.settings.office.country) if phone else "", mail_for(session, contact) or "")
    return " · ".join(part for part in parts if part)


def _place(caller: Caller, action: Action) -> Words:
    """The address, and the way to it on a map."""
    if not action.place:
        return []
    map_url = caller.office.settings.actions.map_link.format(place=quote(action.place, safe=""))
    return [*words(f"{action.place} · "), *linked(caller.t(_("Map")), map_url)]


def said_of_more(caller: Caller, action: Action) -> list[Words]:
    """What stands behind "More" in the form, where it says something."""
    t = caller.t
    parts = []
    if (series := series_of(action)) is not None:
        parts.append(words(f"↻ {said_of_series(t, series, today=caller.today)}"))
    if action.is_private:
        parts.append(words(t(_("Private"))))
    if not action.priority.is_usual:
        parts.append([*emoji(action.priority.emoji), *words(action.priority.label(t.language))])
    if action.deadline_on is not None:
        parts.append(words(t.labelled(t(_("Deadline")), t.day(action.deadline_on, today=caller.today))))
    if action.followed_by is not None and action.followed_by_id != action.owner_id:
        parts.append(words(t.labelled(t(_("Followed by")), action.followed_by.name)))
    if (document := link_of(action)) is not None:
        parts.append(_document(caller, action, document))
    if (billing := billing_of(action)) is not None:
        parts.append(words(_billing(caller, billing)))
    return parts


def _document(caller: Caller, action: Action, document: LinkedDocument) -> Words:
    shown = linked(document.name, document.url) if document.opens_in_browser else words(document.name)
    dead_since_at = action.linked_address.dead_since_at if action.linked_address else None
    if dead_since_at is None:
        return shown
    day = caller.t.in_figures(caller.collaborator.day_of(dead_since_at))
    return [*shown, *words(f" ({caller.t(_('has not opened since {day}'), day=day)})")]


def _billing(caller: Caller, billing: Billing) -> str:
    amount = caller.t.money(billing.amount, billing.currency)
    if billing.billed_in:
        return caller.t(_("{amount} billed in {document}"), amount=amount, document=billing.billed_in)
    return caller.t(_("{amount} to bill"), amount=amount)


def _report(caller: Caller, action: Action) -> list[Words]:
    """What is to be discussed, or what came out of it."""
    t = caller.t
    if not action.is_over:
        texts = " · ".join(_point(caller, row) for row in planned_rows(action))
        return [words(t(_("To discuss: {points}"), points=_cut(texts)) if texts else "")]
    discussed = " · ".join(action.discussed.split("\n"))
    left = " · ".join(_point(caller, row) for row in planned_rows(action) if not row.is_discussed)
    return [
        words(action.headline),
        words(t.labelled(t(_("Discussed")), _cut(discussed)) if discussed else ""),
        words(t.labelled(t(_("Not discussed")), _cut(left)) if left and action.status.meaning is Meaning.DONE else ""),
        words(_cut(action.report, DETAIL_SHOWN)),
    ]


def _point(caller: Caller, row: ActionPoint) -> str:
    return f"{row.text} ({said_age(caller, row.carried_from.action.starts_on)})" if row.carried_from else row.text


def _cut(text: str, shown: int = POINTS_SHOWN) -> str:
    return f"{text[:shown]}…" if len(text) > shown else text


def _buttons(caller: Caller, action: Action) -> Json:
    t, value = caller.t, str(action.id)
    is_planned = action.status.meaning is Meaning.PLANNED
    without = ["cancel"] if not is_planned else []
    menu = ACTION_MENU.element(caller, action.id, without=[*without, *(["series"] if action.recurs_on is None else [])])
    edit = button(t(_("Edit")), "action/edit", value)
    if not is_planned:
        return actions(edit, menu)
    complete = button(t(_("Complete")), "action/complete", value, style="primary")
    return actions(complete, button(t(_("Move")), "action/move", value), edit, menu)
