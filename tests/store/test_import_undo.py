"""Taking an import back: all of it that nobody worked with since, and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from imports import CONTACTS, DUPONT, ELS, JAN, NOW, RELATIONS, emma, imported, numbered
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, MailLine, PostalLine
from store.base import BookError
from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, withdraw_consent
from store.contacts import Birthday, Contact, ContactKind, ContactRole, add_contact, edit_contact
from store.engine import Book
from store.importing import Duplicates, Import, ImportState, Undone, run_import, told_lines, undo_import
from store.links import LinkType, add_link
from store.relations import Relation, add_relation, edit_relation
from store.search import search_options


@pytest.fixture
def by(book: Book) -> Collaborator:
    return emma(book)


def _standing(book: Book) -> set[str]:
    with book.reading() as session:
        return set(session.scalars(select(Relation.name).where(Relation.deleted_at.is_(None))))


def _kept(book: Book, run: Import, by: Collaborator) -> list[str]:
    with book.reading() as session:
        return [one.kept.format(**one.told) for one in told_lines(session, run.id, asked_by=by) if one.kept]


def test_an_import_is_taken_back_whole(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, ("Before", *[""] * 9))
    run = imported(book, by, CONTACTS, ELS, JAN)
    book.now.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    assert undo_import(book, run.id, by=by) == Undone(taken_back=2, kept=0)
    assert _standing(book) == {"Before"}
    with book.reading() as session:
        assert session.get_one(Import, run.id).state is ImportState.UNDONE
        assert session.scalars(select(Contact).where(Contact.deleted_at.is_(None))).all() == []
        assert "Peeters" not in str(search_options(session, "peeters", asked_by=by, on=NOW.date()))
    with pytest.raises(BookError, match="already"):
        undo_import(book, run.id, by=by)


def test_what_it_filled_is_empty_again(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, ("Brasserie Dupont SA", *[""] * 8, "https://old.example"))
    run = imported(book, by, RELATIONS, DUPONT, duplicates=Duplicates.FILL)
    assert undo_import(book, run.id, by=by) == Undone(taken_back=1, kept=0)
    with book.reading() as session:
        dupont = session.scalars(select(Relation)).one()
        assert (dupont.vat, dupont.language, dupont.website) == ("", "", "https://old.example")
        assert (dupont.mail_addresses, dupont.phones, dupont.postal_addresses) == ([], [], [])
        assert "Dupont" not in str(search_options(session, "info@dupont.example", asked_by=by, on=NOW.date()))


def test_what_somebody_changed_since_stays_and_is_told(book: Book, by: Collaborator) -> None:
    run = imported(book, by, CONTACTS, ELS, JAN)
    with book.writing(actor_id=by.id, door="slack") as session:
        els = session.scalars(select(Contact).join(Contact.person).where(Relation.name == "Els Peeters")).one()
        edit_contact(session, els.id, by=by, now=NOW, function="Direction")
    assert undo_import(book, run.id, by=by) == Undone(taken_back=1, kept=1)
    assert _standing(book) == {"Brasserie Dupont", "Els Peeters"}, "she stays, and where she works"
    assert _kept(book, run, by) == ["Els Peeters was changed or used since."]


def test_what_is_in_use_since_stays(book: Book, by: Collaborator) -> None:
    run = imported(book, by, RELATIONS, DUPONT, ("Winery", *[""] * 9), ("Cellar", *[""] * 9))
    with book.writing(actor_id=by.id, door="slack") as session:
        other = add_relation(session, by=by, now=NOW, name="Other")
        ids = {name: id_ for id_, name in session.execute(select(Relation.id, Relation.name))}
        kind = session.scalars(select(LinkType)).first()
        assert kind is not None
        add_link(session, by=by, source_id=other.id, target_id=ids["Winery"], type_id=kind.id, since_on=NOW.date())
        edit_relation(session, ids["Cellar"], by=by, now=NOW, website="https://cellar.example")
    assert undo_import(book, run.id, by=by) == Undone(taken_back=1, kept=2)
    assert _standing(book) == {"Other", "Winery", "Cellar"}


def test_filled_values_that_somebody_changed_stay(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, ("Brasserie Dupont SA", *[""] * 9))
    run = imported(book, by, RELATIONS, DUPONT, duplicates=Duplicates.FILL)
    with book.writing(actor_id=by.id, door="slack") as session:
        dupont = session.scalars(select(Relation)).one()
        edit_relation(session, dupont.id, by=by, now=NOW, website="https://new.example")
    assert undo_import(book, run.id, by=by) == Undone(taken_back=0, kept=1)
    with book.reading() as session:
        dupont = session.scalars(select(Relation)).one()
        assert (dupont.vat, dupont.website) == ("", "https://new.example")


def test_the_later_of_two_imports_is_undone_alone(book: Book, by: Collaborator) -> None:
    first = imported(book, by, CONTACTS, ELS)
    book.now.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    later = imported(book, by, CONTACTS, JAN)
    assert undo_import(book, later.id, by=by) == Undone(taken_back=1, kept=0)
    assert _standing(book) == {"Brasserie Dupont", "Els Peeters"}
    assert undo_import(book, first.id, by=by).kept == 1, "somebody was added there since"


def test_an_undone_import_can_be_imported_again(book: Book, by: Collaborator) -> None:
    run = imported(book, by, CONTACTS, ELS, JAN)
    undo_import(book, run.id, by=by)
    assert imported(book, by, CONTACTS, ELS, JAN).state is ImportState.DONE
    assert _standing(book) == {"Brasserie Dupont", "Els Peeters", "Jan Claes"}


def test_an_undo_that_is_killed_goes_on(book: Book, by: Collaborator) -> None:
    people = [("Dupont", f"Person {i}", *[""] * 7) for i in range(450)]
    run = imported(book, by, CONTACTS, *people)

    def killed(_position: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(book, run.id, by=by, told=killed)
    assert len(_standing(book)) == 251
    undo_import(book, run.id, by=by)
    assert _standing(book) == set()


def _mails(book: Book) -> dict[str, list[str]]:
    """By the relation's name."""
    with book.reading() as session:
        relations = session.scalars(select(Relation).where(Relation.deleted_at.is_(None)))
        return {one.name: [row.mail for row in one.mail_addresses] for one in relations}


