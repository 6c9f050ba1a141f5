"""What sets the three sample offices apart: whom they deal with, and what about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from store.samples.places import LOCALITIES, SURNAMES, TOWNS


@dataclass(frozen=True, slots=True)
class Trade:
    """`persons` is the share of relations that are persons; the texts stand by language."""

    persons: float
    companies: Mapping[str, tuple[str, ...]]
    subjects: Mapping[str, tuple[str, ...]]
    points: Mapping[str, tuple[str, ...]]
    reports: Mapping[str, tuple[str, ...]]


# fmt: off
_REPORTS = {
    "fr": ("Bon entretien, décision attendue ce mois-ci.", "Intéressé ; rappeler après les congés.",
           "Accord sur le principe, offre à envoyer.", "Pas le bon moment, revoir au printemps."),
    "nl": ("Goed gesprek, beslissing verwacht deze maand.", "Geïnteresseerd; terugbellen na het verlof.",
           "Akkoord over het principe, offerte te sturen.", "Niet het juiste moment, in het voorjaar opnieuw."),
    "en": ("Good talk, decision expected this month.", "Interested; call back after the holidays.",
           "Agreed in principle, offer to be sent.", "Not the right time, try again in spring."),
}

TRADES: Mapping[str, Trade] = {
    "broker": Trade(
        persons=0.5,
        companies={
            "fr": ("Garage {name}", "Pharmacie {town}", "Boulangerie {name}", "Menuiserie {name}", "Toitures {name}",
                   "Cabinet {name} & associés"),
            "nl": ("Garage {name}", "Apotheek {town}", "Bakkerij {name}", "Schrijnwerkerij {name}",
                   "Dakwerken {name}", "Kantoor {name} & partners"),
            "en": ("{name} Motors", "{town} Pharmacy", "{name} Bakery", "{name} Joinery", "{name} Roofing",
                   "{name} & Partners"),
        },
        subjects={
            "fr": ("Révision du contrat auto", "Assurance groupe 2027", "Sinistre dégât des eaux",
                   "Bilan annuel des polices"),
            "nl": ("Herziening autopolis", "Groepsverzekering 2027", "Schadegeval waterschade",
                   "Jaarlijks overzicht van de polissen"),
            "en": ("Review of the car policy", "Group insurance 2027", "Water damage claim", "Yearly policy review"),
        },
        points={
            "fr": ("prime 2027\nfranchise", "liste des véhicules\nbonus-malus", "photos du sinistre"),
            "nl": ("premie 2027\nvrijstelling", "lijst van de voertuigen\nbonus-malus", "foto’s van de schade"),
            "en": ("premium 2027\ndeductible", "list of vehicles\nno-claims bonus", "photos of the damage"),
        },
        reports=_REPORTS,
    ),
    "wine": Trade(
        persons=0.2,
        companies={
            "fr": ("Brasserie {name}", "Restaurant Chez {name}", "Hôtel de {town}", "Traiteur {name}",
                   "Cave de {town}", "Bistrot {name}"),
            "nl": ("Brasserie {name}", "Restaurant Bij {name}", "Hotel {town}", "Traiteur {name}", "Wijnbar {town}",
                   "Eetcafé {name}"),
            "en": ("{name}’s Table", "{town} Inn", "{name} Catering", "{town} Wine Bar", "Bistro {name}",
                   "Hotel {name}"),
        },
        subjects={
            "fr": ("Dégustation des nouveaux millésimes", "Carte des vins de printemps", "Commande de fin d’année",
                   "Échantillons de crémant"),
            "nl": ("Proeverij van de nieuwe jaargangen", "Wijnkaart voor de lente", "Eindejaarsbestelling",
                   "Stalen van crémant"),
            "en": ("Tasting of the new vintages", "Spring wine list", "Year-end order", "Samples of sparkling wine"),
        },
        points={
            "fr": ("prix 2027\néchantillons", "carte d’été\nformation du personnel", "délais de livraison"),
            "nl": ("prijzen 2027\nstalen", "zomerkaart\nopleiding van het personeel", "levertermijnen"),
            "en": ("prices 2027\nsamples", "summer list\nstaff training", "delivery times"),
        },
        reports=_REPORTS,
    ),
    "wholesale": Trade(
        persons=0.05,
        companies={
            "fr": ("Quincaillerie {name}", "Matériaux {town}", "Dépanneur {name}", "Rénovation {name}",
                   "Entreprises {name}", "Coopérative de {town}"),
            "nl": ("IJzerhandel {name}", "Bouwmaterialen {town}", "Buurtwinkel {name}", "Renovatie {name}",
                   "Onderneming {name}", "Coöperatie {town}"),
            "en": ("{name} Hardware", "{town} Supplies", "{name} Corner Store", "{name} Renovations",
                   "{name} Enterprises", "{town} Co-op"),
        },
        subjects={
            "fr": ("Soumission 2027", "Conditions de paiement", "Présentoir en magasin", "Rappel de produit"),
            "nl": ("Offerte 2027", "Betalingsvoorwaarden", "Display in de winkel", "Terugroeping van een product"),
            "en": ("Quote 2027", "Payment terms", "In-store display", "Product recall"),
        },
        points={
            "fr": ("volumes\nremise", "compte en souffrance", "plan du magasin\néchantillons"),
            "nl": ("volumes\nkorting", "openstaande rekening", "winkelplan\nstalen"),
            "en": ("volumes\ndiscount", "overdue account", "floor plan\nsamples"),
        },
        reports=_REPORTS,
    ),
}

FUNCTIONS = {
    "fr": ("Gérante", "Responsable des achats", "Comptable", "Directeur", "Chef de cuisine", "Accueil"),
    "nl": ("Zaakvoerder", "Verantwoordelijke aankoop", "Boekhouder", "Directeur", "Chef-kok", "Onthaal"),
    "en": ("Owner", "Purchasing manager", "Accountant", "Director", "Head chef", "Front desk"),
}
NOTES = {
    "fr": (("Fermé le lundi", ""), ("Passer par l’entrée de service", "Le parking est derrière, sonner deux fois."),
           ("Change de comptable en janvier", "Renvoyer les factures à la nouvelle adresse.")),
    "nl": (("Maandag gesloten", ""), ("Langs de leveranciersingang", "De parking is achteraan, twee keer bellen."),
           ("Verandert in januari van boekhouder", "De facturen naar het nieuwe adres sturen.")),
    "en": (("Closed on Mondays", ""), ("Use the delivery entrance", "Parking is behind the building, ring twice."),
           ("New accountant in January", "Send the invoices to the new address.")),
}
"""Subject and detail."""
# fmt: on


def company_name(random: Random, trade: Trade, language: str) -> str:
    shape = random.choice(trade.companies[language])
    name = shape.format(name=random.choice(SURNAMES[language]), town=random.choice(TOWNS[language])[1])
    return f"{name} {random.choice(LOCALITIES[language].legal_forms)}".strip()
