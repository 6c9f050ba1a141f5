"""Reports kept under a name: `/crm report costs` runs one again, `/crm report list` shows them all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, context, mrkdwn, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.report_columns import REPORTS
from bot.slack.report_form import SPANS, blank_form, has_period
from bot.slack.report_schedule import KEPT_REPORT_MENU, said_timing
from bot.slack.reports import fresh_form, shown
from bot.slack.serving import Saved, open_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError, NotFound
from store.reports import (
    KeptReport,
    ReportSchedule,
    forget_report,
    kept_named,
    kept_reports,
    kept_seen_by,
    recall_report,
    schedules_of,
)

LIST = {"list", "liste", "lijst"}
LISTED = 40


def open_or_run(interaction: Interaction, text: str) -> None:
    """`/crm report` opens the form, a name behind it runs what is kept under it. Raises BookError for another name."""
    if not text:
        open_form(interaction, blank_form)
        return
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        if text.casefold() in LIST:
            saved = Saved(caller.t(_("Kept reports")), list_blocks(session, caller))
        else:
            row = kept_named(session, text, asked_by=caller.collaborator)
            if row is None:
                raise BookError(_("No report is kept under “{name}”. Try /crm report list."), name=text)
            saved = shown(session, caller, row.wish)
    interaction.say(saved.text, saved.blocks)


def list_blocks(session: Session, caller: Caller) -> list[Json]:
    """One's own first, each with where it is posted and its ⋮."""
    t, found = caller.t, kept_reports(session, asked_by=caller.collaborator)
    head = rich(words(t(_("Kept reports")), bold=True))
    if not found:
        return [head, section(plain(t(_("None yet. Give a report a name in /crm report, and it is kept here."))))]
    posted = schedules_of(session, [row.id for row in found])
    rows = [block for row in found[:LISTED] for block in _row(caller, row, posted.get(row.id))]
    more = [section(plain(t(_("{number} more"), number=t.number(len(found) - LISTED))))] if len(found) > LISTED else []
    return [head, *rows, *more]


def _row(caller: Caller, row: KeptReport, posted: ReportSchedule | None) -> list[Json]:
    said = section(plain(_line(caller, row)), accessory=_menu(caller, row, posted))
    return [said, context(mrkdwn(_posted(caller, posted)))] if posted else [said]


def _menu(caller: Caller, row: KeptReport, posted: ReportSchedule | None) -> Json:
    is_own = row.owner_id == caller.collaborator.id
    without = set() if is_own else {"edit", "schedule"}
    if not (is_own or caller.collaborator.is_admin):
        without |= {"delete", "pause", "resume", "stop"}
    if posted is None:
        without |= {"pause", "resume", "stop"}
    else:
        without.add("resume" if posted.paused_at is None else "pause")
    return KEPT_REPORT_MENU.element(caller, row.id, without=without)


def _posted(caller: Caller, posted: ReportSchedule) -> str:
    """Where and when; of our own words alone, for Slack shows the channel's name."""
    t, zone = caller.t, posted.kept.owner.zone
    said = [f"<#{posted.channel_id}>", said_timing(t, posted.timing)]
    if posted.paused_at is not None:
        said.append(t(_("paused")))
    else:
        coming = t.moment(posted.next_due(caller.office.now()), zone=zone, today=caller.today)
        said.append(t(_("next: {moment}"), moment=coming))
    if posted.posted_at is not None:
        last = t.moment(posted.posted_at, zone=zone, today=caller.today)
        said.append(t(_("last posted: {moment}"), moment=last))
    return " · ".join(said)


def _line(caller: Caller, row: KeptReport) -> str:
    t, wish = caller.t, row.wish
    about = [t(REPORTS[wish.report]), *([t(SPANS[wish.span])] if has_period(wish.report) else [])]
    if row.owner_id != caller.collaborator.id:
        about.append(t(_("shared by {name}"), name=row.owner.name))
    elif row.is_shared:
        about.append(t(_("shared with the office")))
    return t.labelled(row.name, " · ".join(about))


def _run(interaction: Interaction, kept_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        row = kept_seen_by(session, kept_id, asked_by=caller.collaborator)
        if row is None:
            raise NotFound
        saved = shown(session, caller, row.wish)
    interaction.say(saved.text, saved.blocks)


def _edit(interaction: Interaction, kept_id: int) -> None:
    open_form(interaction, lambda caller: fresh_form(caller, kept_id))


def _forget(session: Session, caller: Caller, kept_id: int) -> Saved:
    row = forget_report(session, kept_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("“{name}” is no longer kept."), name=row.name))


def _recall(session: Session, caller: Caller, kept_id: int) -> Saved:
    row = recall_report(session, kept_id, by=caller.collaborator)
    return Saved(caller.t(_("“{name}” is kept again."), name=row.name))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("report", "reports"), "fr": ("rapport", "rapports"), "nl": ("rapport", "rapporten")},
            "",
            _("Costs, clients won, activity, neglected relations: counted, and as a file"),
            open_or_run,
        )
    )
    slack.menu(KEPT_REPORT_MENU, "run", _("Show"), _run, at=10)
    slack.menu(KEPT_REPORT_MENU, "edit", _("Edit"), _edit, at=20)
    forget = change_at_once(slack, "kept_report/delete", _forget, undo=_recall)
    slack.menu(KEPT_REPORT_MENU, "delete", _("Delete"), forget, at=60)