def test_an_undo_takes_nothing_that_was_entered_after_its_own_was_deleted(book: Book, by: Collaborator) -> None:
    imported(book, by, ("Nom",), ("Acme",), ("Zed",))
    run = imported(book, by, ("Nom", "E-mail"), ("Acme", "info@acme.example"), duplicates=Duplicates.FILL)
    with book.writing(actor_id=by.id, door="slack") as session:
        ids = {name: id_ for id_, name in session.execute(select(Relation.id, Relation.name))}
        edit_relation(session, ids["Acme"], by=by, now=NOW, mails=[])
    with book.writing(actor_id=by.id, door="slack") as session:
        edit_relation(session, ids["Zed"], by=by, now=NOW, mails=[MailLine("info@zed.example")])
    undo_import(book, run.id, by=by)
    assert _mails(book) == {"Acme": [], "Zed": ["info@zed.example"]}


def test_an_import_gives_no_id_again_that_a_deleted_line_had(book: Book, by: Collaborator) -> None:
    imported(book, by, ("Nom", "E-mail"), ("Acme", "info@acme.example"))
    with book.writing() as session:
        row = session.scalars(select(MailAddress)).one()
        gone = row.id
        session.delete(row)
    imported(book, by, ("Nom", "E-mail"), ("Zed", "info@zed.example"))
    with book.reading() as session:
        assert session.scalars(select(MailAddress.id)).one() > gone


