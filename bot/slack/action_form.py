"""The form of an action: its fields, what they say, and who would be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, MultiSearch, Radio, Says, Search
from bot.slack.contact_words import said_of_filling, said_of_leaving
from bot.slack.dossier_form import find_dossiers
from bot.slack.fields import Day, Hour, Option, Text, Toggle
from bot.slack.finding import find_colleagues, find_people, find_relations, lines_of, referred
from bot.slack.forms import Form
from bot.slack.telling import SaysMails, said_to_guests, tell_options
from bot.texts import _
from store.action_facts import ActionFacts, Participation, facts_of
from store.actions import Action, ActionType, When
from store.base import BookError
from store.collaborators import Collaborator
from store.contacts import FilledIn, contact_seen_by, contacts_of, who_fills


def contacts_here(caller: Caller, form: ActionForm) -> list[Option]:
    """Those of the chosen relation, and the way to a new one."""
    chosen = form.draft(ActionForm.relation)
    if chosen is None:
        return []
    with caller.reading() as session:
        found = contacts_of(session, referred(chosen)[0], asked_by=caller.collaborator, on=caller.today)
        options = [Option(str(one.id), one.person.name, one.function) for one in found[:99]]
    return [*options, Option("new:", caller.t(_("+ New contact")))]


def filled_in(session: Session, caller: Caller, form: ActionForm, relation_id: int) -> FilledIn | None:
    """The contact whom the type of the action asks for on its day."""
    chosen = form.draft(ActionForm.type)
    action_type = session.get(ActionType, chosen.id) if chosen else None
    kind_id = action_type.contact_kind_id if action_type else None
    on = form.draft(ActionForm.on) or caller.today
    return who_fills(session, relation_id, kind_id, asked_by=caller.collaborator, on=on)


def said_of_contact(caller: Caller, form: ActionForm) -> str:
    """Why this contact and not the first in rank, or that the chosen one will have left; "" for nothing to say."""
    relation, contact = form.draft(ActionForm.relation), form.draft(ActionForm.contact)
    if relation is None or contact is None or contact.is_new:
        return ""
    with caller.reading() as session:
        filled = filled_in(session, caller, form, referred(relation)[0])
        if filled is not None and filled.contact.id == contact.id:
            return said_of_filling(caller, filled)
        chosen = contact_seen_by(session, contact.id, asked_by=caller.collaborator)
        on = form.draft(ActionForm.on) or caller.today
        return "" if chosen is None or chosen.is_there(on) else said_of_leaving(caller, chosen, on)


def has_guests(form: ActionForm) -> bool:
    return any(map(bool, (form.draft(ActionForm.colleagues), form.draft(ActionForm.guests), form.about.get("record"))))


class ActionForm(Form, id="action", title=_("Action"), submit=_("Save")):
    relation = Search(_("Relation"), find=find_relations, hint=_("Name, town, e-mail or phone")).reacting()
    type = Choice(_("Type"), among=lambda caller, _form: lines_of(caller, ActionType)).reacting()
    on = Day(_("Date")).reacting()
    all_day = Toggle(_("Hours"), _("All day"))
    until = Day(_("Last day")).reacting().optional().when(all_day)
    starts = Hour(_("From")).reacting().unless(all_day)
    ends = Hour(_("To")).reacting().optional().unless(all_day)
    subject = Text(_("Subject"), max_length=150)
    contact = Choice(_("Contact"), among=contacts_here).reacting().optional().only_if(lambda form: form.has_relation)
    dossier = Search(_("Dossier"), find=find_dossiers).reacting().optional().only_if(lambda form: form.has_relation)
    instead = Says(lambda caller, form: said_of_contact(caller, form))  # noqa: PLW0108 (defined below)
    guests = MultiSearch(_("Contacts who take part"), find=find_people, hint=_("They are invited by e-mail")).reacting()
    colleagues = MultiSearch(_("Colleagues who take part"), find=find_colleagues).reacting()
    place = Text(_("Place"), max_length=300, hint=_("Filled with the relation’s address")).optional()
    points = Text(
        _("To discuss"), max_length=3000, lines=True, hint=_("One point a line; who is invited reads them")
    ).optional()
    representative = Search(_("Representative"), find=find_colleagues, hint=_("Who carries it out")).reacting()
    is_private = Toggle(_("Who sees it"), _("Private: others only see that you are busy")).reacting()
    tell = Radio(_("Invitations"), among=tell_options).only_if(has_guests)
    told = SaysMails(lambda caller, form: said_of_form(caller, form))  # noqa: PLW0108 (defined below)

    @property
    def has_relation(self) -> bool:
        return self.draft(ActionForm.relation) is not None

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


def facts_in(session: Session, form: ActionForm) -> ActionFacts:
    """What the filled form says; what it does not ask stays as the action has it.

    Raises Unfilled while a required field is empty, BookError at a field.
    """
    representative = session.get_one(Collaborator, form.representative.id)
    action_type = session.get_one(ActionType, form.type.id)
    said: dict[str, Any] = {
        "relation_id": referred(form.relation)[0],
        "type_id": form.type.id,
        "subject": form.subject,
        "when": form.when(form.about.get("zone") or representative.zone, timedelta(minutes=action_type.duration_min)),
        "representative_id": representative.id,
        "contact_id": form.contact.id if form.contact else None,
        "place": form.place or "",
        "points": form.points or "",
        "is_private": form.is_private,
        "dossier_id": form.dossier.id if form.dossier else None,
    }
    people = [Participation(collaborator_id=one.id) for one in form.colleagues]
    people += [Participation(contact_id=one.id) for one in form.guests]
    if "record" not in form.about:
        return ActionFacts(**said, participants=tuple(people))
    kept = facts_of(session.get_one(Action, form.about["record"]))
    roles = {(one.collaborator_id, one.contact_id): one.role for one in kept.participants}
    with_roles = (replace(p, role=roles.get((p.collaborator_id, p.contact_id), p.role)) for p in people)
    is_followed_by_default = kept.followed_by_id == kept.representative_id
    followed_by_id = representative.id if is_followed_by_default else kept.followed_by_id
    return replace(kept, **said, participants=tuple(with_roles), followed_by_id=followed_by_id)


def said_of_form(caller: Caller, form: ActionForm) -> str:
    """Who would get which mail if the form were saved as it stands; "" while that cannot be told, or is nobody."""
    # Whatever the subject will be, the same people are told.
    if not has_guests(form) or set(form.problems()) - {ActionForm.subject.name}:
        return ""
    with caller.reading() as session:
        return said_to_guests(session, caller, facts_in(session, form), form.about.get("record"))
