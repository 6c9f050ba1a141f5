"""Which column is what, whatever the list's language and the program it comes from."""

from __future__ import annotations

import pytest
from imports import CONTACTS, NOW, emma, prepared

from store.base import BookError, ChangedMeanwhile
from store.collaborators import Collaborator
from store.engine import Book
from store.importing import FIELDS, What, choose_mapping, guessed_fields, guessed_what, prepare_import
from store.importing.headers import NAMES


def _guess(what: What, columns: str) -> dict[str, str]:
    names = columns.split(",")
    return {name: key for name, key in zip(names, guessed_fields(what, names), strict=True) if key}


@pytest.mark.parametrize(
    "columns",
    [
        "Nom,Forme juridique,N° TVA,Langue,Adresse e-mail,Téléphone,GSM,Rue,CP,Localité,Pays,Site web,Remarques",
        "Naam,Rechtsvorm,BTW-nummer,Taal,E-mailadres,Telefoon,Mobiel,Straat,Postcode,Plaats,Land,Website,Opmerkingen",
        "Name,Legal form,VAT number,Language,E-mail,Phone,Mobile,Street,Postal code,Town,Country,Website,Remarks",
    ],
    ids=["fr", "nl", "en"],
)
def test_a_list_of_relations_is_understood_in_three_languages(columns: str) -> None:
    names = columns.split(",")
    assert guessed_what(names) is What.RELATIONS
    assert guessed_fields(What.RELATIONS, names) == [
        "name", "legal_form", "vat", "language", "mail", "phone", "mobile", "street", "postal_code", "town", "country",
        "website", "notes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [
        "Société,Prénom,Nom de famille,Fonction,E-mail,Tél.,Portable,Date de naissance,Type de contact,Publipostage",
        "Bedrijf,Voornaam,Achternaam,Functie,E-mail,Telefoon,Gsm,Geboortedatum,Contactsoort,Nieuwsbrief",
        "Company,First name,Last name,Job title,E-mail,Phone,Mobile,Birthday,Contact type,Newsletter",
    ],
    ids=["fr", "nl", "en"],
)
def test_a_list_of_contacts_is_understood_in_three_languages(columns: str) -> None:
    names = columns.split(",")
    assert guessed_what(names) is What.CONTACTS
    assert guessed_fields(What.CONTACTS, names) == [
        "relation", "first_name", "last_name", "function", "mail", "phone", "mobile", "birthday", "contact_kinds",
        "mailings",
    ]  # fmt: skip


def test_outlooks_columns_are_understood() -> None:
    columns = (
        "First Name,Middle Name,Last Name,Company,Job Title,Business Street,Business City,Business Postal Code,"
        "Business Country/Region,Business Phone,Mobile Phone,E-mail Address,E-mail 2 Address,Notes,Web Page,Birthday"
    )
    assert guessed_what(columns.split(",")) is What.CONTACTS
    assert _guess(What.CONTACTS, columns) == {
        "First Name": "first_name", "Last Name": "last_name", "Company": "relation", "Job Title": "function",
        "Business Street": "street", "Business City": "town", "Business Postal Code": "postal_code",
        "Business Country/Region": "country", "Business Phone": "phone", "Mobile Phone": "mobile",
        "E-mail Address": "mail", "E-mail 2 Address": "other_mails", "Notes": "notes", "Web Page": "website",
        "Birthday": "birthday",
    }  # fmt: skip


def test_googles_columns_are_understood() -> None:
    columns = (
        "First Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,"
        "E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Street,Address 1 - City,"
        "Address 1 - Postal Code,Address 1 - Country,Website 1 - Value"
    )
    assert _guess(What.CONTACTS, columns) == {
        "First Name": "first_name", "Last Name": "last_name", "Organization Name": "relation",
        "Organization Title": "function", "Birthday": "birthday", "Notes": "notes", "E-mail 1 - Value": "mail",
        "E-mail 2 - Value": "other_mails", "Phone 1 - Value": "phone", "Address 1 - Street": "street",
        "Address 1 - City": "town", "Address 1 - Postal Code": "postal_code", "Address 1 - Country": "country",
        "Website 1 - Value": "website",
    }  # fmt: skip


def test_each_field_is_filled_once_and_an_unknown_column_by_none() -> None:
    assert guessed_fields(What.RELATIONS, ["Nom", "Naam", "Whatever", ""]) == ["name", "", "", ""]


@pytest.mark.parametrize("what", What)
def test_every_field_has_column_names_by_which_it_is_guessed(what: What) -> None:
    for one in FIELDS[what]:
        assert NAMES[what.value].get(one.key) or NAMES["shared"].get(one.key), one.key


@pytest.fixture
def by(book: Book) -> Collaborator:
    return emma(book)


def test_a_chosen_mapping_is_offered_again_for_the_same_columns(book: Book, by: Collaborator) -> None:
    columns = ("A", "B", "C")
    with book.writing() as session:
        run = prepared(session, by, columns)
        assert run.fields == ["", "", ""]
        choose_mapping(session, run.id, by=by, now=NOW, what=What.CONTACTS, fields=["name", "", "mail"])
    with book.writing() as session:
        facts = {"by": by, "now": NOW, "file_name": "a", "sha256": ""}
        again = prepare_import(session, columns=columns, **facts)  # type: ignore[arg-type]
        assert (again.what, again.fields) == (What.CONTACTS, ["name", "", "mail"])
        other = prepare_import(session, columns=("A", "B"), **facts)  # type: ignore[arg-type]
        assert other.fields == ["", ""]


def test_a_field_for_two_columns_or_an_unknown_one_is_refused(book: Book, by: Collaborator) -> None:
    with book.writing() as session:
        run = prepared(session, by, ("A", "B"))
        with pytest.raises(BookError, match="same field"):
            choose_mapping(session, run.id, by=by, now=NOW, fields=["name", "name"])
        for fields in (["name"], ["name", "salary"]):
            with pytest.raises(BookError, match="do not fit"):
                choose_mapping(session, run.id, by=by, now=NOW, fields=fields)


def test_the_second_of_two_who_change_a_mapping_is_told(book: Book, by: Collaborator) -> None:
    with book.writing() as session:
        run = prepared(session, by, CONTACTS)
        seen = run.version
        choose_mapping(session, run.id, by=by, now=NOW, what=What.RELATIONS)
    with book.writing() as session, pytest.raises(ChangedMeanwhile):
        choose_mapping(session, run.id, by=by, now=NOW, what=What.CONTACTS, version=seen)
