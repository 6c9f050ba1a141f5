"""A report's table as a value: its columns, what stands in them, and the few figures to say first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.slack.charts import Bars
from bot.slack.report_columns import REPORTS, column_labels, shown_columns
from bot.texts import Texts
from store.reports import Wish


@dataclass(frozen=True, slots=True)
class Amount:
    """Shown with its currency's sign; a file has the bare number, and the currency in a column of its own."""

    value: Decimal
    currency: str


Cell = str | int | Decimal | date | Amount
Row = Mapping[str, Cell]
"""What stands in a line, by the key of its column."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`number` rows there are; `rows` may be the first of them. `said` are sentences with the totals."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    number: int
    said: Sequence[str] = ()
    bars: Bars | None = None


def made_table(
    t: Texts,
    wish: Wish,
    *,
    about: str,
    rows: Sequence[Row],
    number: int | None = None,
    said: Sequence[str] = (),
    bars: Bars | None = None,
    called: Mapping[str, str] | None = None,
) -> ReportTable:
    """With the columns that the wish chooses. `number` None: as many as there are rows.

    `called` are labels that follow from the wish, by key.
    """
    labels = column_labels(t, wish.report) | dict(called or {})
    keys = shown_columns(wish.report, wish.columns)
    cells = [[row[key] for key in keys] for row in rows]
    columns, title = [labels[key] for key in keys], t(REPORTS[wish.report])
    return ReportTable(title, about, columns, cells, len(rows) if number is None else number, said, bars)


def bare(row: Sequence[Cell]) -> list[str | int | Decimal | date]:
    """For a file: amounts are numbers there."""
    return [cell.value if isinstance(cell, Amount) else cell for cell in row]


def texts_of(row: Sequence[Cell], t: Texts) -> list[str]:
    """As the reader writes numbers and days."""

    def text(cell: Cell) -> str:
        if isinstance(cell, date):
            return t.in_figures(cell)
        if isinstance(cell, Amount):
            return t.money(cell.value, cell.currency)
        return t.number(cell) if isinstance(cell, Decimal) else str(cell)

    return [text(cell) for cell in row]
