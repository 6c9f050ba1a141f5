"""A time zone is found by the city or the country, as its reader calls them."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from slack_person import text_of
from world import CLAIRE, World

from bot.texts import Texts
from bot.zones import zone_label, zones_matching
from store.collaborators import Collaborator


@pytest.mark.parametrize(
    ("language", "typed", "zone", "label"),
    [
        ("fr", "brux", "Europe/Brussels", "Bruxelles (Belgique)"),
        ("nl", "belgi", "Europe/Brussels", "Brussel (België)"),
        ("en", "new york", "America/New_York", "New York (United States)"),
        ("fr", "montréal", "America/Montreal", "Montreal (America)"),
        ("nl", "londen", "Europe/London", "Londen (Verenigd Koninkrijk)"),
    ],
)
def test_a_zone_is_found_by_what_people_call_it(language: str, typed: str, zone: str, label: str) -> None:
    assert (zone, label) in zones_matching(typed, Texts(language))
    assert zone_label(zone, Texts(language)) == label


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_zone_that_is_offered_is_one(language: str) -> None:
    offered = zones_matching("", Texts(language))
    assert {zone for zone, _label in offered} <= available_timezones()
    assert len(offered) > 300
    assert zone_label("UTC", Texts(language)) == "UTC"


def test_a_collaborator_chooses_the_zone_in_which_hours_are_shown(world: World) -> None:
    claire = world.person(CLAIRE)
    claire.types("/crm préférences")
    claire.waits_for_view("Mes préférences", containing="Fuseau horaire")
    claire.fills(zone="Toronto")
    assert claire.submits() is None
    assert "là où vous êtes" in text_of(claire.waits_for_message("Vos préférences sont enregistrées."))
    with world.office.book.reading() as session:
        assert session.get_one(Collaborator, world.collaborator(CLAIRE).id).zone == "America/Toronto"
