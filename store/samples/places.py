"""Names, streets and towns of three countries, to make up an office's relations from. Nobody in particular is meant."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# fmt: off
FIRST_NAMES = {
    "fr": ("Amélie", "Benoît", "Céline", "Didier", "Élodie", "François", "Gaëlle", "Hugo", "Inès", "Jérôme", "Léa",
           "Maxime", "Noémie", "Olivier", "Pascal", "Romane", "Sébastien", "Thérèse", "Valérie", "Xavier", "Zoé"),
    "nl": ("An", "Bart", "Carine", "Dries", "Els", "Femke", "Geert", "Hanne", "Ilse", "Joris", "Katrien", "Lieve",
           "Marleen", "Nele", "Pieter", "Rik", "Sofie", "Stijn", "Tine", "Veerle", "Wout"),
    "en": ("Alice", "Brian", "Claire", "Daniel", "Emma", "Fiona", "George", "Heather", "Ian", "Julia", "Kevin",
           "Laura", "Martin", "Nora", "Owen", "Priya", "Ruth", "Simon", "Tessa", "Victor", "Wendy"),
}
SURNAMES = {
    "fr": ("Collignon", "Delvaux", "Dubois", "Dumont", "Fontaine", "Gérard", "Hérion", "Lacroix", "Lambert",
           "Lefèvre", "Léonard", "Marchal", "Noël", "Piérard", "Renard", "Simon", "Thiry", "Urbain", "Warnier"),
    "nl": ("Aerts", "Bogaert", "Claes", "De Smet", "D’Hondt", "Goossens", "Hermans", "Jacobs", "Maes", "Nijs",
           "Peeters", "Segers", "Smets", "Van Damme", "Van den Broeck", "Verhoeven", "Vermeulen", "Wouters"),
    "en": ("Archer", "Bélanger", "Clarke", "Douglas", "Fraser", "Gagnon", "Harding", "Kelly", "Lavoie", "MacLeod",
           "Morin", "O’Neil", "Parker", "Roy", "Stewart", "Tremblay", "Walsh", "Young"),
}
STREETS = {
    "fr": ("Rue du Moulin", "Rue de la Station", "Chaussée de Mons", "Place du Marché", "Avenue des Tilleuls",
           "Rue Haute", "Quai de la Dérivation", "Rue de l’Église"),
    "nl": ("Stationsstraat", "Kerkstraat", "Grote Markt", "Molenweg", "Nieuwstraat", "Lindelaan", "Brugsesteenweg",
           "Havenlaan"),
    "en": ("rue Saint-Paul", "chemin du Lac", "boulevard Laurier", "King Street", "Main Street", "avenue du Parc",
           "Maple Avenue", "rue Principale"),
}
TOWNS = {
    "fr": (("7500", "Tournai"), ("5000", "Namur"), ("4000", "Liège"), ("7000", "Mons"), ("1050", "Ixelles"),
           ("6000", "Charleroi"), ("1400", "Nivelles"), ("4900", "Spa")),
    "nl": (("9000", "Gent"), ("2000", "Antwerpen"), ("8500", "Kortrijk"), ("3000", "Leuven"), ("8000", "Brugge"),
           ("2800", "Mechelen"), ("4811 AA", "Breda"), ("5611 AB", "Eindhoven")),
    "en": (("H2Y 1H2", "Montréal"), ("G1R 4P5", "Québec"), ("J1H 1A1", "Sherbrooke"), ("G9A 1A1", "Trois-Rivières"),
           ("J8X 2A1", "Gatineau"), ("G7H 5B8", "Saguenay")),
}
PHONES = {
    "fr": ("+32 69 {:02} {:02} {:02}", "+32 81 {:02} {:02} {:02}", "0475 {:02} {:02} {:02}"),
    "nl": ("+32 9 2{:02} {:02} {:02}", "03 2{:02} {:02} {:02}", "+31 76 5{:02} {:02} {:02}"),
    "en": ("514-555-{:02}{:02}", "+1 418 555 {:02}{:02}", "(819) 555-{:02}{:02}"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Locality:
    """What companies of each language are, as made up here."""

    legal_forms: tuple[str, ...]


LOCALITIES = {
    "fr": Locality(("SA", "SRL", "SRL", "SNC", "")),
    "nl": Locality(("NV", "BV", "BV", "VOF", "")),
    "en": Locality(("inc.", "inc.", "ltée", "")),
}


def country_of(postal_code: str, _town: str) -> str:
    """Belgian codes are figures alone, Dutch ones end with two letters, Canadian ones begin with one."""
    return "BE" if postal_code.isdecimal() else "NL" if postal_code[0].isdecimal() else "CA"


def person_name(random: Random, language: str) -> str:
    return f"{random.choice(FIRST_NAMES[language])} {random.choice(SURNAMES[language])}"


def phone_number(random: Random, language: str) -> str:
    return random.choice(PHONES[language]).format(*(random.randrange(10, 100) for _pair in range(3)))
