"""The form of an action: its fields, what they say, and who would be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_choices import (
    carried_points,
    contacts_here,
    find_followers,
    points_to_tick,
    said_of_carried,
    said_of_clock,
    said_of_contact,
    said_of_unreached,
    steps,
    those_who_take_part,
)
from bot.slack.action_steps import is_in_step
from bot.slack.action_times import duration_options, lasting
from bot.slack.billing_fields import billing_in, currencies
from bot.slack.choices import Checks, Choice, MultiSearch, Radio, Says, Search, Unfold
from bot.slack.dossier_form import find_dossiers
from bot.slack.expense_fields import ExpenseLines
from bot.slack.fields import Day, Field, Hour, Number, Option, Text, Toggle
from bot.slack.finding import find_colleagues, find_people, find_relations, lines_of, referred
from bot.slack.forms import Form
from bot.slack.recurrence_fields import (
    end_options,
    ends_after_a_number,
    ends_on_a_day,
    is_this_alone,
    is_weekly,
    may_lack_a_day,
    recurrence_in,
    repeats_options,
    said_of_dates,
    scope_options,
    weekday_options,
)
from bot.slack.recurrence_fields import repeats as repeats_at_all
from bot.slack.relation_fact_fields import new_value, which_came_last
from bot.slack.report_points import ticked_texts
from bot.slack.telling import SaysMails, said_to_guests, tell_options
from bot.texts import _
from store.action_facts import ActionFacts, Participation, facts_of
from store.actions import Action, ActionStatus, ActionType, ParticipantRole, When
from store.base import BookError
from store.collaborators import Collaborator
from store.linked_documents import LinkedDocument
from store.points import split_points
from store.recurring import whole_of
from store.relation_facts import What
from store.series import MOST_COUNT, MOST_INTERVAL
from store.statuses import ActionPriority


def has_guests(form: ActionForm) -> bool:
    return any(map(bool, (form.draft(ActionForm.colleagues), form.draft(ActionForm.guests), form.about.get("invited"))))


def is_done(form: ActionForm) -> bool:
    """Whether the status that is chosen means done: then the form also asks what came out of it."""
    status = form.draft(ActionForm.status)
    return status is not None and status.value in form.about.get("done", ())


def _told(name: str) -> Any:
    """Shown when the action is done, and as long as something stands in it: what was typed is never hidden."""
    return lambda form: is_done(form) or bool(form.values[name])


class ActionForm(Form, id="action", title=_("Action"), submit=_("Save")):
    step = Choice(_("Part of the form"), among=steps).reacting().only_if(lambda form: form.about.get("in_steps"))
    heard = Says(lambda _caller, form: form.about.get("heard", ""))
    scope = Radio(_("What changes"), among=scope_options).reacting().only_if(lambda form: form.about.get("occurrence"))
    relation = Search(_("Relation"), find=find_relations, hint=_("Name, town, e-mail or phone")).reacting()
    type = Choice(_("Type"), among=lambda caller, _form: lines_of(caller, ActionType)).reacting()
    status = Choice(_("Status"), among=lambda caller, _form: lines_of(caller, ActionStatus)).reacting()
    on = Day(_("Date")).reacting()
    all_day = Toggle(_("Hours"), _("All day"))
    until = Day(_("Last day")).reacting().optional().when(all_day)
    starts = Hour(_("From")).reacting().unless(all_day)
    ends = Hour(_("To")).reacting().optional().unless(all_day)
    lasts = (
        Choice(_("Duration"), among=lambda caller, form: duration_options(caller.t, is_all_day=form.all_day))
        .reacting()
        .optional()
    )
    clock = Says(said_of_clock)
    repeats = Choice(_("Repeats"), among=repeats_options).reacting().only_if(lambda form: not is_this_alone(form))
    interval = (
        Number(_("Interval"), least=1, most=MOST_INTERVAL, hint=_("2 is every other time"))
        .reacting()
        .optional()
        .only_if(repeats_at_all)
    )
    weekdays = (
        Checks(_("On"), among=weekday_options, hint=_("The date’s own day when none is ticked"))
        .reacting()
        .only_if(is_weekly)
    )
    or_last_day = (
        Toggle(_("Where there is no such day"), _("Take the last day instead")).reacting().only_if(may_lack_a_day)
    )
    series_end = Choice(_("Ends"), among=end_options).reacting().only_if(repeats_at_all)
    last_on = Day(_("Last date")).reacting().optional().only_if(ends_on_a_day)
    times = Number(_("How many times"), least=1, most=MOST_COUNT).reacting().optional().only_if(ends_after_a_number)
    dates = Says(said_of_dates)
    subject = Text(_("Subject"), max_length=150)
    contact = Choice(_("Contact"), among=contacts_here).reacting().optional().only_if(lambda form: form.has_relation)
    dossier = Search(_("Dossier"), find=find_dossiers).reacting().optional().only_if(lambda form: form.has_relation)
    instead = Says(said_of_contact)
    guests = MultiSearch(_("Contacts who take part"), find=find_people, hint=_("They are invited by e-mail")).reacting()
    unreached = Says(said_of_unreached)
    colleagues = MultiSearch(_("Colleagues who take part"), find=find_colleagues).reacting()
    place = Text(_("Place"), max_length=300, hint=_("Filled with the relation’s address")).optional()
    points = (
        Text(_("To discuss"), max_length=3000, lines=True, hint=_("One point per line; guests read them"))
        .optional()
        .only_if(lambda form: not is_done(form) or bool(form.values["points"]))
    )
    carried = Says(said_of_carried).only_if(lambda form: not is_done(form))
    headline = Text(_("What came out of it"), max_length=150, hint=_("One line: the history shows it")).only_if(
        _told("headline")
    )
    ticked = Checks(
        _("Points planned"), among=points_to_tick, hint=_("Tick what was discussed: the rest goes to the next action")
    ).only_if(is_done)
    discussed = (
        Text(_("Also discussed"), max_length=3000, lines=True, hint=_("Points that were not planned, one per line"))
        .optional()
        .only_if(_told("discussed"))
    )
    report = Text(_("Detail"), max_length=3000, lines=True).optional().only_if(_told("report"))
    changes = Unfold(_("+ New status or priority of the relation")).only_if(is_done)
    new_status = new_value(What.STATUS).when(changes).only_if(is_done)
    new_priority = new_value(What.PRIORITY).when(changes).only_if(is_done)
    status_order, priority_order = which_came_last(What.STATUS), which_came_last(What.PRIORITY)
    expenses = ExpenseLines().only_if(is_done)
    representative = Search(_("Representative"), find=find_colleagues, hint=_("Who carries it out")).reacting()
    is_private = Toggle(_("Who sees it"), _("Private: others only see that you are busy")).reacting()
    more = Unfold(_("More: priority, deadline, billing…"))
    priority = Choice(_("Priority"), among=lambda caller, _form: lines_of(caller, ActionPriority)).optional().when(more)
    followed_by = (
        Search(_("Followed by"), find=find_followers, hint=_("The representative unless you choose"))
        .optional()
        .when(more)
    )
    deadline = Day(_("Deadline"), hint=_("Apart from when it is planned")).optional().when(more)
    optional_ones = Checks(_("Need not come"), among=those_who_take_part).when(more)
    informed_ones = Checks(_("Only informed"), among=those_who_take_part).when(more)
    linked_kind = Text(_("Linked document"), max_length=100, hint=_("Such as Invoice or Policy")).optional().when(more)
    linked_journal = Text(_("Journal"), max_length=100).optional().when(more)
    linked_number = Text(_("Number"), max_length=100).optional().when(more)
    linked_url = Text(_("Where it opens"), max_length=2000, hint=_("https://… or file://…")).optional().when(more)
    billable = Toggle(_("Billing"), _("To bill")).when(more).only_if(lambda form: not form.about.get("bills_apart"))
    billed_hours = Text(_("Hours to bill"), max_length=20).when(more).when(billable)
    billed_rate = Text(_("Rate an hour"), max_length=20).when(more).when(billable)
    billed_currency = Choice(_("Currency"), among=currencies).when(more).when(billable)
    billed_in = (
        Text(_("Billed in"), max_length=100, hint=_("The document’s number")).optional().when(more).when(billable)
    )
    tell = Radio(_("Invitations"), among=tell_options).only_if(has_guests)
    told = SaysMails(lambda caller, form: said_of_form(caller, form))  # noqa: PLW0108 (defined below)

    @property
    def has_relation(self) -> bool:
        return self.draft(ActionForm.relation) is not None

    def shown(self) -> list[Field[Any]]:
        found = super().shown()
        return [field for field in found if is_in_step(self, field)] if self.about.get("in_steps") else found

    def when(self, zone: str, lasts: timedelta) -> When:
        """Raises BookError without the first hour."""
        if self.all_day:
            return When.day(self.on, zone=zone, until=self.until)
        if self.starts is None:
            raise BookError(_("Please fill this in."), field="starts")
        when = When.hours(self.on, self.starts, self.ends, zone=zone, lasts=lasts)
        if self.ends is None:
            return when
        # The form shows no last day beside hours: an action of several days keeps their number.
        is_overnight = bool(self.about.get("nights")) and self.ends <= self.starts
        return replace(when, ends_on=self.on + timedelta(days=self.about.get("more_days", 0) + is_overnight))

    def people(self) -> tuple[Participation, ...]:
        """Who takes part, each with what is expected of them."""
        informed = {option.value for option in self.informed_ones or ()}
        optional = {option.value for option in self.optional_ones or ()} - informed
        roles = dict.fromkeys(optional, ParticipantRole.OPTIONAL) | dict.fromkeys(informed, ParticipantRole.INFORMED)
        found = [("collaborator_id", "c", one) for one in self.colleagues] + [
            ("contact_id", "g", one) for one in self.guests
        ]
        required = ParticipantRole.REQUIRED
        return tuple(
            Participation(**{name: one.id}, role=roles.get(f"{sign}{one.value}", required)) for name, sign, one in found
        )

    def linked(self) -> LinkedDocument | None:
        linked = LinkedDocument(
            self.linked_kind or "", self.linked_journal or "", self.linked_number or "", self.linked_url or ""
        )
        return linked if linked.name else None


def facts_in(session: Session, form: ActionForm) -> ActionFacts:
    """What the filled form says; what it does not ask stays as the action has it.

    Raises Unfilled while a required field is empty, BookError at a field.
    """
    representative = session.get_one(Collaborator, form.representative.id)
    action_type = session.get_one(ActionType, form.type.id)
    usual = timedelta(minutes=action_type.duration_min)
    lasts = lasting(form.lasts) if form.lasts and not form.all_day else usual
    said: dict[str, Any] = {
        "relation_id": referred(form.relation)[0],
        "type_id": form.type.id,
        "status_id": _id(form.draft(ActionForm.status)),
        "priority_id": _id(form.priority),
        "subject": form.subject,
        "when": form.when(form.about.get("zone") or representative.zone, lasts),
        "representative_id": representative.id,
        "followed_by_id": _id(form.followed_by),
        "contact_id": _id(form.contact),
        "dossier_id": _id(form.dossier),
        "place": form.place or "",
        "points": form.points or "",
        "is_private": form.is_private,
        "deadline_on": form.deadline,
        "linked": form.linked(),
        "participants": form.people(),
        "recurrence": recurrence_in(form),
    }
    said |= _report_in(session, form)
    if "record" not in form.about:
        return ActionFacts(**said, billing=billing_in(form))
    kept = facts_of(session.get_one(Action, form.about["record"]))
    said["billing"] = kept.billing if form.about.get("bills_apart") else billing_in(form)
    return replace(kept, **said)


def _report_in(session: Session, form: ActionForm) -> dict[str, str]:
    carried = carried_points(session, form) if form.ticked else []
    known = [*split_points(form.points or ""), *(one.text for one in carried)]
    discussed = "\n".join([*ticked_texts(form.ticked or (), known), form.discussed or ""]).strip()
    return {"headline": form.headline or "", "discussed": discussed, "report": form.report or ""}


def _id(chosen: Option | None) -> int | None:
    return chosen.id if chosen else None


def record_told(session: Session, form: ActionForm) -> int | None:
    """The action whose guests hear of a change: the whole series, unless this time alone is changed."""
    record_id: int | None = form.about.get("record")
    if record_id is None or is_this_alone(form):
        return record_id
    whole = whole_of(session, session.get_one(Action, record_id))
    return whole.id if whole else record_id


def said_of_form(caller: Caller, form: ActionForm) -> str:
    """Who would get which mail if the form were saved as it stands; "" while that cannot be told, or is nobody."""
    # Whatever the subject or the headline will be, the same people are told.
    if not has_guests(form) or set(form.problems()) - {ActionForm.subject.name, ActionForm.headline.name}:
        return ""
    with caller.reading() as session:
        try:
            facts = facts_in(session, form)
        except BookError:
            return ""  # it is said at its field when the form is saved
        return said_to_guests(session, caller, facts, record_told(session, form))
