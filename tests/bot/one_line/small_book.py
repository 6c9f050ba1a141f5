"""A book of a few relations in memory, which answers as the real search does: every typed word begins one of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.one_line import Lookups, Named
from store.search import Found, Option
from store.starter import ACTION_PRIORITIES, ACTION_TYPES
from store.words import terms_in, words_in, words_of_mail, words_of_name


@dataclass(frozen=True, slots=True)
class Place:
    """A relation; `contacts` by id, each "Name <mail>"."""

    name: str
    town: str = ""
    contacts: tuple[tuple[int, str], ...] = ()


RELATIONS = {
    1: Place("Acme NV", "Mechelen", ((11, "Els Peeters <els@acme.example>"), (12, "Jan Janssens"))),
    2: Place("Brasserie Dupont", "Tournai", ((21, "Els Martens"), (22, "Luc Dupont"))),
    3: Place("Cave Dupont", "Namur", ((31, "Anne Leroy"),)),
    4: Place("Morgen BV", "Gent"),
    5: Place("Mardi SPRL", "Liège", ((51, "Julie Petit"),)),
    6: Place("Lunch Garden", "Brussel"),
    7: Place("De Smet & Zonen", "Aalst", ((71, "Bram De Smet"), (72, "Ann De Smet"))),
    8: Place("Jansen BV", "Gent", ((81, "Karel Maes"),)),
    9: Place("Jansen NV", "Antwerpen", ((91, "Sofie Claes"),)),
    10: Place("Le Pain Quotidien", "Ixelles", ((101, "Marie-Claire Simon"),)),
    11: Place("Café Midi", "Bruxelles"),
    12: Place("Van Damme Wijnen", "Oostende", ((121, "Karel Van Damme"),)),
    13: Place("Garage O'Brien", "Tournai"),
    14: Place("Boulangerie Côté inc.", "Québec", ((141, "Jean-François Côté"),)),
    15: Place("مخبز السلام", "Bruxelles"),
    16: Place("Wijnhuis Sint-Jan", "Brugge", ((161, "Tom Wouters"),)),
    17: Place("Mars Belgium", "Antwerpen", ((171, "May Thompson"),)),
    18: Place("Société Générale de Vins", "Arlon", ((181, "Pierre Lambert"),)),
    19: Place("Smith & Sons Ltd", "London", ((191, "Olivia Smith"), (192, "Tom Smith"))),
    20: Place("Vrijdag", "Leuven", ((201, "Nele Vrijdag"),)),
    21: Place("Garage Mertens", "Hasselt", ((211, "Jef Mertens"),)),
}
COLLEAGUES = (
    Named(1, ("Claire Dubois",)),
    Named(2, ("Bram de Vries",)),
    Named(3, ("Emma Clarke",)),
    Named(4, ("Jan Janssens",)),
)
IN_SLACK = {"U0BRAM": COLLEAGUES[1], "U0EMMA": COLLEAGUES[2]}


@cache
def _types() -> tuple[Named, ...]:
    return tuple(Named(at, (one.en, one.fr, one.nl), one.key) for at, one in enumerate(ACTION_TYPES, start=1))


@cache
def _priorities() -> tuple[Named, ...]:
    return tuple(Named(at, (one.en, one.fr, one.nl), one.key) for at, one in enumerate(ACTION_PRIORITIES, start=1))


@cache
def _entries() -> tuple[tuple[Option, frozenset[str]], ...]:
    found = []
    for relation_id, place in RELATIONS.items():
        own = frozenset({*words_of_name(place.name), *words_in(place.town)})
        found.append((Option(relation_id, None, place.name), own))
        for contact_id, said in place.contacts:
            name, _bracket, mail = said.partition(" <")
            words = {*words_of_name(name), *own, *(words_of_mail(mail.rstrip(">")) if mail else ())}
            found.append((Option(relation_id, contact_id, f"{name} · {place.name}"), frozenset(words)))
    return tuple(found)


def search(typed: str) -> Found:
    terms = terms_in(typed)
    if not terms:
        return Found((), has_more=False)
    hits = [option for option, words in _entries() if all(any(w.startswith(t) for w in words) for t in terms)]
    return Found(tuple(hits), has_more=False)


def contacts(relation_id: int) -> Sequence[Named]:
    return [Named(at, (said.partition(" <")[0],)) for at, said in RELATIONS[relation_id].contacts]


LOOKUPS = Lookups(_types, _priorities, search, contacts, lambda: COLLEAGUES, IN_SLACK.get)


def type_key(type_id: int | None) -> str:
    return next((one.key for one in _types() if one.id == type_id), "")


def priority_key(priority_id: int | None) -> str:
    return next((one.key for one in _priorities() if one.id == priority_id), "")
