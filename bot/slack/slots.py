"""Finding a moment for several collaborators, and planning an action at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_endings import open_unless_over
from bot.slack.action_filling import blank_form
from bot.slack.action_form import ActionForm
from bot.slack.action_reacting import fill
from bot.slack.action_times import duration_option, duration_options, lasting
from bot.slack.actions import edit_form
from bot.slack.blocks import Json, button, capitalized, context, plain, rich, section, words
from bot.slack.choices import Choice, MultiSearch
from bot.slack.fields import Option, Toggle
from bot.slack.finding import colleague, find_colleagues
from bot.slack.forms import Form
from bot.slack.free_busy import Calendars, ask_calendars, open_ahead
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.seen import seen_action
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.actions import Action, ParticipantRole, When
from store.base import BookError, NotFound
from store.collaborators import Collaborator, active_collaborators
from store.slots import Span, WorkingHours, days_ahead, find_slots
from store.words import words_in

MOST_PEOPLE = 20
USUAL = timedelta(hours=1)


def lengths(caller: Caller, _form: Any) -> Sequence[Option]:
    return duration_options(caller.t, is_all_day=False)


class SlotForm(Form, id="slot", title=_("Find a moment"), submit=_("Find")):
    people = MultiSearch(_("Colleagues"), find=find_colleagues)
    lasts = Choice(_("Duration"), among=lengths)
    beside = Toggle(_("Whole days"), _("Propose days with something for the whole day too")).optional()
    calendars = Calendars()
    """What stands outside the book, once it was asked for."""


def open_slots(interaction: Interaction, text: str = "") -> None:
    """With the colleagues whose names stand in the text."""

    def build(caller: Caller) -> SlotForm:
        open_ahead(caller)
        form = SlotForm()
        form.people = tuple(colleague(one) for one in (caller.collaborator, *_named(caller, text)))
        form.lasts = duration_option(caller.t, USUAL)
        return form

    open_form(interaction, build)


def _named(caller: Caller, text: str) -> Sequence[Collaborator]:
    typed = set(words_in(text))
    with caller.reading() as session:
        others = [one for one in active_collaborators(session) if one.id != caller.collaborator.id]
        return [one for one in others if typed.intersection(words_in(one.name))][: MOST_PEOPLE - 1]


def open_slots_for(interaction: Interaction, action_id: int) -> None:
    """For an action that is to be moved: who takes part in it, and as long as it lasts."""

    def make(_session: Session, caller: Caller, action: Action) -> SlotForm:
        form = SlotForm(record=action.id)
        taking_part = (one.collaborator for one in action.participants if one.role is not ParticipantRole.INFORMED)
        people = [action.owner, *(one for one in taking_part if one is not None)]
        form.people = tuple(colleague(one) for one in people if one.is_active)
        lasts = USUAL if action.when.is_all_day else action.when.ends_at - action.when.starts_at
        form.lasts = duration_option(caller.t, lasts)
        return form

    open_ahead(interaction.caller)
    open_unless_over(interaction, action_id, make)


def ask_mailboxes(caller: Caller, form: SlotForm) -> None:
    """Before anything of the book is held up by it."""
    now, hours = caller.office.now(), WorkingHours.read(caller.office.settings.office.working_hours)
    if len(form.people) <= MOST_PEOPLE:
        form.calendars = ask_calendars(caller, {int(one.value) for one in form.people}, now, now + days_ahead(hours))


def find(session: Session, caller: Caller, form: SlotForm) -> Saved:
    """The moments as a message, each with the button that plans an action then."""
    if len(form.people) > MOST_PEOPLE:
        raise BookError(_("At most {number} colleagues at once."), field="people", number=MOST_PEOPLE)
    people = _present(session, caller, [int(one.value) for one in form.people])
    length = lasting(form.lasts)
    moving = seen_action(session, caller, form.about["record"]) if "record" in form.about else None
    found = find_slots(
        session,
        people,
        length=length,
        hours=WorkingHours.read(caller.office.settings.office.working_hours),
        asked_by=caller.collaborator,
        now=caller.office.now(),
        with_whole_days=bool(form.beside),
        elsewhere=form.calendars.taken,
        moving=moving.when if moving else None,
    )
    title = caller.t(_("Free moments of {names}"), names=caller.t.list(one.name for one in people))
    said = _found(caller, people, found, moving)
    return Saved(
        title, [rich(words(title, bold=True)), *said, context(plain(_by_what(caller, people, form.calendars)))]
    )


def _present(session: Session, caller: Caller, ids: Sequence[int]) -> list[Collaborator]:
    """Whoever asks first: the days are counted where they are. Raises BookError for one who left."""
    rows = [session.get(Collaborator, one) for one in ids]
    people = [one for one in rows if one is not None and one.is_active]
    if len(people) < len(rows):
        raise BookError(_("Somebody of these is no longer here. Choose again."), field="people")
    return sorted(people, key=lambda one: one.id != caller.collaborator.id)


def _found(caller: Caller, people: Sequence[Collaborator], found: Sequence[Span], moving: Action | None) -> list[Json]:
    if not found:
        said = _("No such moment in the next ten working days. Try a shorter one, or fewer colleagues.")
        return [section(plain(caller.t(said)))]
    if moving is None:
        label, action_id, whom = _("Plan"), "slot/plan", ",".join(str(one.id) for one in people)
    else:
        label, action_id, whom = _("Move"), "slot/move", str(moving.id)
    return [
        section(
            plain(_said(caller, people, span)),
            accessory=button(caller.t(label), action_id, f"{span[0].isoformat()}|{span[1].isoformat()}|{whom}"),
        )
        for span in found
    ]


def _by_what(caller: Caller, people: Sequence[Collaborator], calendars: Calendars) -> str:
    """Whose calendars counted, and whose could not be asked."""
    t = caller.t
    asked, unasked = (
        t.list(one.name for one in people if one.id in ids) for ids in (calendars.taken, calendars.unasked)
    )
    said = [t(_("By what stands in Rapport, within the office’s working hours."))]
    if asked:
        said.append(t(_("What stands in the mailbox calendars of {names} counts too."), names=asked))
    if unasked:
        said.append(
            t(_("The mailbox calendars of {names} could not be asked: only Rapport counts for them."), names=unasked)
        )
    return " ".join(said)


def _said(caller: Caller, people: Sequence[Collaborator], span: Span) -> str:
    """In the reader's zone, with the hour of whoever is elsewhere."""
    said = capitalized(caller.t.when(_when(span, caller.collaborator.zone), today=caller.today))
    here = span[0].astimezone(ZoneInfo(caller.collaborator.zone))
    there = [(one, span[0].astimezone(ZoneInfo(one.zone))) for one in people]
    hours = [caller.t.labelled(one.name, caller.t.hour(at)) for one, at in there if at.utcoffset() != here.utcoffset()]
    return " · ".join([said, *hours])


