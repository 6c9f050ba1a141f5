"""An opportunity on one printed page: whose it is, how it stands, what is to be sold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

import font_roboto
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.texts import Texts, _
from store.opportunities import Opportunity, OpportunityState

FONT = "Roboto"
MARGIN_MM, LINE_MM, FOOT_MM = 18.0, 6.0, 14.0
LABEL_MM = 46.0
NOTE_LINES = 2
"""Kept free for a note below however many items."""
COLUMNS = (0.52, 0.12, 0.18, 0.18)
"""Parts of the width: item, quantity, price, amount."""
ON_LETTER_PAPER = {"CA", "US"}
STATES = {
    OpportunityState.OPEN: _("In progress"),
    OpportunityState.WON: _("Won"),
    OpportunityState.LOST: _("Lost"),
    OpportunityState.ABANDONED: _("Abandoned"),
}


def print_opportunity(one: Opportunity, t: Texts, *, office: str, moved: int, printed_at: datetime) -> bytes:
    """A PDF of one page, A4 or Letter as the reader's country has it. `moved`: how often its closing day was.

    Many items stand closer together. What does not fit is cut: long names at the end of their line, the note at the
    foot of the page.
    """
    page = _Page(t, printed_at)
    page.title(one.dossier.name, f"{one.dossier.reference} · {office} · {t.in_figures(printed_at.date())}")
    for label, said in _facts(one, t, moved):
        page.fact(t(label), said)
    if one.lines:
        page.items(_rows(one, t), total=t.money(one.total, one.currency), has_note=bool(one.dossier.note))
    if one.dossier.note:
        page.note(t(_("Note")), one.dossier.note)
    return bytes(page.pdf.output())


def _facts(one: Opportunity, t: Texts, moved: int) -> list[tuple[str, str]]:
    relation, contact = one.dossier.relation, one.contact
    closes = _figures(t, one.closes_on)
    if closes and moved:
        closes = f"{closes} ({t.n('moved {number} time', 'moved {number} times', moved)})"
    chance = "" if one.state is not OpportunityState.OPEN else t.percent(one.probability)
    state = t(STATES[one.state])
    reason = f" ({one.reason.label(t.language)})" if one.reason else ""
    facts = (
        (_("Relation"), relation.name if relation else ""),
        (_("Contact"), contact.person.name if contact else ""),
        (_("Followed by"), one.owner.name),
        (_("Opportunity type"), one.type.label(t.language)),
        (_("Status"), f"{state}{reason} {_figures(t, one.ended_on)}".strip()),
        (_("Stage"), one.stage.label(t.language)),
        (_("Probability"), chance),
        (_("Budget"), t.money(one.budget, one.currency) if one.budget is not None else ""),
        (_("Opened on"), _figures(t, one.opened_on)),
        (_("Estimated closing date"), closes),
    )
    return [(label, said) for label, said in facts if said]


def _figures(t: Texts, on: date | None) -> str:
    return t.in_figures(on) if on else ""


def _rows(one: Opportunity, t: Texts) -> list[tuple[str, str, str, str]]:
    return [
        (
            line.product.label if line.product else line.text,
            t.number(line.quantity.normalize()),
            t.money(line.price, one.currency),
            t.money(line.amount, one.currency),
        )
        for line in one.lines
    ]


class _Page:
    def __init__(self, t: Texts, printed_at: datetime) -> None:
        self.t = t
        self.pdf = FPDF(format="Letter" if t.locale.territory in ON_LETTER_PAPER else "A4")
        self.pdf.set_creation_date(printed_at)
        self.pdf.set_margin(MARGIN_MM)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font(FONT, "", font_roboto.font_files["Roboto"])
        self.pdf.add_font(FONT, "B", font_roboto.font_files["RobotoBold"])
        self.pdf.add_page()

    def title(self, name: str, below: str) -> None:
        self._font(17, bold=True)
        self._line(name, height=9)
        self._font(9)
        self._line(below)
        self.pdf.ln(LINE_MM)
        self._font(10.5)

    def fact(self, label: str, said: str) -> None:
        self._font(10.5, bold=True)
        self.pdf.cell(LABEL_MM, LINE_MM, self._fitting(label, LABEL_MM))
        self._font(10.5)
        self._line(said, width=self.pdf.epw - LABEL_MM)

    def items(self, rows: Sequence[tuple[str, str, str, str]], *, total: str, has_note: bool) -> None:
        t = self.t
        self.pdf.ln(LINE_MM)
        room = self._room() - (NOTE_LINES + 2) * LINE_MM * has_note
        height = min(LINE_MM, room / (len(rows) + 2))
        size = 10 * height / LINE_MM
        self._font(size, bold=True)
        self._row((t(_("Item")), t(_("Quantity")), t(_("Price of one")), t(_("Amount"))), height, border="B")
        self._font(size)
        for row in rows:
            self._row(row, height)
        self._font(size, bold=True)
        self._row((t(_("Total")), "", "", total), height, border="T")

    def note(self, label: str, text: str) -> None:
        self.pdf.ln(LINE_MM)
        self._font(10.5, bold=True)
        self._line(label)
        self._font(10.5)
        lines = cast("list[str]", self.pdf.multi_cell(0, LINE_MM, text, dry_run=True, output="LINES", align="L"))
        room = int(self._room() / LINE_MM)
        shown = lines if len(lines) <= room else [*lines[: room - 1], "…"]
        for line in shown if room > 0 else []:
            self._line(line)

    def _room(self) -> float:
        """What is left above the foot of the page, in millimetres."""
        return float(self.pdf.h - FOOT_MM - self.pdf.get_y())

    def _row(self, cells: Sequence[str], height: float, *, border: str = "") -> None:
        for number, (cell, part) in enumerate(zip(cells, COLUMNS, strict=True)):
            width = self.pdf.epw * part
            is_last = number == len(cells) - 1
            self.pdf.cell(
                width,
                height,
                self._fitting(cell, width),
                border=border,
                align="R" if number else "L",
                new_x=XPos.LMARGIN if is_last else XPos.RIGHT,
                new_y=YPos.NEXT if is_last else YPos.TOP,
            )

    def _line(self, text: str, *, width: float = 0, height: float = LINE_MM) -> None:
        text = self._fitting(text, width or self.pdf.epw)
        self.pdf.cell(width, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _fitting(self, text: str, width: float) -> str:
        """Cut to the width in millimetres, with an ellipsis."""
        room = width - 2 * self.pdf.c_margin
        if self.pdf.get_string_width(text) <= room:
            return text
        while text and self.pdf.get_string_width(f"{text}…") > room:
            text = text[:-1]
        return f"{text}…"

    def _font(self, size: float, *, bold: bool = False) -> None:
        self.pdf.set_font(FONT, "B" if bold else "", size)
