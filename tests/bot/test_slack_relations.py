"""The relation's form and card in Slack, and where it is reached."""

from __future__ import annotations

from datetime import timedelta

import pytest
from slack_person import text_of
from slack_stories import add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.relations import NAME_LIMIT, Relation, add_relation, relation_seen_by

MORE = "More: address, VAT number, category…"


def test_the_form_is_short_and_unfolds_once_keeping_what_was_typed(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/relation")
    emma.waits_for_view("Relation")
    assert {name.partition(".")[0] for name in emma.fields()} == {"name", "kind", "mails", "phones"}
    emma.fills(**{"name": "Brasserie Dupont SA", "phones.0.number": "069 22 33 44"})
    emma.presses(MORE)
    emma.waits_for_view("Relation", containing="VAT number")
    assert emma.fields()["name"] == "Brasserie Dupont SA"
    assert MORE not in text_of(emma.view)
    emma.fills(category="Client", vat="0403.170.702")
    assert emma.submits() == {"vat": "The check digits of “0403.170.702” do not fit the others: a figure was mistyped."}
    emma.fills(vat="0403.170.701")
    assert emma.submits() is None
    card = text_of(emma.waits_for_message("Brasserie Dupont SA is in the book."))
    assert "— Client" in card
    assert "069 22 33 44" in card
    with english.office.book.reading() as session:
        made = session.scalars(select(Relation).where(Relation.name == "Brasserie Dupont SA")).one()
        assert (made.vat, made.legal_form, made.phones[0].e164) == ("BE0403170701", "SA", "+3269223344")
    emma.chooses("Edit")
    emma.waits_for_view("Relation", containing="Remarks")
    assert emma.fields()["vat"] == "BE 0403.170.701"
    assert emma.fields()["category"] == "Client"
    emma.fills(legal_form=None, name="Brasserie Dupont")
    assert emma.submits() is None
    emma.waits_for_message("Brasserie Dupont is changed.")
    with english.office.book.reading() as session:
        assert session.get_one(Relation, made.id).legal_form == ""


def test_what_looks_wrong_is_told_with_the_saved_card_and_never_in_the_way(english: World) -> None:
    with english.office.book.writing() as session:
        by = english.collaborator(CLAIRE)
        add_relation(session, by=by, now=english.office.now(), name="Acme", vat="BE0403170701")
    emma = english.person(EMMA)
    emma.types("/relation")
    emma.waits_for_view("Relation")
    emma.presses(MORE)
    emma.waits_for_view("Relation", containing="VAT number")
    emma.fills(**{"name": "Dupont", "vat": "BE 0403 170 701", "phones.0.number": "069 22"})
    assert emma.submits() is None
    said = text_of(emma.waits_for_message("Dupont is in the book."))
    assert "Acme" in said
    assert "same VAT number" in said
    assert "069 22: no number that can be dialled" in said


def test_a_country_is_chosen_from_a_list_and_a_canadian_relation_has_its_two_tax_numbers(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/relation")
    emma.waits_for_view("Relation")
    emma.presses(MORE)
    emma.waits_for_view("Relation", containing="VAT number")
    assert "qst" not in emma.fields(), "the office is in Belgium"
    emma.fills(**{"name": "Vins Laurier inc.", "postal_addresses.0.town": "Montréal"})
    assert emma.searches("postal_addresses.0.country", "")[:3] == ["Belgium", "France", "Netherlands"]
    emma.fills(**{"postal_addresses.0.country": "Canada"})
    emma.waits_for_view("Relation", containing="QST number")
    emma.fills(vat="12302 6636 RT 0001", qst="1000043774 TQ 0003")
    assert "check digits" in emma.submits()["vat"]
    emma.fills(vat="TPS 12302 6635 RT 0001", qst="12302 6635 RT 0001")
    assert emma.submits() == {"qst": "“12302 6635 RT 0001” is no QST number: one looks like 1000043774 TQ 0003."}
    emma.fills(qst="TVQ 1000043774TQ0003")
    assert emma.submits() is None
    assert "Montréal, Canada" in text_of(emma.waits_for_message("Vins Laurier inc. is in the book."))
    with english.office.book.reading() as session:
        made = session.scalars(select(Relation).where(Relation.name == "Vins Laurier inc.")).one()
        assert (made.country, made.vat, made.qst) == ("CA", "CA123026635RT0001", "1000043774TQ0003")
    emma.chooses("Addresses and numbers")
    emma.waits_for_message("QST number 1000043774 TQ 0003")
    emma.types("/crm 1000043774")
    emma.waits_for_message("Vins Laurier inc.")


def test_a_name_that_is_too_long_is_refused_with_a_sentence(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/relation")
    emma.waits_for_view("Relation")
    block = next(block for block in emma.view["blocks"] if block["block_id"] == "name")
    assert block["element"]["max_length"] == NAME_LIMIT, "Slack says so while it is typed"
    emma.types(f"/relation {'x' * 3_000}")
    emma.waits_for_message("Nothing in the book is called")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (CLAIRE, ("Plus : adresse", "Numéro de TVA", "Forme juridique")),
        (BRAM, ("Meer: adres", "Btw-nummer", "Rechtsvorm")),
    ],
)
def test_the_form_speaks_french_and_dutch(world: World, who: object, words: tuple[str, str, str]) -> None:
    rep = world.person(who)  # type: ignore[arg-type]
    rep.types("/relation")
    folded = text_of(rep.waits_for_view(containing=words[0].replace(" :", "\u00a0:")))
    assert words[1] not in folded
    rep.presses("relation/unfold")
    assert words[2] in text_of(rep.waits_for_view(containing=words[1]))


def test_an_address_is_dated_and_what_is_over_is_folded_and_no_longer_offered(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    emma, today = english.person(EMMA), english.office.now().date()
    emma.types("/crm Brasserie Dupont")
    emma.waits_for_message("info@dupont.example")
    emma.chooses("More…")
    emma.presses("Addresses and numbers", message=emma.waits_for_message("Addresses and numbers"))
    emma.presses("Dates", message=emma.waits_for_message("Work · info@dupont.example"))
    emma.waits_for_view("Valid on these days")
    emma.fills(since=today.isoformat(), until=(today - timedelta(days=1)).isoformat())
    assert emma.submits() == {"until": "The last day must not be before the first."}
    emma.fills(since=None)
    assert emma.submits() is None
    folded = emma.waits_for_message("1 no longer valid: show")
    assert "info@dupont.example" not in text_of(folded)
    emma.presses("1 no longer valid: show", message=folded)
    emma.waits_for_message("info@dupont.example (until yesterday)")
    emma.types("/crm Brasserie Dupont")
    emma.waits_for_message("Rue du Moulin 12")
    emma.chooses("Edit")
    emma.waits_for_view("Relation", containing="Remarks")
    assert emma.fields()["mails.0.mail"] in {None, ""}
    emma.fills(website="dupont.example")
    assert emma.submits() is None
    emma.waits_for_message("Brasserie Dupont is changed.")
    with english.office.book.reading() as session:
        relation = relation_seen_by(session, relation_id, asked_by=english.collaborator(EMMA))
        assert relation is not None
        assert [row.mail for row in relation.mail_addresses] == ["info@dupont.example"], "it stays in history"


def test_a_second_phone_is_saved_without_choosing_its_kind(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/relation")
    claire.waits_for_view("Relation")
    claire.fills(**{"name": "Dupont", "phones.0.number": "+32 69 22 33 44"})
    claire.presses("+ Another phone")
    claire.fills(**{"phones.1.number": "+32 69 22 33 45"})
    assert claire.submits() is None
    claire.waits_for_message("Dupont is in the book.")
