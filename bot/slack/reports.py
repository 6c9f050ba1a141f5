"""`/crm report`: costs, clients won, activity, neglected relations, opportunities; shown, and as a file."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.list_files import write_rows
from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.choices import Choice, Search
from bot.slack.fields import Day, Number, Option, Options, Text, Toggle
from bot.slack.files import hand_over_file
from bot.slack.finding import find_colleagues, in_use, line_option
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.report_tables import GROUPS, REPORTS, Bars, ReportTable, table_of, texts_of
from bot.slack.serving import Saved, Serving, serve_form
from bot.texts import _
from store.base import BookError
from store.exporting import Exported, note_export
from store.reports import NAME_LIMIT, CostGroup, Report, Span, Wish, keep_report
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

SHOWN = 50
POINTS_SHOWN = 12
LABEL_LIMIT = 20
SPANS = {
    Span.THIS_MONTH: _("This month"),
    Span.LAST_MONTH: _("Last month"),
    Span.THIS_QUARTER: _("This quarter"),
    Span.LAST_QUARTER: _("Last quarter"),
    Span.THIS_YEAR: _("This year"),
    Span.LAST_YEAR: _("Last year"),
    Span.CHOSEN: _("From one day to another"),
}


def has_period(report: Report) -> bool:
    """Others tell how it stands today."""
    return report not in {Report.NEGLECTED, Report.PIPELINE}


def _reports(caller: Caller, _form: Any = None) -> list[Option]:
    has_opportunities = caller.office.settings.office.opportunities
    offered = [one for one in REPORTS if has_opportunities or one is not Report.PIPELINE]
    return [Option(one.value, caller.t(REPORTS[one])) for one in offered]


def _spans(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in SPANS.items()]


def _groups(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in GROUPS.items()]


def _find_line(kind: type[RelationPriority | RelationStatus], caller: Caller, typed: str, _form: Any = None) -> Options:
    options = [line_option(line, caller) for line in in_use(caller, kind)]
    return Options([one for one in options if fold(typed) in fold(one.label)][:100])


def _report(form: Any) -> Report:
    chosen = form.draft(ReportForm.report)
    return Report(chosen.value) if chosen else Report.COSTS


def _is_of_days(form: Any) -> bool:
    return has_period(_report(form))


def _has_own_days(form: Any) -> bool:
    chosen = form.draft(ReportForm.span)
    return _is_of_days(form) and chosen is not None and chosen.value == Span.CHOSEN.value


def _is_neglected(form: Any) -> bool:
    return _report(form) is Report.NEGLECTED


class ReportForm(Form, id="report", title=_("Reports"), submit=_("Show")):
    report = Choice(_("Which report"), among=_reports).reacting()
    span = Choice(_("Period"), among=_spans).reacting().only_if(_is_of_days)
    first = Day(_("From")).only_if(_has_own_days)
    last = Day(_("Last day")).only_if(_has_own_days)
    group = Choice(_("Added up by"), among=_groups).only_if(lambda form: _report(form) is Report.COSTS)
    who = (
        Search(_("Representative"), find=find_colleagues, hint=_("Empty: everyone"))
        .optional()
        .only_if(lambda form: not _is_neglected(form))
    )
    priority = Search(_("Priority"), find=partial(_find_line, RelationPriority)).optional().only_if(_is_neglected)
    status = Search(_("Status"), find=partial(_find_line, RelationStatus)).optional().only_if(_is_neglected)
    days = Number(_("Days without an action"), least=1, most=3650).only_if(_is_neglected)
    name = Text(_("Keep it under a name"), max_length=NAME_LIMIT, hint=_("Then /crm report and the name")).optional()
    shared = Toggle(_("Colleagues"), _("Run it too, and see what they may see"))


def blank_form(caller: Caller) -> ReportForm:
    """Costs of this month by relation, unless something else is chosen."""
    usual = Wish(Report.COSTS)
    form = ReportForm()
    form.report, form.span, form.group = _reports(caller)[0], _spans(caller)[0], _groups(caller)[0]
    form.days = usual.days
    return form


def wish_in(form: ReportForm) -> Wish:
    """What the form asks for."""
    usual, filled = Wish(_report(form)), form.values
    chosen = (filled[one.name] for one in (ReportForm.who, ReportForm.priority, ReportForm.status))
    who, priority, status = (int(one.value) if one else None for one in chosen)
    return Wish(
        usual.report,
        Span(filled["span"].value) if filled["span"] else usual.span,
        filled["first"],
        filled["last"],
        CostGroup(filled["group"].value) if filled["group"] else usual.group,
        who,
        priority,
        status,
        filled["days"] or usual.days,
    )


def show(session: Session, caller: Caller, form: ReportForm) -> Saved:
    """The answer is the report; what was asked is kept when it was given a name."""
    wish = wish_in(form)
    saved = shown(session, caller, wish)
    if not form.name:
        return saved
    by, now = caller.collaborator, caller.office.now()
    row = keep_report(session, form.name, wish, by=by, is_shared=form.shared, now=now)
    told = context(plain(caller.t(_("Kept: /crm report {name}"), name=row.name)))
    return Saved(saved.text, [*saved.blocks, told])


def shown(session: Session, caller: Caller, wish: Wish) -> Saved:
    """The first rows, the totals above them, and the ways to take all of it along. Raises BookError."""
    if wish.report is Report.PIPELINE and not caller.office.settings.office.opportunities:
        raise BookError(_("Opportunities are switched off in this office. Ask an administrator."))
    table = table_of(session, caller, wish, limit=SHOWN)
    text = caller.t.labelled(table.title, ", ".join([table.about, *table.said]))
    return Saved(text, _blocks(caller, wish, table))


def _blocks(caller: Caller, wish: Wish, table: ReportTable) -> list[Json]:
    t = caller.t
    title = [*words(table.title, bold=True), *words(f" — {table.about}")]
    head = rich(title, *(words(one) for one in table.said))
    if not table.rows:
        return [head, section(plain(t(_("Nothing to tell of that you may see."))))]
    chart = [_chart_block(table.title, table.bars)] if table.bars and len(table.bars.values) > 1 else []
    more = table.number - len(table.rows)
    rest = [context(plain(t(_("{number} more: take the whole as a file."), number=t.number(more))))] if more else []
    kept = json.dumps(wish.dumped())
    ways = actions(
        button(t(_("As an Excel file")), "report/xlsx", kept), button(t(_("As a text file (CSV)")), "report/csv", kept)
    )
    return [head, *chart, _table_block(caller, table), *rest, ways]


def _table_block(caller: Caller, table: ReportTable) -> Json:
    rows = [table.columns, *(texts_of(row, caller.t) for row in table.rows)]
    cells = [[{"type": "raw_text", "text": plain(text)["text"]} for text in row] for row in rows]
    return {"type": "data_table", "caption": table.title, "rows": cells, "page_size": 10}


def _chart_block(title: str, bars: Bars) -> Json:
    """https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block: short labels, each of its own."""
    points: dict[str, Decimal | int] = {}
    for label, value in bars.values:
        short = plain(label, LABEL_LIMIT)["text"]
        if short not in points and len(points) < POINTS_SHOWN:
            points[short] = value
    data = [{"label": label, "value": float(value)} for label, value in points.items()]
    series = [{"name": plain(bars.unit, LABEL_LIMIT)["text"], "data": data}]
    chart = {"type": "bar", "series": series, "axis_config": {"categories": list(points), "y_label": bars.unit}}
    return {"type": "data_visualization", "title": plain(title, 50)["text"], "chart": chart}


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
        rows = (texts_of(row, t, is_file=True) for row in table.rows)
        written = write_rows(path, t, table.columns, rows, file_format=file_format)
        name = f"{table.title} {caller.today.isoformat()}.{file_format}"
        hand_over_file(interaction, path, name=name, says=t.n("{number} line.", "{number} lines.", written))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ReportForm, save=show))
    slack.action("report/xlsx", partial(_take_along, file_format="xlsx"))
    slack.action("report/csv", partial(_take_along, file_format="csv"))
