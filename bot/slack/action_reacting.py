"""How the form of an action fills itself while somebody fills it in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_choices import filled_in
from bot.slack.action_form import ActionForm
from bot.slack.action_times import Hours, duration_option, lasting
from bot.slack.dossier_form import fits
from bot.slack.fields import Field, Option
from bot.slack.finding import colleague, referred
from bot.slack.recurrence_fields import weekday_options
from store.actions import ActionType
from store.base import NotFound
from store.contacts import Contact, contact_seen_by
from store.involvements import representative_of
from store.relations import relation_seen_by


def fill(caller: Caller, form: ActionForm, changed: Field[Any]) -> None:
    """The relation fills contact, place, representative and subject; its dossier the representative; the type subject,
    hours and who sees it; of start, end and duration the third follows.
    """
    _fill_times(caller, form, changed)
    if changed.name == ActionForm.on.name:
        _move_series(caller, form)
    with caller.reading() as session:
        if changed.name in (ActionForm.on.name, ActionForm.dossier.name) and form.has_relation:
            _fill_representative(session, caller, form)
        if changed.name == ActionForm.relation.name and form.has_relation:
            _fill_from_relation(session, caller, form)
        if changed.name == ActionForm.type.name:
            _fill_from_type(session, caller, form)
        if changed.name in (ActionForm.relation.name, ActionForm.type.name):
            _propose_subject(session, caller, form)


def _fill_from_relation(session: Session, caller: Caller, form: ActionForm) -> None:
    chosen = form.draft(ActionForm.relation)
    assert chosen is not None, "only a chosen relation fills"
    relation_id, contact_id = referred(chosen)
    relation = relation_seen_by(session, relation_id, asked_by=caller.collaborator)
    if relation is None:
        raise NotFound(field="relation")
    _fill_representative(session, caller, form, anew=True)
    form.fill(ActionForm.place, relation.address_on(caller.today, caller.t.language))
    dossier = form.draft(ActionForm.dossier)
    if dossier is not None and not dossier.is_new and not fits(session, caller, dossier.id, relation.id):
        form.fill(ActionForm.dossier, None)
    contact = _contact_for(session, caller, form, relation_id, contact_id)
    form.fill(ActionForm.contact, contact_option(contact) if contact else None)


def _fill_representative(session: Session, caller: Caller, form: ActionForm, *, anew: bool = False) -> None:
    """Who represents the office there on the action's day, as long as nobody else was chosen."""
    chosen, relation = form.draft(ActionForm.representative), form.draft(ActionForm.relation)
    if relation is None or not (anew or (chosen is not None and chosen.value == form.about.get("proposed_for"))):
        return
    on = form.draft(ActionForm.on) or caller.today
    dossier = form.draft(ActionForm.dossier)
    dossier_id = dossier.id if dossier is not None and not dossier.is_new else None
    represents = representative_of(session, referred(relation)[0], on=on, dossier_id=dossier_id)
    found = colleague(represents or caller.collaborator)
    form.about["proposed_for"] = found.value
    if chosen is None or chosen.value != found.value:
        form.fill(ActionForm.representative, found)


def _contact_for(
    session: Session, caller: Caller, form: ActionForm, relation_id: int, contact_id: int | None
) -> Contact | None:
    if contact_id is not None:
        return contact_seen_by(session, contact_id, asked_by=caller.collaborator)
    filled = filled_in(session, caller, form, relation_id)
    return filled.contact if filled else None


def contact_option(contact: Contact) -> Option:
    return Option(str(contact.id), contact.person.name, contact.function)


def _fill_from_type(session: Session, caller: Caller, form: ActionForm) -> None:
    chosen = form.draft(ActionForm.type)
    action_type = session.get(ActionType, chosen.id) if chosen else None
    if action_type is None:
        return
    if form.all_day != action_type.is_all_day:
        form.fill(ActionForm.all_day, action_type.is_all_day)
    if "record" in form.about:
        return
    if form.is_private != action_type.is_private:
        form.fill(ActionForm.is_private, action_type.is_private)
    if form.draft(ActionForm.starts) is None:
        form.fill(ActionForm.lasts, usual_length(caller, action_type))


def usual_length(caller: Caller, action_type: ActionType) -> Option:
    lasts = timedelta(days=1) if action_type.is_all_day else timedelta(minutes=action_type.duration_min)
    return duration_option(caller.t, lasts)


