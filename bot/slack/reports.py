"""A report in Slack: shown as a chart and a table, and handed over as a file."""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.list_files import write_rows
from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, filled, plain, rich, words
from bot.slack.charts import chart_block
from bot.slack.fields import Field
from bot.slack.files import hand_over_file
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.report_form import ReportForm, form_of, wish_in
from bot.slack.report_table import ReportTable, bare, texts_of
from bot.slack.report_tables import table_of
from bot.slack.serving import Saved, Serving, serve_form
from bot.texts import _
from store.base import BookError, NotFound
from store.exporting import Exported, note_export
from store.reports import KeptReport, Report, Wish, edit_report, keep_report, kept_seen_by, schedule_of

SHOWN = 50


def show(session: Session, caller: Caller, form: ReportForm) -> Saved:
    """The answer is the report; what was asked is kept when it was given a name."""
    wish = wish_in(form)
    saved = shown(session, caller, wish)
    kept_id = form.about.get("record")
    if not form.name and not kept_id:
        return saved
    told: dict[str, Any] = {"by": caller.collaborator, "is_shared": form.shared, "now": caller.office.now()}
    if kept_id:
        row = edit_report(session, kept_id, form.name or "", wish, version=form.about.get("version"), **told)
    else:
        row = keep_report(session, form.name or "", wish, **told)
        _require_unposted(session, row)
    said = _("Kept: /crm report {name} shows it. /crm report list shows all, and posts one in a channel.")
    kept = context(plain(caller.t(said, name=row.name)))
    return Saved(saved.text, [*saved.blocks, kept])


def _require_unposted(session: Session, row: KeptReport) -> None:
    """Raises BookError where a channel would be told something else from now on, unasked."""
    posted = schedule_of(session, row.id)
    if posted is not None and posted.stopped_at is None:
        text = _("A channel gets “{name}”: change it where your kept reports are listed, or choose another name.")
        raise BookError(text, field="name", name=row.name)


def shown(session: Session, caller: Caller, wish: Wish) -> Saved:
    """The first rows, the totals above them, and the ways to take all of it along. Raises BookError."""
    if wish.report is Report.PIPELINE and not caller.office.settings.office.opportunities:
        raise BookError(_("Opportunities are switched off in this office. Ask an administrator."))
    table = table_of(session, caller, wish, limit=SHOWN)
    said = ", ".join(one for one in (table.about, *table.said) if one)
    text = caller.t.labelled(table.title, said) if said else table.title
    return Saved(text, _blocks(caller, wish, table))


def _blocks(caller: Caller, wish: Wish, table: ReportTable) -> list[Json]:
    t = caller.t
    title = [*words(table.title, bold=True), *(words(f" — {table.about}") if table.about else [])]
    head = rich(title, *(words(one) for one in table.said))
    if not table.rows:
        none = _("Nothing here that you may see. `/crm report` asks again, for other days or filters.")
        return [head, rich(filled(t(none)))]
    chart = [chart_block(table.title, table.bars)] if table.bars and len(table.bars.values) > 1 else []
    more = table.number - len(table.rows)
    rest = [context(plain(t(_("{number} more: take the whole as a file."), number=t.number(more))))] if more else []
    kept = json.dumps(wish.dumped(), ensure_ascii=False)  # a button holds 2000 characters
    ways = actions(
        button(t(_("As an Excel file")), "report/xlsx", kept), button(t(_("As a text file (CSV)")), "report/csv", kept)
    )
    return [head, *chart, _table_block(caller, table), *rest, ways]


def _table_block(caller: Caller, table: ReportTable) -> Json:
    rows = [table.columns, *(texts_of(row, caller.t) for row in table.rows)]
    cells = [[{"type": "raw_text", "text": plain(text)["text"]} for text in row] for row in rows]
    return {"type": "data_table", "caption": table.title, "rows": cells, "page_size": 10}


def _take_along(interaction: Interaction, file_format: str) -> None:
    """The whole of it, as it stands now, under the rights of whoever presses; written in the trail as every export."""
    interaction.ack()
    caller, wish = interaction.caller, Wish.loaded(json.loads(interaction.value))
    t, now = caller.t, caller.office.now()
    with interaction.writing() as session:
        note_export(
            session, by=caller.collaborator, now=now, what=Exported.REPORTS, file_format=file_format, is_own_only=False
        )
    with caller.reading() as session:
        table = table_of(session, caller, wish)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report")
        written = write_rows(path, t, table.columns, map(bare, table.rows), file_format=file_format)
        name = f"{table.title} {caller.today.isoformat()}.{file_format}"
        hand_over_file(interaction, path, name=name, says=t.n("{number} line.", "{number} lines.", written))


def _chosen(_caller: Caller, form: ReportForm, changed: Field[Any]) -> None:
    """Another report has other columns."""
    if changed is ReportForm.report:
        form.fill(ReportForm.columns, ())
        form.fill(ReportForm.counted, None)


def fresh_form(caller: Caller, kept_id: int) -> ReportForm:
    """The form of a kept report as it stands now. Raises NotFound."""
    with caller.reading() as session:
        row = kept_seen_by(session, kept_id, asked_by=caller.collaborator)
        if row is None:
            raise NotFound
        return form_of(caller, row)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ReportForm, save=show, chosen=_chosen, fresh=fresh_form))
    slack.action("report/xlsx", partial(_take_along, file_format="xlsx"))
    slack.action("report/csv", partial(_take_along, file_format="csv"))
