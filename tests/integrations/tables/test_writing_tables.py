"""What is written opens in a spreadsheet, runs nothing there, and reads back as it was."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from integrations.tables.formulas import as_meant, neutralised
from integrations.tables.reading import open_table
from integrations.tables.vcard_writing import VCard, write_vcards
from integrations.tables.writing import write_csv, write_xlsx

ATTACKS = ["=1+2", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "'=1"]


@pytest.mark.parametrize("text", ATTACKS)
def test_a_formula_in_a_csv_is_made_harmless_and_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "a.csv", ["name"], [[text]], delimiter=";")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";"))[1][0].startswith("'")
    assert as_meant(neutralised(text)) == text


@pytest.mark.parametrize("text", ["+32 470 12 34 56", "+32 (0)2 123.45.67", "-12,5", "Dupont", "a=b", "l'été"])
def test_phone_numbers_and_plain_texts_are_left_alone(text: str) -> None:
    assert neutralised(text) == text


@given(st.text())
def test_no_text_is_left_that_a_spreadsheet_would_run_and_none_is_lost(text: str) -> None:
    safe = neutralised(text)
    assert as_meant(safe) == text
    assert safe[:1] not in set("=@\t\r")
    assert safe[:1] not in {"+", "-"} or not any(sign.isalpha() or sign in "|!=@" for sign in safe)


@pytest.mark.parametrize("text", [*ATTACKS, "+32 470 12 34 56", "0470", "a\x0bb"])
def test_a_sheets_cells_are_all_texts(tmp_path: Path, text: str) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["name"], [[text]])
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value.replace("_x000D_", "\r") == text.replace("\x0b", "")


def test_numbers_and_days_of_a_sheet_are_such(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["number", "amount", "day"], [[3, Decimal("1234.50"), date(2026, 11, 22)]])
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]] == [3, 1234.5, datetime(2026, 11, 22)]
    assert sheet["B2"].number_format == "#,##0.00"


_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: not text.isspace())


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=5), delimiter=st.sampled_from(";,"))
def test_a_csv_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    assert write_csv(path, ["name", "town"], rows, delimiter=delimiter) == len(rows)
    with open_table(path) as table:
        assert [line.cells for line in table.lines] == rows


ELS = VCard(
    name="Els Peeters; chef, \\o/", given="Els", family="Peeters; chef, \\o/",
    organisation="Brasserie Dupont " + "é" * 80, title="Achats", mails=("els@dupont.example", "els@home.example"),
    phones=(("+32 69 22 33 44", False), ("+32 470 12 34 56", True)),
    address=("Rue du Moulin 12", "Tournai", "7500", "Belgique"), website="https://dupont.example", language="fr",
    birthday=date(1985, 3, 12), note="deux\nlignes",
)  # fmt: skip


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_vcard_reads_back_as_it_was_written(tmp_path: Path, version: str) -> None:
    path = tmp_path / "a.vcf"
    company = VCard(name="Winery Ltd", is_company=True)
    assert write_vcards(path, [ELS, company], version=version) == 2
    assert all(len(line) <= 75 for line in path.read_bytes().split(b"\r\n"))
    with open_table(path) as table:
        els, winery = (dict(zip(table.columns, line.cells, strict=True)) for line in table.lines)
    assert {name: cell for name, cell in els.items() if cell} == {
        "FN": ELS.name, "GIVEN": "Els", "FAMILY": ELS.family, "ORG": ELS.organisation, "TITLE": "Achats",
        "EMAIL": "els@dupont.example", "EMAIL.OTHER": "els@home.example", "TEL": "+32 69 22 33 44",
        "TEL.CELL": "+32 470 12 34 56", "ADR.STREET": "Rue du Moulin 12", "ADR.CODE": "7500",
        "ADR.LOCALITY": "Tournai", "ADR.COUNTRY": "Belgique", "URL": "https://dupont.example",
        "BDAY": "1985-03-12" if version == "3.0" else "19850312", "NOTE": "deux\nlignes",
        **({"LANG": "fr"} if version == "4.0" else {}),
    }  # fmt: skip
    assert (winery["KIND"], winery["FN"]) == ("org", "Winery Ltd")


def test_another_program_reads_our_vcards(tmp_path: Path) -> None:
    write_vcards(tmp_path / "a.vcf", [ELS], version="3.0")
    card = vobject.readOne((tmp_path / "a.vcf").read_text(encoding="utf-8"))
    assert (card.fn.value, card.n.value.given, card.email.value) == (ELS.name, "Els", "els@dupont.example")
    assert (card.adr.value.city, card.note.value, card.org.value) == ("Tournai", "deux\nlignes", [ELS.organisation])
