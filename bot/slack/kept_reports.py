"""Reports kept under a name: `/crm report costs` runs one again, `/crm report list` shows them all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import Menu
from bot.slack.report_tables import REPORTS
from bot.slack.reports import SPANS, blank_form, has_period, shown
from bot.slack.serving import Saved, open_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError, NotFound
from store.reports import KeptReport, forget_report, kept_named, kept_reports, kept_seen_by, recall_report

LIST = {"list", "liste", "lijst"}
LISTED = 40
KEPT_REPORT_MENU = Menu("kept_report")


def open_or_run(interaction: Interaction, text: str) -> None:
    """`/crm report` opens the form, a name behind it runs what is kept under it. Raises BookError for another name."""
    if not text:
        open_form(interaction, blank_form)
        return
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        if text.casefold() in LIST:
            blocks = list_blocks(caller, kept_reports(session, asked_by=caller.collaborator))
            saved = Saved(caller.t(_("Kept reports")), blocks)
        else:
            row = kept_named(session, text, asked_by=caller.collaborator)
            if row is None:
                raise BookError(_("No report is kept under “{name}”. Try /crm report list."), name=text)
            saved = shown(session, caller, row.wish)
    interaction.say(saved.text, saved.blocks)


def list_blocks(caller: Caller, found: Sequence[KeptReport]) -> list[Json]:
    """One's own first, each with its ⋮."""
    t = caller.t
    head = rich(words(t(_("Kept reports")), bold=True))
    if not found:
        return [head, section(plain(t(_("None yet. Give a report a name in /crm report, and it is kept here."))))]
    rows = [section(plain(_line(caller, row)), accessory=_menu(caller, row)) for row in found[:LISTED]]
    more = [section(plain(t(_("{number} more"), number=t.number(len(found) - LISTED))))] if len(found) > LISTED else []
    return [head, *rows, *more]


def _menu(caller: Caller, row: KeptReport) -> Json:
    is_theirs = row.owner_id == caller.collaborator.id or caller.collaborator.is_admin
    return KEPT_REPORT_MENU.element(caller, row.id, without=() if is_theirs else {"delete"})


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
    forget = change_at_once(slack, "kept_report/delete", _forget, undo=_recall)
    slack.menu(KEPT_REPORT_MENU, "delete", _("Delete"), forget, at=20)