def test_an_address_that_somebody_corrected_in_place_stays_and_is_told(book: Book, by: Collaborator) -> None:
    imported(book, by, ("Nom",), ("Acme",))
    columns = ("Nom", "E-mail", "Rue", "Localité")
    run = imported(book, by, columns, ("Acme", "info@acme.example", "Moulin 12", "Mons"), duplicates=Duplicates.FILL)
    with book.writing(actor_id=by.id, door="slack") as session:
        acme = session.scalars(select(Relation)).one()
        edit_relation(session, acme.id, by=by, now=NOW, postal_addresses=[PostalLine("Rue du Moulin 12", town="Mons")])
    assert undo_import(book, run.id, by=by) == Undone(taken_back=0, kept=1)
    assert _mails(book) == {"Acme": []}, "nobody changed this one"
    with book.reading() as session:
        (address,) = session.scalars(select(Relation)).one().postal_addresses
        assert address.one_line("fr") == "Rue du Moulin 12, Mons"
    assert _kept(book, run, by) == ["Acme was changed or used since."]


def test_an_address_that_only_moved_behind_another_goes(book: Book, by: Collaborator) -> None:
    imported(book, by, ("Nom",), ("Acme",))
    run = imported(book, by, ("Nom", "E-mail"), ("Acme", "info@acme.example"), duplicates=Duplicates.FILL)
    with book.writing(actor_id=by.id, door="slack") as session:
        lines = [MailLine("sales@acme.example"), MailLine("info@acme.example")]
        edit_relation(session, session.scalars(select(Relation)).one().id, by=by, now=NOW, mails=lines)
    undo_import(book, run.id, by=by)
    assert _mails(book) == {"Acme": ["sales@acme.example"]}


def test_a_person_whose_address_was_corrected_keeps_their_place(book: Book, by: Collaborator) -> None:
    run = imported(book, by, CONTACTS, ELS)
    with book.writing(actor_id=by.id, door="slack") as session:
        els = session.scalars(select(Relation).where(Relation.name == "Els Peeters")).one()
        edit_relation(session, els.id, by=by, now=NOW, mails=[MailLine("els.peeters@dupont.example")])
    undo_import(book, run.id, by=by)
    with book.reading() as session:
        assert session.scalars(select(Contact)).one().deleted_at is None
    assert _standing(book) == {"Brasserie Dupont", "Els Peeters"}


def _ranks(session: Session) -> list[tuple[str, int]]:
    query = select(Relation.name, ContactRole.rank).join(Contact, Contact.person_id == Relation.id)
    query = query.join(ContactRole, ContactRole.contact_id == Contact.id).where(Contact.deleted_at.is_(None))
    return [(name, rank) for name, rank in session.execute(query.order_by(ContactRole.rank))]


def test_the_contacts_behind_those_of_an_undone_import_close_up(book: Book, by: Collaborator) -> None:
    imported(book, by, RELATIONS, ("Brasserie Dupont", *[""] * 9))
    run = imported(book, by, CONTACTS, ELS)
    with book.writing(actor_id=by.id, door="slack") as session:
        dupont = session.scalars(select(Relation).where(Relation.name == "Brasserie Dupont")).one()
        kind = session.scalars(select(ContactKind).where(ContactKind.key == "purchases")).one()
        add_contact(session, by=by, now=NOW, relation_id=dupont.id, name="Jan", kind_ids=[kind.id])
        assert _ranks(session) == [("Els Peeters", 1), ("Jan", 2)]
    undo_import(book, run.id, by=by)
    with book.reading() as session:
        assert _ranks(session) == [("Jan", 1)]


def test_an_import_that_is_being_undone_does_not_go_on(book: Book, by: Collaborator) -> None:
    run = imported(book, by, ("Nom",), ("Acme",))
    with book.writing() as session:
        session.get_one(Import, run.id).state = ImportState.STOPPED
    refused = []

    def goes_on(_position: int) -> None:
        with pytest.raises(BookError, match="over") as error:
            run_import(book, run.id, numbered(("Acme",), ("Zed",)), by=by)
        refused.append(error.value)

    undo_import(book, run.id, by=by, told=goes_on)
    assert refused
    assert _standing(book) == set()


def test_who_undoes_an_import_that_another_has_undone_meanwhile_ends_well(book: Book, by: Collaborator) -> None:
    run = imported(book, by, ("Nom",), *((f"Company {i}",) for i in range(201)))
    others: list[Undone] = []

    def another(_position: int) -> None:
        if not others:
            others.append(Undone())
            others[0] = undo_import(book, run.id, by=by)

    assert undo_import(book, run.id, by=by, told=another) == Undone(taken_back=200, kept=0)
    assert _standing(book) == set()


