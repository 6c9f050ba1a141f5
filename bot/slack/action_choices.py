"""What the fields of an action's form offer, and the lines in it that follow from what is filled in."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_steps import Step
from bot.slack.action_times import comes_twice
from bot.slack.contact_words import said_of_filling, said_of_leaving
from bot.slack.fields import Option, Options
from bot.slack.finding import SHOWN, colleague, referred
from bot.slack.report_points import point_option, said_age
from bot.slack.seen import seen_action
from bot.texts import _
from store.actions import Action, ActionType
from store.carrying import OpenPoint, open_points, open_points_at
from store.contacts import FilledIn, contact_seen_by, contacts_of, mail_for, who_fills
from store.following import followers
from store.points import split_points

if TYPE_CHECKING:
    from bot.slack.action_form import ActionForm

_STEP_NAMES = {Step.GENERAL: _("General"), Step.REPORT: _("Report"), Step.MORE: _("Priority, deadline, billing")}


def steps(caller: Caller, _form: Any) -> list[Option]:
    return [Option(step.value, caller.t(name)) for step, name in _STEP_NAMES.items()]


def contacts_here(caller: Caller, form: ActionForm) -> list[Option]:
    """Those of the chosen relation, and the way to a new one."""
    chosen = form.draft(type(form).relation)
    if chosen is None:
        return []
    with caller.reading() as session:
        found = contacts_of(session, referred(chosen)[0], asked_by=caller.collaborator, on=caller.today)
        options = [Option(str(one.id), one.person.name, one.function) for one in found[:99]]
    return [*options, Option("new:", caller.t(_("+ New contact")))]


def filled_in(session: Session, caller: Caller, form: ActionForm, relation_id: int) -> FilledIn | None:
    """The contact whom the type of the action asks for on its day."""
    chosen = form.draft(type(form).type)
    action_type = session.get(ActionType, chosen.id) if chosen else None
    kind_id = action_type.contact_kind_id if action_type else None
    on = form.draft(type(form).on) or caller.today
    return who_fills(session, relation_id, kind_id, asked_by=caller.collaborator, on=on)


def said_of_contact(caller: Caller, form: ActionForm) -> str:
    """Why this contact and not the first in rank, or that the chosen one will have left; "" for nothing to say."""
    relation, contact = form.draft(type(form).relation), form.draft(type(form).contact)
    if relation is None or contact is None or contact.is_new:
        return ""
    with caller.reading() as session:
        filled = filled_in(session, caller, form, referred(relation)[0])
        if filled is not None and filled.contact.id == contact.id:
            return said_of_filling(caller, filled)
        chosen = contact_seen_by(session, contact.id, asked_by=caller.collaborator)
        on = form.draft(type(form).on) or caller.today
        return "" if chosen is None or chosen.is_there(on) else said_of_leaving(caller, chosen, on)


def said_of_unreached(caller: Caller, form: ActionForm) -> str:
    """Who takes part and cannot be invited for want of an e-mail address; "" for nobody."""
    chosen = [one.id for one in form.draft(type(form).guests) or ()]
    if not chosen:
        return ""
    with caller.reading() as session:
        guests = [contact_seen_by(session, one, asked_by=caller.collaborator) for one in chosen]
        names = [one.person.name for one in guests if one is not None and mail_for(session, one) is None]
    if not names:
        return ""
    said = caller.t.list(names)
    return caller.t.n(
        "{names} has no e-mail address and gets no invitation.",
        "{names} have no e-mail address and get no invitation.",
        len(names),
        names=said,
    )


def find_followers(caller: Caller, typed: str, form: ActionForm) -> Options:
    """Those whom the office's filter lets follow this action."""
    relation, dossier = form.draft(type(form).relation), form.draft(type(form).dossier)
    with caller.reading() as session:
        found = followers(
            session,
            caller.office.settings.actions.followed_by,
            relation_id=referred(relation)[0] if relation else None,
            dossier_id=dossier.id if dossier and not dossier.is_new else None,
            on=form.draft(type(form).on) or caller.today,
            asked_by=caller.collaborator,
            typed=typed,
            limit=SHOWN,
        )
        return Options([colleague(one) for one in found])


def those_who_take_part(_caller: Caller, form: ActionForm) -> list[Option]:
    """The values tell collaborators ("c3") and contacts ("g7") apart."""
    colleagues = [Option(f"c{one.value}", one.label) for one in form.draft(type(form).colleagues) or ()]
    return [*colleagues, *(Option(f"g{one.value}", one.label) for one in form.draft(type(form).guests) or ())]


def said_of_clock(caller: Caller, form: Any) -> str:
    """Of a form with day and hours: that the hour comes twice on the night when the clocks go back, else ""."""
    starts, on = form.draft(type(form).starts), form.draft(type(form).on)
    zone = form.about.get("zone") or caller.collaborator.zone
    if form.all_day or starts is None or on is None or not comes_twice(on, starts, zone):
        return ""
    return caller.t(_("That night {hour} comes twice: the first is meant."), hour=f"{starts:%H:%M}")


# Points


def carried_points(session: Session, form: ActionForm) -> list[OpenPoint]:
    """Those that come from earlier actions with the relation and stand in this one, or would go on to it."""
    if "record" in form.about:
        action = session.get_one(Action, form.about["record"])
        rows = ((row, row.carried_from) for row in action.point_rows if row.is_planned)
        here = [OpenPoint(first.id, row.text, first.action.starts_on) for row, first in rows if first is not None]
        known = {one.text for one in here}
        return [*here, *(one for one in open_points(session, action) if one.text not in known)]
    relation, on = form.draft(type(form).relation), form.draft(type(form).on)
    if relation is None or on is None:
        return []
    starts = form.draft(type(form).starts) if not form.all_day else None
    at = datetime.combine(on, starts or time(), ZoneInfo(form.about.get("by_zone", "UTC")))
    return open_points_at(session, referred(relation)[0], at, seen_by=_seen_by(form))


def _seen_by(form: ActionForm) -> frozenset[int] | None:
    """Who would see a private action that is saved as the form stands; None for one that everybody sees."""
    if not form.is_private:
        return None
    named = (form.draft(type(form).representative), form.draft(type(form).followed_by))
    people = [one.id for one in (*named, *(form.draft(type(form).colleagues) or ())) if one is not None]
    return frozenset([*people, form.about.get("by", 0)])


def _carried_seen(caller: Caller, form: ActionForm) -> list[OpenPoint]:
    with caller.reading() as session:
        if "record" in form.about:
            seen_action(session, caller, form.about["record"])
        return carried_points(session, form)


def points_to_tick(caller: Caller, form: ActionForm) -> list[Option]:
    """What stands in the form to be discussed, and what comes from earlier actions."""
    own = [point_option(caller, text) for text in split_points(form.points or "")]
    carried = [point_option(caller, one.text, one.since_on) for one in _carried_seen(caller, form)]
    return list({option.value: option for option in (*own, *carried)}.values())[:100]


def said_of_carried(caller: Caller, form: ActionForm) -> str:
    """ "From earlier: samples (open for 3 weeks)"."""
    points = [f"{one.text} ({said_age(caller, one.since_on)})" for one in _carried_seen(caller, form)]
    return caller.t.labelled(caller.t(_("Also to discuss, from earlier")), " · ".join(points)) if points else ""
