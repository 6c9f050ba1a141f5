"""What the form of an action begins with: that of a new one, and that of an action as it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_form import ActionForm
from bot.slack.action_reacting import contact_option, fill, nights_in, usual_length
from bot.slack.action_times import Hours, duration_option
from bot.slack.billing_fields import show_billing
from bot.slack.dossier_form import dossier_option
from bot.slack.fields import Option
from bot.slack.finding import colleague, in_use, line_option, look_up, reference
from bot.slack.recurrence_fields import scope_options, show_rule
from bot.slack.relation_fact_fields import fill_from_action
from bot.slack.report_points import options_of_rows, planned_rows
from bot.slack.seen import seen_dossier
from bot.slack.telling import tell_options
from store.actions import Action, ActionStatus, ActionType, Meaning, Participant, ParticipantRole
from store.base import NotFound
from store.collaborators import FormLayout
from store.dossiers import dossier_seen_by
from store.inviting import invitations_of
from store.planning import last_type_of
from store.recurring import whole_of
from store.relations import relation_seen_by
from store.series import series_of
from store.statuses import ActionPriority


def blank_form(
    caller: Caller,
    relation_id: int | None = None,
    contact_id: int | None = None,
    *,
    type_key: str = "",
    dossier_id: int | None = None,
) -> ActionForm:
    """A new action today: of the type with this key, else of the one this person used last; at the dossier's relation
    unless another is given.
    """
    look_up(caller, ActionStatus, ActionType, ActionPriority)
    form = ActionForm(**_about(caller))
    with caller.reading() as session:
        wanted = _first_type(session, caller, type_key)
        form.type, form.on, form.all_day = line_option(wanted, caller), caller.today, wanted.is_all_day
        form.is_private, form.lasts = wanted.is_private, usual_length(caller, wanted)
        form.representative = colleague(caller.collaborator)
        show_rule(caller, form, None)
        _begin_lists(caller, form)
        form.tell = tell_options(caller)[0]
        if dossier_id is not None:
            dossier = seen_dossier(session, caller, dossier_id)
            form.dossier, relation_id = dossier_option(dossier), relation_id or dossier.relation_id
        if relation_id is not None:
            relation = relation_seen_by(session, relation_id, asked_by=caller.collaborator)
            if relation is None:
                raise NotFound
            form.relation = Option(reference(relation_id, contact_id), relation.name)
    if relation_id is not None:
        fill(caller, form, ActionForm.relation)
    return form


def _about(caller: Caller) -> dict[str, Any]:
    """What the form must know of who fills it in, and of the office's statuses."""
    by = caller.collaborator
    about: dict[str, Any] = {"by": by.id, "by_zone": by.zone, "done": [str(one.id) for one in done_statuses(caller)]}
    if by.form_layout is FormLayout.STEPS:
        about["in_steps"] = True
    if not by.bills_inline:
        about["bills_apart"] = True
    return about


def done_statuses(caller: Caller) -> list[ActionStatus]:
    return [one for one in in_use(caller, ActionStatus) if one.meaning is Meaning.DONE]


def _begin_lists(caller: Caller, form: ActionForm) -> None:
    """The lines that a new action begins with: planned, of the usual priority, billed in the office's currency."""
    statuses, priorities = in_use(caller, ActionStatus), in_use(caller, ActionPriority)
    form.status = next(line_option(one, caller) for one in statuses if one.meaning is Meaning.PLANNED)
    form.priority = next((line_option(one, caller) for one in priorities if one.is_usual), None)
    show_billing(caller, form, None)
    form.more = caller.collaborator.form_layout is not FormLayout.SHORT


def _first_type(session: Session, caller: Caller, type_key: str) -> ActionType:
    types = in_use(caller, ActionType)
    named = next((one for one in types if one.key == type_key), None)
    if named is not None:
        return named
    last = last_type_of(session, caller.collaborator.id)
    return next((one for one in types if one.id == last), types[0])