def test_what_it_gave_to_somebody_who_was_known_is_taken_back(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ("Brasserie Dupont", "Jan Claes", "jan@dupont.example", *[""] * 6))
    run = imported(book, by, CONTACTS, JAN, duplicates=Duplicates.FILL)
    with book.reading() as session:
        assert {name for name, _rank in _ranks(session)} == {"Jan Claes"}
        assert len(session.scalars(select(Birthday)).all()) == len(session.scalars(select(Consent)).all()) == 1
    assert undo_import(book, run.id, by=by) == Undone(taken_back=1, kept=0)
    with book.reading() as session:
        assert _ranks(session) == []
        assert [*session.scalars(select(Birthday)), *session.scalars(select(Consent))] == []
    assert _standing(book) == {"Brasserie Dupont", "Jan Claes"}


def test_a_line_that_gives_only_a_birthday_or_a_yes_counts_as_filled_and_is_taken_back(
    book: Book, by: Collaborator
) -> None:
    columns = ("Company", "Name", "E-mail", "Birthday", "Mailings")
    people = [("Dupont", "Els", "els@d.example"), ("Dupont", "Jan", "jan@d.example")]
    imported(book, by, columns, *((*one, "", "") for one in people))
    given = [(*people[0], "12/03/1985", ""), (*people[1], "", "oui")]
    run = imported(book, by, columns, *given, duplicates=Duplicates.FILL)
    with book.reading() as session:
        run = session.get_one(Import, run.id)
        assert (run.filled, run.skipped) == (2, 0)
    assert undo_import(book, run.id, by=by) == Undone(taken_back=2, kept=0)
    with book.reading() as session:
        assert [*session.scalars(select(Birthday)), *session.scalars(select(Consent))] == []


def test_what_it_gave_and_somebody_changed_since_stays_and_is_told(book: Book, by: Collaborator) -> None:
    columns = ("Company", "Name", "E-mail", "Birthday", "Mailings")
    people = [("Dupont", "Els", "els@d.example"), ("Dupont", "Jan", "jan@d.example")]
    imported(book, by, columns, *((*one, "", "") for one in people))
    given = [(*people[0], "12/03/1985", ""), (*people[1], "", "oui")]
    run = imported(book, by, columns, *given, duplicates=Duplicates.FILL)
    with book.writing(actor_id=by.id, door="slack") as session:
        session.scalars(select(Birthday)).one().year = 1986
        jan = session.scalars(select(Relation).where(Relation.name == "Jan")).one()
        withdraw_consent(session, person_id=jan.id, topic_id=None, source=ConsentSource.PERSON, now=NOW)
    assert undo_import(book, run.id, by=by) == Undone(taken_back=0, kept=2)
    with book.reading() as session:
        assert session.scalars(select(Birthday.year)).all() == [1986]
        assert session.scalars(select(Consent.is_given).order_by(Consent.id)).all() == [True, False]


def test_a_no_that_an_import_recorded_stays_when_it_is_undone(book: Book, by: Collaborator) -> None:
    columns = ("Company", "Name", "E-mail", "Mailings")
    imported(book, by, columns, ("Dupont", "Els", "els@d.example", ""))
    run = imported(book, by, columns, ("Dupont", "Els", "els@d.example", "non"), duplicates=Duplicates.FILL)
    undo_import(book, run.id, by=by)
    with book.reading() as session:
        assert session.scalars(select(Consent.is_given)).all() == [False]


def test_a_known_person_at_a_new_place_counts_as_added_and_loses_what_it_gave(book: Book, by: Collaborator) -> None:
    imported(book, by, CONTACTS, ("Winery", "Jan Claes", "jan@dupont.example", *[""] * 6))
    run = imported(book, by, CONTACTS, JAN)
    with book.reading() as session:
        assert session.get_one(Import, run.id).added == 1
    assert undo_import(book, run.id, by=by) == Undone(taken_back=1, kept=0)
    with book.reading() as session:
        assert [*session.scalars(select(Birthday)), *session.scalars(select(Consent))] == []
