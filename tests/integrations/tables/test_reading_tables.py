"""Lists as offices really have them: from Excel, Outlook, Google and Apple, and from people who mean harm."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from integrations.tables import xlsx_reading
from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.reading import open_table

ROWS = [
    ("Nom", "Ville", "Remarque"),
    ("Café Zoë", "Liège", "deux\nlignes"),
    ("Müller & Fils", "Anvers", 'dit "le gros"'),
]


def _csv(delimiter: str = ";", end: str = "\r\n") -> str:
    return end.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS) + end


def _read(path: Path) -> list[tuple[str, ...]]:
    with open_table(path) as table:
        return [table.columns, *(line.cells for line in table.lines)]


def _written(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_separator(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert _read(_written(tmp_path, _csv(delimiter).encode(encoding))) == ROWS


def test_one_accent_at_the_end_of_a_long_file_decides_its_encoding(tmp_path: Path) -> None:
    plain = "name;town\r\n" + "Dupont;Gent\r\n" * 100_000
    for encoding in ("utf-8", "cp1252"):
        content = (plain + "Ramón;Liège\r\n").encode(encoding)
        assert _read(_written(tmp_path, content))[-1] == ("Ramón", "Liège")


def test_the_euro_sign_of_cp1252_is_one(tmp_path: Path) -> None:
    assert _read(_written(tmp_path, "nom;prix\r\nDupré;5 €\r\n".encode("cp1252")))[1] == ("Dupré", "5 €")


def test_a_list_in_another_alphabet_is_not_taken_for_western(tmp_path: Path) -> None:
    text = "имя;город;заметка\r\n" + "Иванов Сергей;Москва;постоянный покупатель вина\r\n" * 20
    assert _read(_written(tmp_path, text.encode("cp1251")))[1][1] == "Москва"


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    with open_table(_written(tmp_path, b'a;b\n1;"x\ny"\n\n2;z\n')) as table:
        assert [(line.number, line.cells[0]) for line in table.lines] == [(2, "1"), (5, "2")]


def test_excels_own_line_about_the_separator_is_obeyed(tmp_path: Path) -> None:
    assert _read(_written(tmp_path, b"sep=|\r\na|b;c\r\n1|2\r\n")) == [("a", "b;c"), ("1", "2")]


def test_a_header_alone_has_no_lines_and_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert _read(_written(tmp_path, b"name;town\r\n")) == [("name", "town")]
    for content in (b"", b"\r\n\r\n", b"\xef\xbb\xbf"):
        assert _fault(_written(tmp_path, content)) is Fault.EMPTY


def _fault(path: Path) -> Fault:
    with pytest.raises(UnreadableTable) as raised:
        _read(path)
    return raised.value.fault


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b";".join([b"c"] * 600) + b"\n1\n", Fault.TOO_WIDE),
        (b";".join([b"column"] * 1_000_000) + b"\n1\n", Fault.LINE_TOO_LONG),
        (b"a;b\n" + b"x" * 100_000_000 + b";y\n", Fault.LINE_TOO_LONG),
        (b'a;b\n"' + b"x\n" * 200_000 + b'";y\n', Fault.CELL_TOO_LONG),
        (b"a;b\n1;x\0y\n" + b"plain;line\n" * 50, Fault.NUL),
        (b"%PDF-1.7\n", Fault.UNKNOWN_KIND),
        (b"PK\x03\x04 no archive", Fault.BROKEN),
    ],
    ids=["600 columns", "a million columns", "100 MB cell", "a cell that never ends", "NUL", "a PDF", "a broken sheet"],
)
def test_what_is_no_list_is_refused_in_little_memory(tmp_path: Path, content: bytes, fault: Fault) -> None:
    path = _written(tmp_path, content)
    tracemalloc.start()
    try:
        assert _fault(path) is fault
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_reading_a_long_list_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    path = _written(tmp_path, b"name;mail\n" + b"".join(b"Els %d;els%d@example.com\n" % (i, i) for i in range(100_000)))
    tracemalloc.start()
    try:
        with open_table(path) as table:
            assert sum(1 for _line in table.lines) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


# Sheets


def _sheet(folder: Path, *rows: list[object], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for cell, look in (formats or {}).items():
        book.active[cell].number_format = look
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def test_a_sheets_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    row = [32470123456, 1000, 0.3, date(2027, 3, 1), datetime(2027, 3, 1, 14, 30), 12.5, None, "É", True]
    path = _sheet(tmp_path, [*"abcdefghi"], row, formats={"B2": "00000", "C2": "0%"})
    shown = ("32470123456", "01000", "30%", "2027-03-01", "2027-03-01 14:30", "12.5", "", "É", "True")
    assert _read(path)[1] == shown


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = _sheet(tmp_path, ["name"], ["x"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"\0" * 30_000_000)
    assert _fault(path) is Fault.UNPACKS_TOO_LARGE


def test_a_zip_bomb_that_lies_about_its_size_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _sheet(tmp_path, ["name"], ["x"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/zeros.xml", b"\0" * 30_000_000)
    real, lie = (30_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    content = path.read_bytes()
    assert content.count(real) == 2, "once before the content, once in the directory"
    path.write_bytes(content.replace(real, lie))
    monkeypatch.setattr(xlsx_reading, "load_workbook", lambda *_a, **_k: pytest.fail("it was handed to the parser"))
    assert _fault(path) in {Fault.BROKEN, Fault.UNPACKS_TOO_LARGE}


def test_a_sheet_with_entities_that_grow_is_refused(tmp_path: Path) -> None:
    path = _sheet(tmp_path, ["name"], ["x"])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/extra.xml", '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>')
    assert _fault(path) is Fault.BROKEN


# vCards

OUTLOOK = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;LANGUAGE=fr;CHARSET=Windows-1252:Lefèvre;Éloïse;;Mme\r\n"
    "FN;CHARSET=Windows-1252:Éloïse Lefèvre\r\nORG:Brasserie Dupont;Achats\r\nTITLE:Acheteuse\r\n"
    "TEL;WORK;VOICE:+32 69 22 33 44\r\nTEL;CELL;VOICE:+32 470 12 34 56\r\nTEL;WORK;FAX:+32 69 22 33 45\r\n"
    "ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:;;Rue du Moulin 12"
    "=0D=0A=\r\nb=C3=A2timent B;Tournai;;7500;Belgique\r\n"
    "EMAIL;PREF;INTERNET:eloise@dupont.example\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQSkZJRgABAQ==\r\n\r\n"
    "BDAY:19850312\r\nEND:VCARD\r\n"
)
GOOGLE = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jan Claes\r\nN:Claes;Jan;;;\r\n"
    "item1.EMAIL;TYPE=INTERNET:jan@claes.example\r\nitem1.X-ABLabel:\r\nEMAIL;TYPE=INTERNET;TYPE=HOME;TYPE=PREF:"
    "jan.claes@home\r\n .example\r\nitem2.TEL:+32 3 123 45 67\r\nitem2.X-ABLabel:Kantoor\r\n"
    "item3.ORG:Claes\\; Zonen\r\n"
    "NOTE:eerste\\ntweede\\, derde\r\nCATEGORIES:myContacts\r\nEND:VCARD\r\n"
)
APPLE = (
    "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//macOS 14//EN\nN:;;;;\nFN:Winery Ltd\nORG:Winery Ltd;\n"
    "X-ABShowAs:COMPANY\nTEL;type=IPHONE;type=CELL;type=VOICE;type=pref:+44 7700 900123\n"
    "item1.ADR;type=WORK;type=pref:;;1 High Street;Bath;;BA1 1AA;United Kingdom\nitem1.X-ABADR:gb\n"
    "item2.URL;type=pref:https\\://winery.example\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\nEND:VCARD\n"
)
FOUR = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nFN:Zoë Maes\r\nN:Maes;Zoë;;;\r\n"
    'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+32-2-555-01-02\r\nEMAIL;TYPE=work:zoe@maes.example\r\n'
    "LANG:nl\r\nBDAY:--0312\r\nORG;SORT-AS=\"a:b\":Maes bv\r\nEND:VCARD\r\n"
)  # fmt: skip


def _cards(folder: Path, content: bytes) -> list[dict[str, str]]:
    columns, *cards = _read(_written(folder, content, "people.vcf"))
    return [{name: cell for name, cell in zip(columns, card, strict=True) if cell} for card in cards]


def test_a_vcard_of_outlook_is_read(tmp_path: Path) -> None:
    (card,) = _cards(tmp_path, OUTLOOK.encode("cp1252"))
    assert card == {
        "FN": "Éloïse Lefèvre", "GIVEN": "Éloïse", "FAMILY": "Lefèvre", "ORG": "Brasserie Dupont",
        "TITLE": "Acheteuse", "EMAIL": "eloise@dupont.example", "TEL": "+32 69 22 33 44",
        "TEL.CELL": "+32 470 12 34 56", "ADR.STREET": "Rue du Moulin 12 bâtiment B", "ADR.CODE": "7500",
        "ADR.LOCALITY": "Tournai", "ADR.COUNTRY": "Belgique", "BDAY": "19850312",
    }  # fmt: skip


def test_a_vcard_of_google_is_read(tmp_path: Path) -> None:
    (card,) = _cards(tmp_path, GOOGLE.encode())
    assert card == {
        "FN": "Jan Claes", "GIVEN": "Jan", "FAMILY": "Claes", "ORG": "Claes; Zonen", "EMAIL": "jan.claes@home.example",
        "EMAIL.OTHER": "jan@claes.example", "TEL": "+32 3 123 45 67", "NOTE": "eerste\ntweede, derde",
    }  # fmt: skip


def test_a_vcard_of_apple_is_read(tmp_path: Path) -> None:
    (card,) = _cards(tmp_path, APPLE.encode())
    assert card == {
        "KIND": "org", "FN": "Winery Ltd", "TEL.CELL": "+44 7700 900123", "ADR.STREET": "1 High Street",
        "ADR.LOCALITY": "Bath", "ADR.CODE": "BA1 1AA", "ADR.COUNTRY": "United Kingdom", "URL": "https://winery.example",
        "BDAY": "1604-02-29",
    }  # fmt: skip


def test_a_vcard_of_version_4_is_read(tmp_path: Path) -> None:
    (card,) = _cards(tmp_path, FOUR.encode())
    assert card == {
        "FN": "Zoë Maes", "GIVEN": "Zoë", "FAMILY": "Maes", "ORG": "Maes bv", "TEL": "+32-2-555-01-02",
        "EMAIL": "zoe@maes.example", "LANG": "nl", "BDAY": "--0312",
    }  # fmt: skip


def test_a_file_of_many_cards_of_different_makers_is_read(tmp_path: Path) -> None:
    names = [card["FN"] for card in _cards(tmp_path, (GOOGLE + APPLE + FOUR).encode("utf-16"))]
    assert names == ["Jan Claes", "Winery Ltd", "Zoë Maes"]


def test_a_card_with_a_large_picture_or_a_card_inside_loses_nothing_else(tmp_path: Path) -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "A" * 3_000_000 + "\r\n"
    agent = "AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Somebody else\r\nEND:VCARD\r\n"
    content = GOOGLE.replace("NOTE:", f"{photo}{agent}NOTE:")
    (card,) = _cards(tmp_path, content.encode())
    assert (card["FN"], card["NOTE"]) == ("Jan Claes", "eerste\ntweede, derde")


@pytest.mark.parametrize("text", ["Société;Prénom\r\nDupont;Éloïse\r\n", "naam;plaats\r\nCafé Zoë;Liège\r\n"])
def test_a_short_list_with_few_accents_is_not_taken_for_chinese(tmp_path: Path, text: str) -> None:
    columns, _line = _read(_written(tmp_path, text.encode("cp1252")))
    assert columns == tuple(text.splitlines()[0].split(";"))
