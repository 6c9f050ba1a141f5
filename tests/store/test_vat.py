"""VAT numbers, as people in the office's countries type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import BookError
from store.vat import read_vat, shown_vat


@pytest.mark.parametrize(
    ("typed", "country", "vat", "shown"),
    [
        ("BE 0403.170.701", "", "BE0403170701", "BE 0403.170.701"),
        ("0403.170.701", "BE", "BE0403170701", "BE 0403.170.701"),
        ("TVA BE 403 170 701", "FR", "BE0403170701", "BE 0403.170.701"),
        ("BTW-nr. NL 004495445B01", "BE", "NL004495445B01", "NL 0044.95.445.B01"),
        ("fr 40 303 265 045", "BE", "FR40303265045", "FR 40 303 265 045"),
        ("LU150.274.42", "BE", "LU15027442", "LU 150 274 42"),
        ("DE136,695 976", "BE", "DE136695976", "DE 136 695 976"),
        ("TPS 12302 6635 RT 0001", "CA", "CA123026635RT0001", "CA 123026635 RT 0001"),
        ("12302 6635", "CA", "CA123026635", "CA 123026635"),
        ("GR 094259216", "BE", "EL094259216", "EL 094259216"),
        ("CHE-107.787.577 TVA", "BE", "CHE107787577TVA", "CH E107787577TVA"),
        ("", "BE", "", ""),
        (" . ", "BE", "", ""),
    ],
)
def test_a_vat_number_is_kept_compact_and_shown_in_groups(typed: str, country: str, vat: str, shown: str) -> None:
    assert read_vat(typed, country=country) == vat
    assert shown_vat(vat) == shown
    assert read_vat(shown, country=country) == vat, "what is shown in the form can be saved again"


@pytest.mark.parametrize(
    ("typed", "country", "says"),
    [
        ("BE 0403.170.702", "BE", "check digits of “BE 0403.170.702” do not fit"),
        ("0403.170", "BE", "“0403.170” is no VAT number of BE: one looks like BE 0403.170.701."),
        ("FR 1", "BE", "one looks like FR 40 303 265 045"),
        ("12302 6635 TQ 0001", "CA", "one looks like CA 123026635 RT 0001"),
        ("0403.170.701", "", "Begin with the country: BE 0403.170.701."),
        ("x" * 3_000, "BE", "too long for a VAT number"),
    ],
)
def test_a_wrong_vat_number_is_refused_at_its_field_with_what_is_wrong(typed: str, country: str, says: str) -> None:
    with pytest.raises(BookError) as told:
        read_vat(typed, country=country)
    assert told.value.field == "vat"
    assert says in told.value.text.format(**told.value.values)


@given(st.integers(0, 9), st.integers(0, 9))
def test_one_mistyped_figure_of_a_belgian_number_is_always_noticed(place: int, figure: int) -> None:
    right = "0403170701"
    typed = right[:place] + str(figure) + right[place + 1 :]
    if typed == right:
        assert read_vat(typed, country="BE") == "BE0403170701"
    else:
        with pytest.raises(BookError):
            read_vat(typed, country="BE")


@given(st.text(max_size=40), st.sampled_from(["", "BE", "NL", "CA", "CH", "XX"]))
def test_whatever_is_typed_as_vat_number_is_read_or_refused(typed: str, country: str) -> None:
    try:
        vat = read_vat(typed, country=country)
    except BookError:
        return
    assert read_vat(shown_vat(vat), country=country) == vat
