"""Importing: every good line in, every bad one named, nothing twice."""

from __future__ import annotations

import pytest
from imports import CONTACTS, DUPONT, ELS, JAN, NOW, RELATIONS, emma, imported, numbered, prepared
from sqlalchemy import func, select

from store.audit import AuditEntry
from store.base import BookError, NotAllowed
from store.collaborators import Collaborator, add_collaborator
from store.contacts import Birthday, Contact, ContactKind, contacts_of, mail_for, phone_for
from store.domain import line_with_key
from store.engine import Book
from store.importing import (
    Duplicates,
    Import,
    ImportState,
    Outcome,
    dry_run,
    import_of_file,
    prepare_import,
    run_import,
    stop_import,
    told_lines,
)
from store.importing.running import BATCH
from store.involvements import representative_of
from store.relations import Relation, RelationKind
from store.search import search_options


@pytest.fixture
def by(book: Book) -> Collaborator:
    return emma(book)


def _relations(book: Book) -> dict[str, Relation]:
    with book.reading() as session:
        rows = session.scalars(select(Relation).where(Relation.deleted_at.is_(None)).order_by(Relation.id)).all()
        for row in rows:
            _lines = row.mail_addresses, row.phones, row.postal_addresses
        return {row.name: row for row in rows}


def _told(book: Book, run: Import, by: Collaborator) -> list[tuple[int, str, str]]:
    """Line, field and reason in English of what was refused or skipped."""
    with book.reading() as session:
        return [
            (one.number, one.field, one.reason.format(**one.told)) for one in told_lines(session, run.id, asked_by=by)
        ]


def test_a_relation_is_imported_as_if_it_were_typed(book: Book, by: Collaborator) -> None:
    run = imported(book, by, RELATIONS, DUPONT)
    assert (run.state, run.position) == (ImportState.DONE, 1)
    dupont = _relations(book)["Brasserie Dupont SA"]
    assert (dupont.kind, dupont.vat, dupont.legal_form) == (RelationKind.COMPANY, "BE0403170701", "SA")
    assert (dupont.language, dupont.website, dupont.country) == ("fr", "https://dupont.example", "BE")
    assert [row.mail for row in dupont.mail_addresses] == ["info@dupont.example"]
    assert [row.e164 for row in dupont.phones] == ["+3269223344"], "dialled from its own country"
    assert dupont.postal_addresses[0].one_line("fr") == "Rue du Moulin 12, 7500 Tournai, Belgique"


def test_a_country_that_is_not_understood_is_told_with_its_line_and_keeps_nothing_else_out(
    book: Book, by: Collaborator
) -> None:
    lost = ("Poseidon", "", "", "", "", "", "Poseidonis", "Atlantis", "", "")
    run = imported(book, by, RELATIONS, DUPONT, lost)
    assert (run.added, run.refused) == (2, 0)
    poseidon = _relations(book)["Poseidon"]
    assert [(row.town, row.country) for row in poseidon.postal_addresses] == [("Poseidonis", "")]
    reason = "“Atlantis” is no country that Rapport knows: the line came in without it."
    assert _told(book, run, by) == [(3, "country", reason)]
    with book.reading() as session:
        (line,) = told_lines(session, run.id, asked_by=by)
        assert line.cells == list(lost), "as it stood in the file"


def test_a_contact_is_imported_with_the_relation_where_they_are(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS, JAN)
    found = _relations(book)
    assert set(found) == {"Brasserie Dupont", "Els Peeters", "Jan Claes"}
    with book.reading() as session:
        els, jan = contacts_of(session, found["Brasserie Dupont"].id, asked_by=by, on=NOW.date())
        assert (els.function, mail_for(session, els), phone_for(session, els)) == (
            "Achats", "els@dupont.example", "+32 69 22 33 44",
        )  # fmt: skip
        purchases = line_with_key(session, ContactKind, "purchases").id
        assert (els.rank(purchases), jan.rank(purchases)) == (1, 2), "in the order of the list"
        birthday = session.scalars(select(Birthday)).one()
        assert (birthday.person_id, birthday.day, birthday.month, birthday.year) == (jan.person_id, 12, 3, 1985)


def test_what_is_imported_is_found_by_a_search(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS)
    with book.reading() as session:
        for typed in ("peeters", "brasserie", "els@dupont.example", "069223344"):
            assert "Els Peeters" in str(search_options(session, typed, asked_by=by, on=NOW.date())), typed