def _when(span: Span, zone: str) -> When:
    begins, ends = (at.astimezone(ZoneInfo(zone)) for at in span)
    return When(begins.date(), begins.time(), ends.date(), ends.time(), zone)


def _plan(interaction: Interaction) -> None:
    """The form of an action, filled with the moment and who was asked for."""
    begins, ends, ids = interaction.value.split("|")
    span = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    wanted = [int(one) for one in ids.split(",")]

    def build(caller: Caller) -> ActionForm:
        form = blank_form(caller)
        with caller.reading() as session:
            people = [one for number in wanted if (one := session.get(Collaborator, number)) and one.is_active]
        if not people:
            raise NotFound
        first = next((one for one in people if one.id == caller.collaborator.id), people[0])
        when = _when(span, first.zone)
        form.representative = colleague(first)
        _put(caller, form, when)
        form.colleagues = tuple(colleague(one) for one in people if one is not first)
        return form

    open_form(interaction, build)


def _move(interaction: Interaction) -> None:
    """The form of the action, filled with the moment."""
    begins, ends, action_id = interaction.value.split("|")
    span = datetime.fromisoformat(begins), datetime.fromisoformat(ends)

    def build(caller: Caller) -> ActionForm:
        form = edit_form(caller, int(action_id))
        _put(caller, form, _when(span, form.about["zone"]))
        return form

    open_form(interaction, build)


def _put(caller: Caller, form: ActionForm, when: When) -> None:
    """As if somebody had typed the day and the hours, so that what follows from them follows."""
    form.values[ActionForm.on.name] = when.starts_on
    fill(caller, form, ActionForm.on)
    form.all_day, form.starts = False, when.starts_time
    fill(caller, form, ActionForm.all_day)
    form.ends = when.ends_time
    fill(caller, form, ActionForm.ends)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("slot", "free"), "fr": ("libre", "créneau"), "nl": ("vrij", "moment")},
            "Bram",
            _("When several of you are free"),
            open_slots,
        )
    )
    serve_form(slack, Serving(SlotForm, save=find, check=ask_mailboxes))
    slack.menu(ACTION_MENU, "moment", _("Find another moment"), open_slots_for, at=40)
    slack.action("slot/plan", _plan)
    slack.action("slot/move", _move)
