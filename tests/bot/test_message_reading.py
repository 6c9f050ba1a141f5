"""What a message says of a person, for the shortcut that adds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.message_reading import Told, read_message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "New lead: Els Peeters <mailto:els@dupont-freres.be|els@dupont-freres.be>, 0470 12 34 56",
            Told("Els Peeters", "Dupont Freres", "els@dupont-freres.be", "0470 12 34 56"),
        ),
        (
            "Bonjour,\nJean de la Tour\nBrasserie Dupont SA\n<tel:069223344|069 22 33 44>\njean@gmail.com",
            Told("Jean de la Tour", "Brasserie Dupont SA", "jean@gmail.com", "069 22 33 44"),
        ),
        ("marc.tremblay@vins.qc.ca rappelle demain", Told("Marc Tremblay", "Vins", "marc.tremblay@vins.qc.ca")),
        (
            "Piet van der Berg: <mailto:piet@molen.nl|piet@molen.nl>",
            Told("Piet van der Berg", "Molen", "piet@molen.nl"),
        ),
        ("orders to info@molen.nl &amp; thanks <@U123>", Told("", "Molen", "info@molen.nl")),
        ("ask claire@office.example or <mailto:info@molen.nl|info@molen.nl>", Told("", "Molen", "info@molen.nl")),
        ("Please call Dupont about it tomorrow", Told()),
        ("", Told()),
    ],
)
def test_name_company_address_and_phone_are_read_from_a_message(text: str, told: Told) -> None:
    assert read_message(text, country="BE", own_domain="office.example") == told


@pytest.mark.parametrize("domain", ["gmail.com", "hotmail.com", "skynet.be", "telenet.be", "videotron.ca"])
def test_a_public_mail_domain_tells_of_no_company(domain: str) -> None:
    told = read_message(f"Els Peeters els@{domain}", country="BE", own_domain="office.example")
    assert told == Told("Els Peeters", "", f"els@{domain}")


@given(st.text(max_size=300))
def test_any_message_is_read_without_an_error(text: str) -> None:
    told = read_message(text, country="BE", own_domain="office.example")
    assert len(told.person) <= 100
    assert len(told.phone) <= 50
