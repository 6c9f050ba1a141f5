"""Posting a kept report in a channel by the clock: its form, and the lines that pause, resume and stop it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from babel.dates import get_day_names
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.office import Caller, Office
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json
from bot.slack.channel_readers import has_guests
from bot.slack.choices import Choice, Says
from bot.slack.fields import Field, Hour, Number, Option
from bot.slack.forms import WHOM, Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import Menu
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import Texts, _
from store.base import BookError, NotFound
from store.reports import (
    Pace,
    ReportSchedule,
    Timing,
    kept_seen_by,
    pause_schedule,
    resume_schedule,
    schedule_of,
    schedule_report,
    stop_schedule,
)

KEPT_REPORT_MENU = Menu("kept_report")
USUAL_HOUR = time(8)
PACES = {
    Pace.DAILY: _("Every day"),
    Pace.WORKDAYS: _("Every working day"),
    Pace.WEEKLY: _("Every week"),
    Pace.MONTHLY: _("Every month"),
}
SHARED_CHANNEL = _("This channel is shared with people outside the office: choose one of the office alone.")
NOT_THERE = _("Rapport is not in this channel. Type /invite @Rapport in it, then save again.")


class Channel(Field[str]):
    """A channel of the office; the value is Slack's id."""

    def element(self, value: Any, caller: Caller, group: Any) -> Json:
        kinds = {"include": ["public", "private"], "exclude_external_shared_channels": True}
        start = {"initial_conversation": value} if value else {}
        return {"type": "conversations_select", "filter": kinds, **start}

    def read(self, state: Json) -> str | None:
        return state.get("selected_conversation")


def _paces(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in PACES.items()]


def _weekdays(caller: Caller, _form: Any = None) -> list[Option]:
    names = get_day_names("wide", context="stand-alone", locale=caller.t.locale)
    return [Option(str(number), names[number].capitalize()) for number in range(7)]


def _is(pace: Pace) -> Any:
    return lambda form: (chosen := form.draft(ScheduleForm.pace)) is not None and chosen.value == pace.value


def _what_they_see(caller: Caller, _form: Any) -> str:
    return caller.t(
        _(
            "Everybody in the channel reads it. It is computed with your rights at that moment; "
            "what is private, yours too, is left out."
        )
    )


class ScheduleForm(Form, id="report_schedule", title=_("Post in a channel"), submit=_("Schedule")):
    channel = Channel(_("Channel"), hint=_("Rapport must be in it, and nobody of another organisation"))
    pace = Choice(_("How often"), among=_paces).reacting()
    weekday = Choice(_("Day of the week"), among=_weekdays).only_if(_is(Pace.WEEKLY))
    month_day = Number(
        _("Day of the month"), least=1, most=31, hint=_("Of a shorter month it is the last day")
    ).only_if(_is(Pace.MONTHLY))
    at = Hour(_("At"))
    sees = Says(_what_they_see)


def schedule_form(caller: Caller, kept_id: int) -> ScheduleForm:
    """As it is scheduled, else every Monday at eight. Raises NotFound for a report that they may not see."""
    with caller.reading() as session:
        kept = kept_seen_by(session, kept_id, asked_by=caller.collaborator)
        if kept is None or kept.owner_id != caller.collaborator.id:
            raise NotFound
        row = schedule_of(session, kept_id)
        form = ScheduleForm(record=kept_id, version=row.version if row else None, **{WHOM: kept.name})
        timing = row.timing if row else Timing(Pace.WEEKLY, at=USUAL_HOUR, weekday=0)
        form.channel = row.channel_id if row and row.stopped_at is None else None  # type: ignore[assignment]
    form.pace = Option(timing.pace.value, caller.t(PACES[timing.pace]))
    form.weekday = _weekdays(caller)[timing.weekday or 0]
    form.month_day, form.at = timing.month_day or 1, timing.at
    return form


def _save(session: Session, caller: Caller, form: ScheduleForm) -> Saved:
    pace = Pace(form.pace.value)
    timing = Timing(
        pace,
        form.at,
        int(form.weekday.value) if pace is Pace.WEEKLY and form.weekday else None,
        form.month_day if pace is Pace.MONTHLY else None,
    )
    row = schedule_report(
        session, form.about["record"], timing, form.channel, by=caller.collaborator,
        version=form.about.get("version"), now=caller.office.now(),
    )  # fmt: skip
    return Saved(_said(caller, row, _("“{name}” is posted in the channel: {when}. Next: {next}.")))


