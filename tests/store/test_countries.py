"""A country is kept as a code, whoever wrote it in whichever of the three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses import PostalLine
from store.base import BookError
from store.collaborators import LANGUAGES
from store.countries import countries_matching, country_code, country_name

CODES = countries_matching("", "en", here="")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Belgique", "BE"), ("BELGIË", "BE"), ("Belgium", "BE"), ("be", "BE"), ("B-", "BE"), ("BEL", "BE"),
        ("Belgique / België", "BE"), ("Pays-Bas", "NL"), ("les Pays Bas", "NL"), ("Holland", "NL"), ("UK", "GB"),
        ("Angleterre", "GB"), ("U.S.A.", "US"), ("États-Unis d’Amérique", "US"), ("Québec", "CA"),
        ("Québec (Canada)", "CA"), ("L’Italie", "IT"), ("Turkey", "TR"), ("Luxembourg (Belgique)", ""), ("EU", ""),
        ("Congo", ""), ("Congo-Kinshasa", "CD"), ("Atlantis", ""), ("?", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_country_is_understood_as_people_write_it(written: str, code: str) -> None:
    assert country_code(written) == code


@given(st.sampled_from(CODES), st.sampled_from(LANGUAGES))
def test_every_country_is_understood_by_its_code_and_by_its_name_in_each_language(code: str, language: str) -> None:
    assert country_code(code) == code
    assert country_code(country_name(code, language)) == code


def test_the_offices_own_country_and_its_neighbours_are_offered_first() -> None:
    names = [country_name(code, "nl") for code in countries_matching("", "nl", here="BE")]
    assert names[:6] == ["België", "Frankrijk", "Nederland", "Luxemburg", "Duitsland", "Verenigd Koninkrijk"]
    assert len(set(names)) == len(names)
    assert countries_matching("holl", "fr", here="BE") == ["NL"], "by what people also call it"
    assert countries_matching("pays", "fr", here="BE")[0] == "NL"


def test_an_address_takes_no_country_that_is_not_understood() -> None:
    assert PostalLine(town="Gent", country="Belgien").checked().country == "BE"
    with pytest.raises(BookError) as told:
        PostalLine(town="Poseidonis", country="Atlantis").checked()
    assert (told.value.field, told.value.values) == ("postal_addresses", {"country": "Atlantis"})
