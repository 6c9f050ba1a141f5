"""How the form of an action fills itself: a new one, that of an action as it stands, and while it is filled in."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_form import ActionForm, filled_in
from bot.slack.dossier_form import dossier_option, fits
from bot.slack.fields import Field, Option
from bot.slack.finding import colleague, in_use, line_option, reference, referred
from bot.slack.seen import seen_dossier
from bot.slack.telling import tell_options
from store.actions import Action, ActionType
from store.base import NotFound
from store.contacts import Contact, contact_seen_by
from store.dossiers import dossier_seen_by
from store.involvements import representative_of
from store.planning import last_type_of
from store.relations import relation_seen_by


def fill(caller: Caller, form: ActionForm, changed: Field[Any]) -> None:
    """The relation fills contact, place, representative and subject; the type fills subject and hours."""
    with caller.reading() as session:
        if changed.name == ActionForm.relation.name and form.has_relation:
            _fill_from_relation(session, caller, form)
        if changed.name == ActionForm.type.name:
            _fill_from_type(session, form)
        if changed.name in (ActionForm.relation.name, ActionForm.type.name):
            _propose_subject(session, caller, form)


def _fill_from_relation(session: Session, caller: Caller, form: ActionForm) -> None:
    chosen = form.draft(ActionForm.relation)
    assert chosen is not None, "only a chosen relation fills"
    relation_id, contact_id = referred(chosen)
    relation = relation_seen_by(session, relation_id, asked_by=caller.collaborator)
    if relation is None:
        raise NotFound(field="relation")
    on = form.draft(ActionForm.on) or caller.today
    representative = representative_of(session, relation_id, on=on) or caller.collaborator
    form.fill(ActionForm.representative, colleague(representative))
    form.fill(ActionForm.place, relation.address_on(caller.today))
    dossier = form.draft(ActionForm.dossier)
    if dossier is not None and not dossier.is_new and not fits(session, caller, dossier.id, relation.id):
        form.fill(ActionForm.dossier, None)
    contact = _contact_for(session, caller, form, relation_id, contact_id)
    form.fill(ActionForm.contact, _contact_option(contact) if contact else None)


def _contact_for(
    session: Session, caller: Caller, form: ActionForm, relation_id: int, contact_id: int | None
) -> Contact | None:
    if contact_id is not None:
        return contact_seen_by(session, contact_id, asked_by=caller.collaborator)
    filled = filled_in(session, caller, form, relation_id)
    return filled.contact if filled else None


def _contact_option(contact: Contact) -> Option:
    return Option(str(contact.id), contact.person.name, contact.function)


def _fill_from_type(session: Session, form: ActionForm) -> None:
    chosen = form.draft(ActionForm.type)
    action_type = session.get(ActionType, chosen.id) if chosen else None
    if action_type is not None and form.all_day != action_type.is_all_day:
        form.fill(ActionForm.all_day, action_type.is_all_day)


def _propose_subject(session: Session, caller: Caller, form: ActionForm) -> None:
    """ "Visit · Brasserie Dupont", as long as nothing else was typed."""
    chosen, relation = form.draft(ActionForm.type), form.draft(ActionForm.relation)
    if chosen is None or relation is None or form.subject not in ("", form.about.get("proposed", "")):
        return
    found = relation_seen_by(session, referred(relation)[0], asked_by=caller.collaborator)
    subject = f"{chosen.label} · {found.name}"[:150] if found else ""
    form.about["proposed"] = subject
    form.fill(ActionForm.subject, subject)


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
    form = ActionForm()
    with caller.reading() as session:
        wanted = _first_type(session, caller, type_key)
        form.type, form.on, form.all_day = line_option(wanted, caller), caller.today, wanted.is_all_day
        form.representative = colleague(caller.collaborator)
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


def _first_type(session: Session, caller: Caller, type_key: str) -> ActionType:
    types = in_use(caller, ActionType)
    named = next((one for one in types if one.key == type_key), None)
    if named is not None:
        return named
    last = last_type_of(session, caller.collaborator.id)
    return next((one for one in types if one.id == last), types[0])


def form_of(caller: Caller, action: Action) -> ActionForm:
    """The action as it stands, for changing it."""
    nights = (action.ends_on - action.starts_on).days if action.starts_time else 0
    is_overnight = action.starts_time and action.ends_time and action.ends_time <= action.starts_time
    more_days = nights - 1 if nights and is_overnight else nights
    form = ActionForm(record=action.id, version=action.version, zone=action.zone, nights=nights, more_days=more_days)
    form.relation = Option(str(action.relation_id), action.relation.name)
    form.type = line_option(action.type, caller)
    form.on, form.all_day = action.starts_on, action.starts_time is None
    form.until = action.ends_on if form.all_day and action.ends_on != action.starts_on else None
    form.starts, form.ends = action.starts_time, action.ends_time
    form.subject, form.place, form.points = action.subject, action.place, action.points
    form.contact = _contact_option(action.contact) if action.contact else None
    form.guests = tuple(
        Option(str(one.contact_id), f"{one.contact.person.name} · {one.contact.relation.name}")
        for one in action.participants
        if one.contact is not None
    )
    form.colleagues = tuple(colleague(one.collaborator) for one in action.participants if one.collaborator is not None)
    form.representative, form.is_private = colleague(action.owner), action.is_private
    form.dossier = _dossier_of(caller, action)
    form.tell = tell_options(caller)[0]
    return form


def _dossier_of(caller: Caller, action: Action) -> Option | None:
    if action.dossier_id is None:
        return None
    with caller.reading() as session:
        dossier = dossier_seen_by(session, action.dossier_id, asked_by=caller.collaborator)
        return dossier_option(dossier) if dossier else None
