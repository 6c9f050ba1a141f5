"""Phone numbers, as people type and dial them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.phones import read_phone, shown_phone
from store.words import digits_in


@pytest.mark.parametrize(
    ("typed", "country", "e164", "extension", "at_home", "abroad"),
    [
        ("069 22 33 44", "BE", "+3269223344", "", "069 22 33 44", "+32 69 22 33 44"),
        ("069/22.33.44", "BE", "+3269223344", "", "069 22 33 44", "+32 69 22 33 44"),
        ("+32 (0)69 22 33 44", "NL", "+3269223344", "", "069 22 33 44", "+32 69 22 33 44"),
        ("0032 69 22 33 44", "BE", "+3269223344", "", "069 22 33 44", "+32 69 22 33 44"),
        ("514-397-1234 poste 12", "CA", "+15143971234", "12", "(514) 397-1234 #12", "+1 514-397-1234 #12"),
        ("02 555 12 34 tst. 7", "BE", "+3225551234", "7", "02 555 12 34 #7", "+32 2 555 12 34 #7"),
        ("(514) 397-1234 #12", "CA", "+15143971234", "12", "(514) 397-1234 #12", "+1 514-397-1234 #12"),
    ],
)
def test_a_number_is_read_with_its_extension_and_shown_as_it_is_dialled(
    typed: str, country: str, e164: str, extension: str, at_home: str, abroad: str
) -> None:
    phone = read_phone(typed, country=country)
    assert (phone.e164, phone.extension) == (e164, extension)
    home = "CA" if e164.startswith("+1") else "BE"
    assert shown_phone(typed, phone.e164, phone.extension, country=home) == at_home
    assert shown_phone(typed, phone.e164, phone.extension, country="FR") == abroad
    assert read_phone(abroad, country="FR") == phone, "what is shown is read again as the same phone"


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("call me", "BE"),
        ("069 22", "BE"),
        ("069 22 33 44", ""),
        ("069 22 33 4", "BE"),
        ("0475 12 34 5", "BE"),
        ("06 12 34 56 7", "FR"),
        ("+32 69 22 33 4", "BE"),
    ],
)
def test_a_number_that_cannot_be_dialled_is_shown_as_typed(typed: str, country: str) -> None:
    phone = read_phone(typed, country=country)
    assert phone.e164 == ""
    assert shown_phone(typed, phone.e164, country=country) == typed


@given(st.from_regex(r"0[1-9][0-9]{4,10}", fullmatch=True), st.sampled_from(["BE", "FR", "NL"]))
def test_a_number_of_here_is_shown_with_the_very_digits_that_were_typed(typed: str, country: str) -> None:
    shown = shown_phone(typed, read_phone(typed, country=country).e164, country=country)
    assert digits_in(shown) == typed


@given(st.text(max_size=60), st.sampled_from(["", "BE", "CA", "ZZ"]))
def test_any_text_is_read_as_a_phone_without_an_error(typed: str, country: str) -> None:
    phone = read_phone(typed, country=country)
    assert phone.e164 == "" or phone.e164[1:].isdecimal()