def test_an_import_leaves_a_trail(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS)
    with book.reading() as session:
        trail = session.execute(select(AuditEntry.kind, AuditEntry.actor_id).where(AuditEntry.door == "import")).all()
    assert {"relation", "contact", "mail_address", "phone"} <= {kind for kind, _actor in trail}
    assert {actor for _kind, actor in trail} == {by.id}


def test_a_contact_without_a_relation_is_a_person_of_the_office(book: Book, by: Collaborator) -> None:
    columns = ("First Name", "Last Name", "E-mail Address", "Company", "Home Street", "Home City")
    imported(book, by, columns, ("Zoë", "Maes", "zoe@maes.example", "", "Kerkstraat 1", "Gent"))
    zoe = _relations(book)["Zoë Maes"]
    assert (zoe.kind, zoe.is_only_contact, zoe.postal_addresses[0].one_line("nl")) == (
        RelationKind.PERSON,
        False,
        "Kerkstraat 1, Gent",
    )


def test_every_bad_line_is_named_with_its_column_and_reason(book: Book, by: Collaborator) -> None:
    bad = [
        ("Dupont", "", "els@dupont.example", "", "", "", "", "", ""),
        ("Dupont", "Els", "els@", "+32", "", "", "", "", ""),
        ("Dupont", "Jan", "", "", "", "Gardening", "31/02/1985", "perhaps", ""),
        ("Dupont", "x" * 3000, "", "", "", "", "", "", ""),
        ("Dupont", "Ann", "", "", "", "", "", "", "", "one cell too many"),
    ]
    run = imported(book, by, CONTACTS, ELS, *bad)
    with book.reading() as session:
        run = session.get_one(Import, run.id)
        kept = [one.cells for one in told_lines(session, run.id, asked_by=by)]
    assert (run.added, run.refused, run.position) == (1, 5, 6)
    assert list(bad[1]) in kept, "as it stood in the file"
    assert _told(book, run, by) == [
        (3, "name", "Please fill this in."),
        (4, "mail", "els@ is not an e-mail address."),
        (4, "phone", "+32 is not a phone number."),
        (5, "birthday", "There is no day 31 in that month: it has 29."),
        (5, "mailings", "perhaps is neither “yes” nor “no”."),
        (5, "contact_kinds", "Gardening is not on the office’s list. Add it there first."),
        (6, "name", "At most 150 characters; this has 3000."),
        (7, "", "This line has more cells than there are columns."),
    ]
    assert set(_relations(book)) == {"Brasserie Dupont", "Els Peeters"}


def test_a_file_with_only_bad_lines_or_none_adds_nothing(book: Book, by: Collaborator) -> None:
    run = imported(book, by, CONTACTS, *[("Dupont", "Els", "no address")] * 3)
    assert run.state is ImportState.DONE
    run = imported(book, by, CONTACTS)
    assert (run.state, run.position) == (ImportState.DONE, 0)
    assert _relations(book) == {}


@pytest.mark.parametrize(
    ("written", "locale", "born"),
    [
        ("12/03/1985", "fr-BE", (12, 3)), ("12-3-1985", "nl-BE", (12, 3)), ("1985-03-12", "fr-CA", (12, 3)),
        ("19850312", "nl-BE", (12, 3)), ("03/12/1985", "en-US", (12, 3)), ("12/03/1985", "en-GB", (12, 3)),
        ("12 mars 1985", "fr-BE", (12, 3)), ("12 maart 1985", "nl-BE", (12, 3)), ("March 12, 1985", "en-US", (12, 3)),
        ("--0312", "en-US", (12, 3)), ("1604-02-29", "fr-BE", (29, 2)), ("25/12/1985", "en-US", (25, 12)),
    ],
)  # fmt: skip
def test_a_birthday_is_read_in_the_order_of_each_language(
    new_sqlite_url: object, clock: object, written: str, locale: str, born: tuple[int, int]
) -> None:
    book = Book(new_sqlite_url(), now=lambda: NOW)  # type: ignore[operator]
    by = emma(book)
    by.locale = locale
    imported(book, by, ("Name", "Company", "Birthday"), ("Els", "Dupont", written))
    with book.reading() as session:
        row = session.scalars(select(Birthday)).one()
        assert (row.day, row.month) == born
        assert row.year == (1985 if "85" in written else None)
    book.close()


def test_the_same_file_twice_adds_nothing_and_says_so(book: Book, by: Collaborator) -> None:
    for columns, rows in ((RELATIONS, [DUPONT]), (CONTACTS, [ELS, JAN])):
        imported(book, by, columns, *rows)
        before = set(_relations(book))
        run = imported(book, by, columns, *rows)
        assert set(_relations(book)) == before
        assert {reason for _line, _field, reason in _told(book, run, by)} == {
            f"{row[0] if columns is RELATIONS else row[1]} is in the book already." for row in rows
        }


