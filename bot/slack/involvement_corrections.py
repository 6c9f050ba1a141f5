"""The form that corrects what was entered wrongly about who is on a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Says
from bot.slack.finding import colleague
from bot.slack.forms import Form
from bot.slack.involvement_fields import CorrectedLine, PeriodLines, category_label, percentage
from bot.slack.involvement_files import key_of, seen_file
from bot.slack.involvement_forms import HIDDEN, ever_in, hidden_in, percent_said, said_with_undo, seen_versions
from bot.slack.serving import Saved
from bot.texts import _
from store.base import BookError, NotFound
from store.involvements import Involvement, Period, correct_category, involvement_seen_by

MOST_PERIODS = 15


def _says_of_correction(caller: Caller, form: Any) -> str:
    label = category_label(caller, form.about["category"])
    return caller.t(
        _("{category}: for typing errors. The periods below are rewritten, also in the past."), category=label
    )


class CorrectForm(Form, id="involvement_periods", title=_("Correct a mistake"), submit=_("Save")):
    says = Says(_says_of_correction)
    periods = PeriodLines()


def correct_form(caller: Caller, involvement_id: int) -> CorrectForm:
    """The periods of that involvement's category on its file, the last ones when there are many. Raises NotFound."""
    with caller.reading() as session:
        asked = involvement_seen_by(session, involvement_id, asked_by=caller.collaborator)
        if asked is None:
            raise NotFound
        ever = ever_in(session, caller, asked.file)
        rows = [row for row in ever if row.category_id == asked.category_id]
        file = asked.file
        if hidden_in(session, caller, file.relation.id, rows):
            raise BookError(HIDDEN)
    shown = sorted(rows, key=lambda row: (row.since_on, row.id))[-MOST_PERIODS:]
    form = CorrectForm(
        record=involvement_id,
        file=key_of(file),
        category=asked.category_id,
        carries=asked.category.carries_commission,
        rows={str(row.id): row.version for row in ever},
        shown=[row.id for row in shown],
    )
    form.periods = [_period_line(row) for row in shown]
    return form


def _period_line(row: Involvement) -> CorrectedLine:
    line = CorrectedLine()
    line.key = str(row.id)
    line.values |= {
        "who": colleague(row.collaborator),
        "since": row.since_on,
        "until": row.until_on,
        "percent": percent_said(row),
        "is_main": row.is_main,
    }
    return line


def save_correction(session: Session, caller: Caller, form: CorrectForm) -> Saved:
    about = form.about
    file = seen_file(session, caller, about["file"])
    ever = ever_in(session, caller, file)
    others = [row for row in ever if row.category_id == about["category"] and row.id not in about["shown"]]
    try:
        change = correct_category(
            session,
            file.relation.id,
            about["category"],
            dossier_id=file.dossier_id,
            by=caller.collaborator,
            periods=[*(_as_it_is(row) for row in others), *(_period(line) for line in form.periods if line.who)],
            now=caller.office.now(),
            seen=seen_versions(form),
        )
    except BookError as error:
        error.field = "periods" if error.field else None
        raise
    return said_with_undo(session, caller, file, change, caller.t(_("Corrected.")))


def _as_it_is(row: Involvement) -> Period:
    return Period(row.id, row.collaborator_id, row.since_on, row.until_on, row.commission, row.is_main)


def _period(line: CorrectedLine) -> Period:
    assert line.who is not None, "lines without anybody are left out"
    row_id = int(line.key) if line.key else None
    return Period(row_id, line.who.id, line.since, line.until, percentage(line.percent), line.is_main)
