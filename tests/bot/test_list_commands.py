"""`rapport import`, `undo-import` and `export`, as an administrator types them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation, installation
from sqlalchemy import create_engine, text
from world import EMMA

BY = ("--by", EMMA.email)
CONTACTS = (
    "Société;Prénom;Nom de famille;E-mail;GSM;Publipostage\r\n"
    "Brasserie Dupont;Éloïse;Peeters;els@dupont.example;+32 470 12 34 56;oui\r\n"
    "Brasserie Dupont;Jan;Claes;no address;;\r\n"
    "Winery;=1+2;Formula;f@winery.example;;non\r\n"
)


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        assert made.runs("db", "upgrade").exit_code == 0
        assert made.runs("collaborator", "add", "--admin", "--mail", EMMA.email).exit_code == 0
        yield made


def _list(ready: Installation, content: bytes = CONTACTS.encode("cp1252"), name: str = "list.csv") -> str:
    path = ready.folder / name
    path.write_bytes(content)
    return str(path)


def _asked(ready: Installation, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(ready.database_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def _names(ready: Installation) -> set[object]:
    return {name for (name,) in _asked(ready, "select name from relation where deleted_at is null")}


def test_a_list_is_tried_imported_and_taken_back(ready: Installation) -> None:
    tried = ready.runs("import", _list(ready), *BY, "--dry-run")
    assert tried.exit_code == 0, tried.stderr
    assert "Société → relation" in tried.stderr
    assert "It would add 2, fill 0, leave out 0 and refuse 1 lines." in tried.stderr
    assert _names(ready) == set()
    done = ready.runs("import", _list(ready), *BY)
    assert "Import 2: 2 added, 0 filled, 0 left out, 1 refused." in done.stderr
    assert _names(ready) == {"Brasserie Dupont", "Éloïse Peeters", "Winery", "=1+2 Formula"}
    with (ready.folder / "list.report.csv").open(encoding="utf-8-sig", newline="") as file:
        (refused,) = csv.DictReader(file)
    assert (refused["Line"], refused["Column"], refused["Prénom"]) == ("3", "E-mail", "Jan")
    assert refused["Why"] == "no address is not an e-mail address."
    undone = ready.runs("undo-import", "2", *BY)
    assert "2 lines were taken back, 0 stay" in undone.stderr
    assert _names(ready) == set()


def test_a_column_is_mapped_by_hand_and_a_wrong_one_is_named(ready: Installation) -> None:
    path = _list(ready, b"Who;Where\nDupont;Tournai\n")
    assert "No column is the name" in ready.runs("import", path, *BY).stderr
    assert "There is no column 'What'" in ready.runs("import", path, *BY, "--map", "What=name").stderr
    done = ready.runs("import", path, *BY, "--map", "Who=name", "--map", "Where=town")
    assert done.exit_code == 0, done.stderr
    assert _names(ready) == {"Dupont"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 no sheet", "The file cannot be read"),
        (b"%PDF-1.4", "Rapport reads CSV, Excel (.xlsx) and vCard files."),
        (b";".join([b"column"] * 1_000_000), "Line 1 has more than 1,000,000 characters"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_one_sentence(ready: Installation, content: bytes, says: str) -> None:
    result = ready.runs("import", _list(ready, content), *BY)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_only_collaborators_with_the_right_import(ready: Installation) -> None:
    assert "No collaborator has the address" in ready.runs("import", _list(ready), "--by", "x@y.example").stderr


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "vcard3", "vcard4"])
def test_an_export_of_contacts_can_be_imported_again(ready: Installation, file_format: str) -> None:
    assert ready.runs("import", _list(ready), *BY).exit_code == 0
    before = _names(ready)
    suffix = "vcf" if file_format.startswith("vcard") else file_format
    path = str(ready.folder / f"out.{suffix}")
    done = ready.runs("export", "contacts", path, *BY, "--format", file_format)
    assert "2 contacts" in done.stderr
    assert ready.runs("undo-import", "1", *BY).exit_code == 0
    again = ready.runs("import", path, *BY)
    assert "2 added" in again.stderr, again.stderr
    assert _names(ready) == before
    reached = _asked(
        ready,
        "select relation.name, phone.number from phone join relation on relation.id = phone.relation_id"
        " where relation.deleted_at is null",
    )
    assert reached == [("Éloïse Peeters", "+32 470 12 34 56")]


def test_a_country_leaves_in_the_readers_language_and_on_a_card_in_the_relations_own(ready: Installation) -> None:
    listed = _list(ready, "Nom;Localité;Pays;Langue;Site web\nBrouwerij Maes;Gent;B-;nl;maes.example\n".encode())
    assert ready.runs("import", listed, *BY).exit_code == 0
    assert _asked(ready, "select town, country from postal_address") == [("Gent", "BE")]
    written = {}
    for file_format in ("csv", "vcard4"):
        path = ready.folder / f"out.{file_format}"
        assert ready.runs("export", "relations", str(path), *BY, "--format", file_format).exit_code == 0
        written[file_format] = path.read_text(encoding="utf-8-sig")
    assert "Gent,Belgium" in written["csv"]
    assert "ADR;TYPE=WORK:;;;Gent;;;België" in written["vcard4"]


def test_an_export_stands_in_the_trail_and_no_cell_runs_as_a_formula(ready: Installation) -> None:
    assert ready.runs("import", _list(ready), *BY).exit_code == 0
    path = ready.folder / "out.csv"
    assert ready.runs("export", "contacts", str(path), *BY).exit_code == 0
    written = path.read_text(encoding="utf-8-sig")
    assert "'=1+2 Formula" in written
    assert ",+32 470 12 34 56" in written or ";+32 470 12 34 56" in written
    assert len(_asked(ready, "select id from audit_entry where kind = 'export' and door = 'cli'")) == 1
    assert _asked(ready, "select what, file_format from export") == [("contacts", "csv")]


def test_actions_and_suppressions_are_no_vcards(ready: Installation) -> None:
    for what in ("actions", "suppressions"):
        assert ready.runs("export", what, str(ready.folder / "out"), *BY).exit_code == 0
        assert ready.runs("export", what, str(ready.folder / "out"), *BY, "--format", "vcard4").exit_code == 1


def test_products_come_in_from_a_list_and_a_refused_line_is_named(ready: Installation) -> None:
    listed = _list(ready, "code;nom;prix;coût\nW-1;Merlot;12,50;4,10\nW-2;Chablis;-5;\n".encode("cp1252"))
    tried = ready.runs("products", listed, *BY, "--dry-run")
    assert "1 product(s) would be added" in tried.stderr
    assert _asked(ready, "select code from product") == []
    done = ready.runs("products", listed, *BY)
    assert done.exit_code == 0, done.stderr
    assert "Line 3: An amount cannot be negative." in done.stderr
    assert "1 product(s) added, 0 changed, 1 cost(s) set, 1 line(s) refused." in done.stderr
    assert _asked(ready, "select code from product") == [("W-1",)]
