"""One line in three languages: `/action bezoek Acme morgen 14u met Els: prijzen 2027` opens the form filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.one_line import Line, Lookups, Named, read_line
from bot.slack.action_filling import blank_form, done_statuses
from bot.slack.action_form import ActionForm
from bot.slack.action_reacting import fill
from bot.slack.action_times import duration_option
from bot.slack.channel_subject import subject_here
from bot.slack.fields import Option
from bot.slack.finding import MEANT, in_use, line_option
from bot.slack.interaction import Interaction
from bot.slack.line_words import said_of_line
from bot.slack.recurrence_fields import show_rule
from bot.slack.serving import open_form
from store.actions import ActionType
from store.collaborators import Collaborator, active_collaborators, collaborator_in_slack
from store.contacts import contact_names
from store.domain import Listed
from store.search import Found, search_options
from store.statuses import ActionPriority

SAID_LIMIT = 600
"""Letters of what is said above the form: it travels in the little that a form may carry."""


def plan_line(interaction: Interaction, text: str, type_key: str = "") -> None:
    """Opens the action form as the sentence fills it, to be confirmed. `type_key` names a type that is given."""

    def build(caller: Caller) -> ActionForm:
        line = read_for(caller, text, type_key)
        here = None if line.relation or _asked(line, "relation") else subject_here(caller, interaction)
        return form_of_line(
            caller,
            line,
            relation_id=here.relation.id if here and here.relation else None,
            dossier_id=here.dossier.id if here and here.dossier else None,
        )

    open_form(interaction, build)


def read_for(caller: Caller, text: str, type_key: str = "") -> Line:
    """The sentence as this collaborator means it: in their zone, language and scope."""
    now = caller.office.now().astimezone(ZoneInfo(caller.collaborator.zone)).replace(tzinfo=None)
    with caller.reading() as session:
        return read_line(text, now=now, t=caller.t, lookups=_lookups(session, caller), type_key=type_key)


def form_of_line(
    caller: Caller, line: Line, *, relation_id: int | None = None, dossier_id: int | None = None
) -> ActionForm:
    """A new action as the line says; what it asks about is left open, with its candidates. `relation_id` is that of
    the place where it was written, for a line that names none.
    """
    type_key = next((one.key for one in in_use(caller, ActionType) if one.id == line.type_id), "")
    at = line.relation.relation_id if line.relation else relation_id
    contact_id = line.contact.id if line.contact and line.relation else None
    form = blank_form(caller, at, contact_id, type_key=type_key, dossier_id=dossier_id)
    if _asked(line, "type"):
        form.values[ActionForm.type.name] = None
    if _asked(line, "contact") and line.contact is None:
        form.contact = None
    _fill_when(caller, form, line)
    _fill_what(caller, form, line)
    form.guests = tuple(_guest(line, one) for one in line.guests)
    form.colleagues = tuple(Option(str(one.id), one.names[0]) for one in line.colleagues)
    form.about["heard"] = said_of_line(caller, line)[:SAID_LIMIT]
    words = next((one.words for one in line.questions if one.field == "relation"), "")
    form.about |= {MEANT: words[:SAID_LIMIT]} if words else {}
    return form


def _asked(line: Line, name: str) -> bool:
    return any(question.field == name for question in line.questions)


def _fill_when(caller: Caller, form: ActionForm, line: Line) -> None:
    if line.on is not None or _asked(line, "on"):
        form.values[ActionForm.on.name] = line.on
        fill(caller, form, ActionForm.on)
    if line.recurrence is not None:
        show_rule(caller, form, line.recurrence)
    if line.is_all_day:
        days = timedelta(0) if line.on is None or line.until is None else line.until - line.on
        form.all_day, form.until = True, line.until
        form.lasts = duration_option(caller.t, days + timedelta(days=1))
    elif line.starts is not None or _asked(line, "starts"):
        form.all_day, form.starts = False, line.starts
        fill(caller, form, ActionForm.all_day)
        form.ends = line.ends
        fill(caller, form, ActionForm.ends if line.ends else ActionForm.starts)


def _fill_what(caller: Caller, form: ActionForm, line: Line) -> None:
    """What was said about it; of what happened already it is what came out of it."""
    points = "\n".join(line.points)
    done = done_statuses(caller)
    if line.is_done and done:
        form.status = line_option(done[0], caller)
        form.headline, form.discussed = line.subject, points
    else:
        form.subject, form.points = line.subject or form.subject, points
    form.place = line.place or form.place
    form.is_private = form.is_private or line.is_private
    if line.priority_id is not None:
        urgent = next(one for one in in_use(caller, ActionPriority) if one.id == line.priority_id)
        form.priority, form.more = line_option(urgent, caller), True
    if line.deadline_on is not None:
        form.deadline, form.more = line.deadline_on, True


def _guest(line: Line, one: Named) -> Option:
    where = f" · {line.relation.label}" if line.relation else ""
    return Option(str(one.id), f"{one.names[0]}{where}")


# How the book answers while the sentence is read


def _lookups(session: Session, caller: Caller) -> Lookups:
    by, today = caller.collaborator, caller.today

    def search(text: str) -> Found:
        return search_options(session, text, asked_by=by, on=today, limit=50, forgives=False)

    def contacts(relation_id: int) -> Sequence[Named]:
        found = contact_names(session, relation_id, asked_by=by, on=today)
        return [Named(contact_id, (name,)) for contact_id, name in found]

    def slack_user(user_id: str) -> Named | None:
        found = collaborator_in_slack(session, user_id)
        return _somebody(found) if found and found.is_active else None

    return Lookups(
        types=lambda: _names(caller, ActionType),
        priorities=lambda: _names(caller, ActionPriority),
        search=search,
        contacts=contacts,
        colleagues=lambda: [_somebody(one) for one in active_collaborators(session)],
        slack_user=slack_user,
    )


def _names(caller: Caller, kind: type[Any]) -> list[Named]:
    lines: Sequence[Listed] = in_use(caller, kind)
    return [Named(one.id, (one.label_en, one.label_fr, one.label_nl), one.key) for one in lines]


def _somebody(one: Collaborator) -> Named:
    return Named(one.id, (one.name,))