@pytest.mark.parametrize(
    "known",
    [
        ("Other name", "0403.170.701", "", "", "", "", "Gent", "", "", ""),
        ("Other name", "", "INFO@dupont.example", "", "", "", "Gent", "", "", ""),
        ("DUPONT, brasserie", "", "", "", "", "", "Tournai", "", "", ""),
        ("Brasserie Dupont", "", "", "", "", "", "tournai", "", "", ""),
    ],
    ids=["VAT number", "e-mail", "other words", "name and town"],
)
def test_a_relation_is_known_by_vat_mail_or_name_and_town(
    book: Book, by: Collaborator, known: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    imported(book, by, RELATIONS, DUPONT)
    known = (known[0], f"BE {known[1]}" if known[1] else "", *known[2:])
    imported(book, by, RELATIONS, known)
    is_other = "other words" in request.node.callspec.id
    assert len(_relations(book)) == (2 if is_other else 1)


def test_a_namesake_in_another_town_is_another_relation(book: Book, by: Collaborator) -> None:
    elsewhere = ("Brasserie Dupont", "", "", "", "", "", "Gent", "", "", "")
    imported(book, by, RELATIONS, DUPONT, elsewhere)
    assert len(_relations(book)) == 2


def test_by_choice_a_duplicate_fills_what_is_empty_or_is_added(book: Book, by: Collaborator) -> None:
    bare = ("Brasserie Dupont SA", "", "", "", "", "", "Tournai", "", "nl", "")
    imported(book, by, RELATIONS, bare)
    imported(book, by, RELATIONS, DUPONT, duplicates=Duplicates.FILL)
    dupont = _relations(book)["Brasserie Dupont SA"]
    assert (dupont.vat, dupont.language, dupont.website) == ("BE0403170701", "nl", "https://dupont.example")
    assert [row.mail for row in dupont.mail_addresses] == ["info@dupont.example"]
    assert [row.one_line("fr") for row in dupont.postal_addresses] == ["Tournai"], "what stands there stays"
    imported(book, by, RELATIONS, bare, duplicates=Duplicates.ADD)
    with book.reading() as session:
        assert session.scalar(select(func.count()).select_from(Relation)) == 2


def test_a_person_at_two_relations_stays_one_person(book: Book, by: Collaborator) -> None:
    elsewhere = ("Winery", *ELS[1:])
    imported(book, by, CONTACTS, ELS, elsewhere)
    imported(book, by, CONTACTS, ("Third", *ELS[1:]))
    with book.reading() as session:
        assert session.scalar(select(func.count(func.distinct(Contact.person_id)))) == 1
        assert session.scalar(select(func.count()).select_from(Contact)) == 3


def test_two_people_who_share_an_address_are_two(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS, (ELS[0], "Jan Claes", *ELS[2:]))
    assert {"Els Peeters", "Jan Claes"} <= set(_relations(book))


def test_a_contact_at_a_name_that_several_relations_have_is_refused(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, DUPONT, ("Brasserie Dupont", "", "", "", "", "", "Gent", "", "", ""))
    run = imported(book, by, CONTACTS, ELS, (*JAN[:8], "Gent"))
    assert _told(book, run, by) == [
        (2, "relation", "Several relations are called Brasserie Dupont. Add their VAT number or town.")
    ]
    assert "Jan Claes" in _relations(book), "the town says which one"


def test_a_representative_is_found_by_their_address(book: Book, by: Collaborator) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=NOW)
    columns = ("Nom", "E-mail du représentant")
    run = imported(book, by, columns, ("Dupont", "Anna@office.example"), ("Winery", "nobody@office.example"))
    assert _told(book, run, by) == [
        (3, "representative", "Nobody of the office has the address nobody@office.example.")
    ]
    with book.reading() as session:
        found = representative_of(session, _relations(book)["Dupont"].id, on=book.now().date())
        assert found is not None
        assert found.id == anna.id


def test_only_an_administrator_imports(book: Book, by: Collaborator) -> None:
    with book.writing() as session:
        rep = add_collaborator(session, name="Anna", mail="anna@office.example", now=NOW)
        run = prepared(session, by, CONTACTS)
        with pytest.raises(NotAllowed):
            prepare_import(session, by=rep, now=NOW, file_name="a", sha256="", columns=CONTACTS)
    with pytest.raises(NotAllowed):
        run_import(book, run.id, numbered(ELS), by=rep)


