"""One line behind a command, in a direct message, or in a channel that mentions Rapport, through the real app."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from slack_stories import add_dupont
from world import BRAM, CLAIRE, EMMA, World


def tomorrow(world: World) -> date:
    return world.office.now().date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("who", "line", "title", "kind"),
    [
        (CLAIRE, "/action visite Dupont demain 14h avec Els: prix 2027", "Action", "Visite"),
        (BRAM, "/action bezoek Dupont morgen 14u met Els: prijzen 2027", "Actie", "Bezoek"),
        (EMMA, "/action visit Dupont tomorrow 2pm with Els: prices 2027", "Action", "Visit"),
    ],
)
def test_one_line_opens_the_filled_form_in_three_languages(
    world: World, who: object, line: str, title: str, kind: str
) -> None:
    add_dupont(world)
    person = world.person(who)  # type: ignore[arg-type]  # a Person of the world
    assert person.types(line) is None
    person.waits_for_view(title, containing="Brasserie Dupont")
    fields = person.fields()
    assert fields["relation"] == "Brasserie Dupont"
    assert (fields["type"], fields["contact"]) == (kind, "Els Peeters")
    assert (fields["on"], fields["starts"]) == (str(tomorrow(world)), "14:00")
    assert fields["subject"] == line.partition(": ")[2]
    assert person.submits() is None
    person.waits_for_message("Brasserie Dupont")
    assert person.problems == []