def form_of(caller: Caller, action: Action) -> ActionForm:
    """The action as it stands, for changing it."""
    form = ActionForm(record=action.id, version=action.version, zone=action.zone, **_about(caller))
    if action.starts_time and action.ends_time:
        hours = Hours(action.starts_time, action.ends_time, (action.ends_on - action.starts_on).days)
        form.about |= nights_in(hours)
        form.lasts = duration_option(caller.t, hours.lasts)
    else:
        form.lasts = duration_option(caller.t, action.ends_on - action.starts_on + timedelta(days=1))
    if action.status.meaning is Meaning.DONE:
        form.about["was_done"] = True
        form.about["done"] = sorted({*form.about["done"], str(action.status_id)})
    form.relation = Option(str(action.relation_id), action.relation.name)
    form.type = line_option(action.type, caller)
    form.on, form.all_day = action.starts_on, action.starts_time is None
    form.until = action.ends_on if form.all_day and action.ends_on != action.starts_on else None
    form.starts, form.ends = action.starts_time, action.ends_time
    _show_series(caller, form, action)
    form.subject, form.place, form.points = action.subject, action.place, action.points
    form.contact = contact_option(action.contact) if action.contact else None
    form.guests = tuple(
        Option(str(one.contact_id), f"{one.contact.person.name} · {one.contact.relation.name}")
        for one in action.participants
        if one.contact is not None
    )
    form.colleagues = tuple(colleague(one.collaborator) for one in action.participants if one.collaborator is not None)
    form.representative, form.is_private = colleague(action.owner), action.is_private
    form.dossier = _dossier_of(caller, action)
    form.tell = tell_options(caller)[0]
    with caller.reading() as session:
        form.about["invited"] = _has_invited(session, action)
    _show_report(caller, form, action)
    _show_more(caller, form, action)
    return form


def _has_invited(session: Session, action: Action) -> bool:
    """Whether somebody was told of it once, who may have to hear of a change though nobody takes part any more."""
    whole = whole_of(session, session.get_one(Action, action.id))
    return any(invitations_of(session, one) for one in {action.id, whole.id if whole else action.id})


def _show_series(caller: Caller, form: ActionForm, action: Action) -> None:
    series = series_of(action)
    show_rule(caller, form, series.recurrence if series else None)
    if action.recurs_on is not None:
        form.about |= {"occurrence": True, "moved_from": action.starts_on.isoformat()}
        form.scope = scope_options(caller, form)[0]


def _show_report(caller: Caller, form: ActionForm, action: Action) -> None:
    form.status = line_option(action.status, caller)
    form.headline, form.report = action.headline, action.report
    form.ticked = tuple(options_of_rows(caller, [row for row in planned_rows(action) if row.is_discussed]))
    form.discussed = "\n".join(row.text for row in action.point_rows if not row.is_planned)
    with caller.reading() as session:
        fill_from_action(session, caller, form, action.id)
    form.changes = bool(form.new_status or form.new_priority)


def _show_more(caller: Caller, form: ActionForm, action: Action) -> None:
    """What stands behind "More"; it is unfolded when there is anything out of the usual."""
    form.priority, form.deadline = line_option(action.priority, caller), action.deadline_on
    if action.followed_by is not None and action.followed_by_id != action.owner_id:
        form.followed_by = colleague(action.followed_by)
    roles = {role: [p for p in action.participants if p.role is role] for role in ParticipantRole}
    form.optional_ones = tuple(map(_taking_part, roles[ParticipantRole.OPTIONAL]))
    form.informed_ones = tuple(map(_taking_part, roles[ParticipantRole.INFORMED]))
    form.linked_kind, form.linked_journal = action.linked_kind, action.linked_journal
    form.linked_number, form.linked_url = action.linked_number, action.linked_url
    show_billing(caller, form, action)
    form.more = caller.collaborator.form_layout is not FormLayout.SHORT or _has_more(form, action)


def _has_more(form: ActionForm, action: Action) -> bool:
    said = (form.followed_by, form.deadline, form.optional_ones, form.informed_ones, form.linked(), form.billable)
    return not action.priority.is_usual or any(map(bool, said))


def _taking_part(one: Participant) -> Option:
    if one.collaborator is not None:
        return Option(f"c{one.collaborator_id}", one.collaborator.name)
    name = one.contact.person.name if one.contact else ""
    return Option(f"g{one.contact_id}", name)


def _dossier_of(caller: Caller, action: Action) -> Option | None:
    if action.dossier_id is None:
        return None
    with caller.reading() as session:
        dossier = dossier_seen_by(session, action.dossier_id, asked_by=caller.collaborator)
        return dossier_option(dossier) if dossier else None