def test_a_list_without_a_name_is_not_begun(book: Book, by: Collaborator) -> None:
    with pytest.raises(BookError, match="No column is the name"):
        imported(book, by, ("E-mail",), ("els@dupont.example",))


class _Killed(BaseException):
    """What a kill is to the process: no handler of an error sees it."""


def _people(number: int) -> list[tuple[str, ...]]:
    return [(f"Relation {i % 40}", f"Person {i}", f"p{i}@r.example", "", "", "", "", "", "") for i in range(number)]


def test_an_import_that_is_killed_goes_on_without_doubling(book: Book, by: Collaborator) -> None:
    people = _people(1_200)

    def killed(position: int) -> None:
        if position >= 500:
            raise _Killed

    with pytest.raises(_Killed):
        imported(book, by, CONTACTS, *people, told=killed)
    with book.reading() as session:
        run = import_of_file(session, "0" * 64, asked_by=by)
        assert run is not None
        assert (run.state, run.position, run.added) == (ImportState.RUNNING, 500, 500)
    run_import(book, run.id, numbered(*people), by=by)
    with book.reading() as session:
        assert session.get_one(Import, run.id).added == 1_200
        assert session.scalar(select(func.count()).select_from(Contact)) == 1_200
        assert session.scalar(select(func.count()).select_from(Relation)) == 1_240
        assert import_of_file(session, "0" * 64, asked_by=by) is None
    with pytest.raises(BookError, match="over"):
        run_import(book, run.id, numbered(*people), by=by)


def test_an_import_can_be_stopped_and_goes_on(book: Book, by: Collaborator) -> None:
    people = _people(1_200)
    with book.writing() as session:
        run = prepared(session, by, CONTACTS)

    def stops(position: int) -> None:
        with book.writing() as session:
            stop_import(session, run.id, by=by)

    stopped = run_import(book, run.id, numbered(*people), by=by, told=stops)
    assert (stopped.state, stopped.position) == (ImportState.STOPPED, BATCH)
    assert run_import(book, run.id, numbered(*people), by=by).position == 1_200


def test_two_processes_with_the_same_import_do_not_double_it(book: Book, by: Collaborator) -> None:
    people = _people(1_000)
    with book.writing() as session:
        run = prepared(session, by, CONTACTS)
    others: list[Import] = []

    def meanwhile(position: int) -> None:
        if not others:
            others.append(run_import(book, run.id, numbered(*people), by=by))

    run_import(book, run.id, numbered(*people), by=by, told=meanwhile)
    with book.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1_000
        assert session.get_one(Import, run.id).state is ImportState.DONE


@pytest.mark.parametrize("duplicates", Duplicates)
def test_a_dry_run_foretells_the_import_and_writes_nothing(
    book: Book, by: Collaborator, duplicates: Duplicates
) -> None:
    imported(book, by, CONTACTS, ELS)
    people = _people(700)
    rows = [ELS, *people, people[0], people[699], ("Dupont", "", "", "", "", "", "", "", ""), JAN, JAN]
    with book.writing() as session:
        run = prepared(session, by, CONTACTS, duplicates=duplicates)
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    foretold = [(one.number, one.outcome) for some in dry_run(book, run.id, numbered(*rows), by=by) for one in some]
    with book.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
    run = run_import(book, run.id, numbered(*rows), by=by)
    with book.reading() as session:
        run = session.get_one(Import, run.id)
    refused = [number for number, outcome in foretold if outcome is Outcome.REFUSED]
    added = sum(outcome is Outcome.ADDED for _number, outcome in foretold)
    assert refused == [705]
    assert (added, len(refused)) == (run.added, run.refused)


def test_a_dry_run_foretells_as_filled_only_what_has_something_to_fill(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ELS, ("Winery", "Ann", *[""] * 7))
    rows = [ELS, ("Winery", "Ann", "", "", "Owner", "", "", "", ""), ("Winery", "Ann", "", "", "Owner", *[""] * 4)]
    with book.writing() as session:
        run = prepared(session, by, CONTACTS, duplicates=Duplicates.FILL)
    (foretold,) = dry_run(book, run.id, numbered(*rows), by=by)
    assert [one.outcome for one in foretold] == [Outcome.SKIPPED, Outcome.FILLED, Outcome.SKIPPED]
    with book.reading() as session:
        assert {one.function for one in session.scalars(select(Contact))} == {"Achats", ""}, "nothing is written"
    run_import(book, run.id, numbered(*rows), by=by)
    with book.reading() as session:
        run = session.get_one(Import, run.id)
        assert (run.filled, run.skipped) == (1, 2)