def _move_series(caller: Caller, form: ActionForm) -> None:
    """A time that is moved takes the weekdays of its series and its last date along, by as many days."""
    moved_from, on = form.about.get("moved_from"), form.draft(ActionForm.on)
    if moved_from is None or on is None:
        return
    was, form.about["moved_from"] = date.fromisoformat(moved_from), on.isoformat()
    ticked, last_on = form.draft(ActionForm.weekdays) or (), form.draft(ActionForm.last_on)
    weekdays = {int(one.value) for one in ticked} or {was.weekday()}
    if was.weekday() not in weekdays:
        return
    if ticked:
        moved = {(day + (on - was).days) % 7 for day in weekdays}
        form.fill(ActionForm.weekdays, tuple(one for one in weekday_options(caller, form) if int(one.value) in moved))
    if last_on is not None and last_on.weekday() in weekdays:
        form.fill(ActionForm.last_on, last_on + (on - was))


# Start, end and duration


def _fill_times(caller: Caller, form: ActionForm, changed: Field[Any]) -> None:
    if changed.name == ActionForm.all_day.name:
        _fill_usual_length(caller, form)
    elif form.all_day:
        _fill_days(caller, form, changed)
    elif form.draft(ActionForm.starts) is not None:
        _fill_hours(caller, form, changed)


def _fill_usual_length(caller: Caller, form: ActionForm) -> None:
    if form.all_day:
        form.fill(ActionForm.lasts, duration_option(caller.t, timedelta(days=1)))
        _fill_days(caller, form, ActionForm.until)
        return
    with caller.reading() as session:
        chosen = form.draft(ActionForm.type)
        action_type = session.get(ActionType, chosen.id) if chosen else None
    minutes = action_type.duration_min if action_type else 60
    form.fill(ActionForm.lasts, duration_option(caller.t, timedelta(minutes=minutes)))


def _fill_days(caller: Caller, form: ActionForm, changed: Field[Any]) -> None:
    """The last day follows from the first and the number of days; the number from the last day."""
    on, until, lasts = form.draft(ActionForm.on), form.draft(ActionForm.until), form.draft(ActionForm.lasts)
    if on is None:
        return
    if changed.name == ActionForm.until.name and (until is None or until >= on):
        days = timedelta(days=1) if until is None else until - on + timedelta(days=1)
        form.fill(ActionForm.lasts, duration_option(caller.t, days))
    elif changed.name in (ActionForm.on.name, ActionForm.lasts.name) and lasts is not None:
        last = on + max(lasting(lasts), timedelta(days=1)) - timedelta(days=1)
        if (until or on) != last:
            form.fill(ActionForm.until, last)


def _fill_hours(caller: Caller, form: ActionForm, changed: Field[Any]) -> None:
    """The end follows from start and duration; the duration from the end."""
    starts, ends, lasts = form.draft(ActionForm.starts), form.draft(ActionForm.ends), form.draft(ActionForm.lasts)
    if starts is None:
        return
    if changed.name == ActionForm.ends.name and ends is not None:
        nights = form.about.get("more_days", 0) + (bool(form.about.get("nights")) and ends <= starts)
        if (length := Hours(starts, ends, nights).lasts) >= timedelta(0):
            form.fill(ActionForm.lasts, duration_option(caller.t, length))
    elif changed.name in (ActionForm.starts.name, ActionForm.lasts.name) and lasts is not None:
        hours = Hours.lasting(starts, lasting(lasts))
        form.about |= nights_in(hours)
        form.fill(ActionForm.ends, hours.ends)


def nights_in(hours: Hours) -> dict[str, int]:
    """As the form remembers them: how many nights, and how many days more than one night."""
    is_overnight = hours.nights > 0 and hours.ends <= hours.starts
    return {"nights": hours.nights, "more_days": hours.nights - is_overnight}


def _propose_subject(session: Session, caller: Caller, form: ActionForm) -> None:
    """ "Visit · Brasserie Dupont", as long as nothing else was typed."""
    chosen, relation = form.draft(ActionForm.type), form.draft(ActionForm.relation)
    if chosen is None or relation is None or form.subject not in ("", form.about.get("proposed", "")):
        return
    found = relation_seen_by(session, referred(relation)[0], asked_by=caller.collaborator)
    subject = f"{chosen.label} · {found.name}"[:150] if found else ""
    form.about["proposed"] = subject
    form.fill(ActionForm.subject, subject)