def _check(caller: Caller, form: ScheduleForm) -> None:
    require_postable(caller.office, form.channel)


def require_postable(office: Office, channel_id: str) -> None:
    """Raises BookError at `channel` where Rapport is not, and where other organisations read along."""
    try:
        channel = office.slack.conversations_info(channel=channel_id)["channel"]
        is_read_outside = is_shared(channel) or has_guests(office.slack, channel_id)
    except SlackApiError as error:
        raise BookError(NOT_THERE, field="channel") from error
    except (SlackClientError, OSError) as error:
        raise BookError(_("Slack does not answer. Please try again in a minute."), field="channel") from error
    if is_read_outside:
        raise BookError(SHARED_CHANNEL, field="channel")
    if not channel.get("is_member") or channel.get("is_archived"):
        raise BookError(NOT_THERE, field="channel")


def is_shared(channel: Mapping[str, Any]) -> bool:
    """With another organisation, now or soon: https://docs.slack.dev/reference/objects/conversation-object"""
    return any(channel.get(mark) for mark in ("is_ext_shared", "is_pending_ext_shared", "is_org_shared"))


def said_timing(t: Texts, timing: Timing) -> str:
    """ "every Monday at 8:00"."""
    at = t.hour(datetime.combine(date.min, timing.at))
    if timing.pace is Pace.WEEKLY:
        names = get_day_names("wide", context="format", locale=t.locale)
        return t(_("every {weekday} at {hour}"), weekday=names[timing.weekday or 0], hour=at)
    if timing.pace is Pace.MONTHLY:
        if timing.month_day == 31:
            return t(_("on the last day of every month at {hour}"), hour=at)
        return t(_("on day {day} of every month at {hour}"), day=timing.month_day, hour=at)
    return t(_("every working day at {hour}") if timing.pace is Pace.WORKDAYS else _("every day at {hour}"), hour=at)


def _said(caller: Caller, row: ReportSchedule, text: str) -> str:
    zone, now = row.kept.owner.zone, caller.office.now()
    coming = caller.t.moment(row.next_due(now), zone=zone, today=caller.today)
    return caller.t(text, name=row.kept.name, when=said_timing(caller.t, row.timing), next=coming)


def _pause(session: Session, caller: Caller, kept_id: int) -> Saved:
    row = pause_schedule(session, kept_id, by=caller.collaborator, now=caller.office.now())
    return Saved(_said(caller, row, _("“{name}” is not posted until you resume it.")))


def _resume(session: Session, caller: Caller, kept_id: int) -> Saved:
    row = resume_schedule(session, kept_id, by=caller.collaborator, now=caller.office.now())
    return Saved(_said(caller, row, _("“{name}” is posted again: {when}. Next: {next}.")))


def _stop(session: Session, caller: Caller, kept_id: int) -> Saved:
    row = stop_schedule(session, kept_id, by=caller.collaborator, now=caller.office.now())
    return Saved(_said(caller, row, _("“{name}” is no longer posted in the channel. The report itself is kept.")))


def _open(interaction: Interaction, kept_id: int) -> None:
    open_form(interaction, lambda caller: schedule_form(caller, kept_id))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ScheduleForm, save=_save, check=_check))
    slack.menu(KEPT_REPORT_MENU, "schedule", _("Post in a channel…"), _open, at=30)
    pause = change_at_once(slack, "report_schedule/pause", _pause, undo=_resume)
    slack.menu(KEPT_REPORT_MENU, "pause", _("Pause posting"), pause, at=40)
    resume = change_at_once(slack, "report_schedule/resume", _resume, undo=_pause)
    slack.menu(KEPT_REPORT_MENU, "resume", _("Resume posting"), resume, at=40)
    stop = change_at_once(slack, "report_schedule/stop", _stop, undo=_resume)
    slack.menu(KEPT_REPORT_MENU, "stop", _("Stop posting"), stop, at=50)
    slack.action("report_schedule/open", lambda interaction: _open(interaction, int(interaction.value)))
