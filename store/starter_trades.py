"""What the lists of a broker office, a wine merchant and a wholesaler hold beside the lines that every office has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from store.actions import ActionType
from store.consent import MailingTopic
from store.contacts import ContactKind, Grouping
from store.domain import Listed
from store.involvements import InvolvementCategory
from store.links import LinkType
from store.relations import RelationCategory
from store.starter_lines import Line, new_line, new_link


class Trade(StrEnum):
    BROKER = "broker"
    WINE = "wine"
    WHOLESALE = "wholesale"


Lines = Mapping[type[Listed], Iterable[Line]]

_BROKER: Lines = {
    RelationCategory: (
        new_line("insurer", "Insurance company", "Compagnie d’assurances", "Verzekeringsmaatschappij"),
        new_line("loss_adjuster", "Loss adjuster", "Expert en sinistres", "Schade-expert"),
        new_line("introducer", "Introducer", "Apporteur d’affaires", "Aanbrenger"),
    ),
    ContactKind: (
        new_line("human_resources", "Human resources", "Ressources humaines", "Personeelsdienst"),
        new_line("fleet", "Fleet", "Parc automobile", "Wagenpark"),
        new_line("claims", "Claims", "Sinistres", "Schade"),
    ),
    ActionType: (
        new_line("policy_review", "Policy review", "Révision des contrats", "Nazicht van de polissen",
                 emoji="umbrella", duration_min=60),
        new_line("claim", "Claim", "Sinistre", "Schadegeval", emoji="warning", duration_min=30, invites=False),
        new_line("renewal", "Renewal", "Renouvellement", "Hernieuwing", emoji="calendar", duration_min=30,
                 invites=False),
    ),
    InvolvementCategory: (
        new_line("life", "Life insurance", "Assurance vie", "Levensverzekering"),
        new_line("non_life", "Non-life insurance", "Assurance non-vie", "Schadeverzekering"),
        new_line("loans", "Loans", "Crédits", "Kredieten"),
        new_line("co_broker", "Co-broker", "Co-courtier", "Comakelaar", carries_commission=True),
    ),
    LinkType: (
        new_link("policyholder", ("Policyholder for", "Preneur d’assurance pour", "Verzekeringnemer voor"),
                 ("Insured by", "Est assuré par", "Is verzekerd door")),
        new_link("driver", ("Usual driver for", "Conducteur habituel pour", "Gewoonlijke bestuurder voor"),
                 ("Has as usual driver", "A pour conducteur habituel", "Heeft als gewoonlijke bestuurder")),
    ),
    Grouping: (
        new_line("fleet_owners", "Owners of a fleet", "Clients avec flotte", "Klanten met een wagenpark"),
        new_line("self_employed", "Self-employed", "Indépendants", "Zelfstandigen"),
    ),
}  # fmt: skip

_WINE: Lines = {
    RelationCategory: (
        new_line("restaurant", "Restaurant or hotel", "Restaurant ou hôtel", "Restaurant of hotel"),
        new_line("wine_shop", "Wine shop", "Caviste", "Wijnwinkel"),
        new_line("winegrower", "Winegrower", "Vigneron", "Wijnbouwer"),
    ),
    ContactKind: (
        new_line("sommelier", "Sommelier", "Sommelier", "Sommelier"),
        new_line("cellar", "Cellar", "Cave", "Kelder"),
    ),
    ActionType: (
        new_line("tasting", "Tasting", "Dégustation", "Proeverij", emoji="wine_glass", duration_min=120,
                 is_all_day=False),
        new_line("samples", "Samples sent", "Échantillons envoyés", "Stalen verstuurd", emoji="package",
                 duration_min=15, invites=False),
        new_line("delivery", "Delivery", "Livraison", "Levering", emoji="truck", duration_min=30, invites=False),
    ),
    InvolvementCategory: (
        new_line("deliveries", "Deliveries", "Livraisons", "Leveringen"),
        new_line("wine_advice", "Wine advice", "Conseil en vins", "Wijnadvies"),
    ),
    LinkType: (
        new_link("importer", ("Imports the wines of", "Importe les vins de", "Voert de wijnen in van"),
                 ("Wines imported by", "Vins importés par", "Wijnen ingevoerd door")),
    ),
    Grouping: (
        new_line("tastings", "Invited to tastings", "Invités aux dégustations", "Uitgenodigd op proeverijen"),
        new_line("en_primeur", "Buys en primeur", "Achète en primeur", "Koopt en primeur"),
    ),
    MailingTopic: (
        new_line("new_vintages", "New vintages", "Nouveaux millésimes", "Nieuwe oogstjaren"),
    ),
}  # fmt: skip

_WHOLESALE: Lines = {
    RelationCategory: (
        new_line("retailer", "Retailer", "Détaillant", "Kleinhandelaar"),
        new_line("buying_group", "Buying group", "Centrale d’achat", "Aankoopcentrale"),
        new_line("carrier", "Carrier", "Transporteur", "Vervoerder"),
    ),
    ContactKind: (
        new_line("shop", "Shop manager", "Gérant du magasin", "Winkelverantwoordelijke"),
        new_line("logistics", "Logistics", "Logistique", "Logistiek"),
        new_line("quality", "Quality", "Qualité", "Kwaliteit"),
    ),
    ActionType: (
        new_line("range_review", "Range review", "Revue de l’assortiment", "Bespreking van het assortiment",
                 emoji="bar_chart", duration_min=60),
        new_line("price_talks", "Price talks", "Négociation des prix", "Prijsonderhandeling", emoji="moneybag",
                 duration_min=60),
        new_line("complaint", "Complaint", "Réclamation", "Klacht", emoji="exclamation", duration_min=30,
                 invites=False),
    ),
    InvolvementCategory: (
        new_line("inside_sales", "Inside sales", "Vente interne", "Verkoop binnendienst"),
        new_line("logistics", "Logistics", "Logistique", "Logistiek"),
    ),
    LinkType: (
        new_link("buys_through", ("Buys through", "Achète via", "Koopt via"),
                 ("Buys for", "Achète pour", "Koopt voor")),
    ),
    Grouping: (
        new_line("price_list", "Gets the price list", "Reçoit le tarif", "Krijgt de prijslijst"),
        new_line("promotions", "Gets the promotions", "Reçoit les promotions", "Krijgt de promoties"),
    ),
    MailingTopic: (
        new_line("promotions", "Promotions", "Promotions", "Promoties"),
    ),
}  # fmt: skip

OF_BROKERS: Mapping[type[Listed], frozenset[str]] = {InvolvementCategory: frozenset({"claims", "production"})}
"""Keys of lines that every office starts with and that only a broker needs."""

LINES_OF_TRADE: Mapping[Trade, Lines] = {Trade.BROKER: _BROKER, Trade.WINE: _WINE, Trade.WHOLESALE: _WHOLESALE}
