"""The lists that a new office starts with, in three languages. Each line is the office's own to rename or retire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.actions import ActionStatus, ActionType, Meaning
from store.collaborators import Collaborator
from store.consent import MailingTopic
from store.contacts import ContactKind, Grouping
from store.domain import Listed, line_with_key
from store.involvements import REPRESENTATIVE, CommissionRule, InvolvementCategory
from store.links import LinkType
from store.lists.moving import number_pointing
from store.note_emojis import NoteEmoji
from store.opportunities import LossReason, OpportunityStage, OpportunityType
from store.relations import RelationCategory, RelationKind
from store.starter_lines import Line, new_line, new_link
from store.starter_trades import LINES_OF_TRADE, OF_BROKERS, Trade
from store.statuses import ActionPriority, RelationPriority, RelationStatus, Standing
from store.words import fold

COMPANY, PERSON = RelationKind.COMPANY, RelationKind.PERSON

RELATION_CATEGORIES = (
    new_line("client", "Client", "Client", "Klant"),
    new_line("prospect", "Prospect", "Prospect", "Prospect"),
    new_line("supplier", "Supplier", "Fournisseur", "Leverancier"),
    new_line("contact_group", "Contact group", "Groupe de contacts", "Contactgroep"),
    new_line("partner", "Partner", "Partenaire", "Partner"),
)

RELATION_STATUSES = (
    new_line("prospect", "Prospect", "Prospect", "Prospect", emoji="large_yellow_circle",
          meaning=Standing.PROSPECT),
    new_line("client", "Client", "Client", "Klant", emoji="large_green_circle", meaning=Standing.CLIENT),
    new_line("former_client", "Former client", "Ancien client", "Vroegere klant", emoji="white_circle",
          meaning=Standing.FORMER),
)  # fmt: skip

RELATION_PRIORITIES = (
    new_line("a", "A", "A", "A", emoji="red_circle"),
    new_line("b", "B", "B", "B", emoji="large_orange_circle"),
    new_line("c", "C", "C", "C", emoji="white_circle"),
)

ACTION_PRIORITIES = (
    new_line("high", "High", "Haute", "Hoog", emoji="red_circle"),
    new_line("normal", "Normal", "Normale", "Normaal", emoji="large_blue_circle", is_usual=True),
    new_line("low", "Low", "Basse", "Laag", emoji="white_circle"),
)

NOTE_EMOJIS = (new_line("note", "Note", "Note", "Notitie", emoji="memo"),)

GROUPINGS = (
    new_line("greetings", "New year’s wishes", "Vœux de fin d’année", "Eindejaarswensen"),
    new_line("invitations", "Invitations", "Invitations", "Uitnodigingen"),
)

CONTACT_KINDS = (
    new_line("management", "Management", "Direction", "Directie"),
    new_line("purchases", "Purchases", "Achats", "Aankoop"),
    new_line("accounts_payable", "Accounts payable", "Comptes à payer", "Crediteuren"),
    new_line("sales", "Sales", "Ventes", "Verkoop"),
    new_line("technical", "Technical", "Technique", "Techniek"),
    new_line("reception", "Reception", "Accueil", "Onthaal"),
)

ACTION_TYPES = (
    new_line("visit", "Visit", "Visite", "Bezoek", emoji="car", duration_min=60),
    new_line("call", "Phone call", "Appel téléphonique", "Telefoongesprek", emoji="telephone_receiver", duration_min=15,
          is_all_day=False, invites=False),
    new_line("online_meeting", "Online meeting", "Réunion en ligne", "Onlinevergadering", emoji="computer",
          duration_min=45, is_all_day=False),
    new_line("meeting", "Meeting at our office", "Réunion au bureau", "Vergadering op kantoor", emoji="handshake",
          duration_min=60),
    new_line("lunch", "Lunch", "Lunch", "Lunch", emoji="knife_fork_plate", duration_min=90),
    new_line("fair", "Fair or event", "Salon ou événement", "Beurs of evenement", emoji="ticket", duration_min=240),
    new_line("mail_sent", "E-mail sent", "E-mail envoyé", "E-mail verstuurd", emoji="email", duration_min=5,
          invites=False),
    new_line("document_sent", "Document sent", "Document envoyé", "Document verstuurd", emoji="page_facing_up",
          duration_min=5, invites=False),
    new_line("offer", "Offer to prepare", "Offre à préparer", "Offerte voor te bereiden", emoji="memo", duration_min=30,
          invites=False),
    new_line("follow_up", "Follow-up", "Suivi", "Opvolging", emoji="arrows_counterclockwise", duration_min=15,
          invites=False),
)  # fmt: skip

ACTION_STATUSES = (
    new_line("planned", "Planned", "Planifiée", "Gepland", meaning=Meaning.PLANNED),
    new_line("done", "Done", "Réalisée", "Uitgevoerd", meaning=Meaning.DONE),
    new_line("cancelled", "Cancelled", "Annulée", "Geannuleerd", meaning=Meaning.CANCELLED),
    new_line("no_show", "Did not turn up", "Absent au rendez-vous", "Niet komen opdagen", meaning=Meaning.NO_SHOW),
)

INVOLVEMENT_CATEGORIES = (
    new_line(REPRESENTATIVE, "Representative", "Représentant", "Vertegenwoordiger", carries_commission=True,
          commission_rule=CommissionRule.AT_MOST_100, fills_representative=True),
    new_line("account_manager", "Account manager", "Gestionnaire de dossier", "Dossierbeheerder"),
    new_line("claims", "Claims", "Sinistres", "Schade"),
    new_line("production", "Production", "Production", "Productie"),
    new_line("accounting", "Accounting", "Comptabilité", "Boekhouding"),
    new_line("introducer", "Introduced by", "Apporteur", "Aanbrenger", carries_commission=True),
)  # fmt: skip

LINK_TYPES = (
    new_link("parent_company", ("Parent company of", "Société mère de", "Moedermaatschappij van"),
          ("Subsidiary of", "Filiale de", "Dochteronderneming van"),
          source_kind=COMPANY, target_kind=COMPANY, is_hierarchy=True, has_one_source=True),
    new_link("group", ("Group of", "Groupe de", "Groep van"),
          ("Belongs to the group", "Fait partie du groupe", "Behoort tot de groep"),
          source_kind=COMPANY, target_kind=COMPANY, is_hierarchy=True),
    new_link("shareholder", ("Shareholder of", "Actionnaire de", "Aandeelhouder van"),
          ("Has as shareholder", "A pour actionnaire", "Heeft als aandeelhouder"), target_kind=COMPANY),
    new_link("director", ("Director of", "Administrateur de", "Bestuurder van"),
          ("Has as director", "A pour administrateur", "Heeft als bestuurder"), target_kind=COMPANY),
    new_link("employer", ("Employer of", "Employeur de", "Werkgever van"),
          ("Employed by", "Employé de", "Werknemer van"), target_kind=PERSON, has_one_source=True),
    new_link("spouse", ("Spouse of", "Conjoint de", "Partner van"),
          source_kind=PERSON, target_kind=PERSON, has_one_source=True, has_one_target=True),
    new_link("parent", ("Parent of", "Parent de", "Ouder van"), ("Child of", "Enfant de", "Kind van"),
          source_kind=PERSON, target_kind=PERSON),
    new_link("brother_or_sister", ("Brother or sister of", "Frère ou sœur de", "Broer of zus van"),
          source_kind=PERSON, target_kind=PERSON),
    new_link("accountant", ("Accountant of", "Comptable de", "Boekhouder van"),
          ("Has as accountant", "A pour comptable", "Heeft als boekhouder")),
    new_link("lawyer", ("Lawyer of", "Avocat de", "Advocaat van"),
          ("Has as lawyer", "A pour avocat", "Heeft als advocaat")),
    new_link("supplier", ("Supplier of", "Fournisseur de", "Leverancier van"),
          ("Customer of", "Client de", "Klant van")),
    new_link("billed_to", ("Pays the invoices of", "Paie les factures de", "Betaalt de facturen van"),
          ("Invoices are paid by", "Factures payées par", "Facturen betaald door")),
    new_link("introduced", ("Introduced", "A recommandé", "Heeft aangebracht"),
          ("Introduced by", "Recommandé par", "Aangebracht door")),
    new_link("partner", ("Business partner of", "Partenaire de", "Zakenpartner van")),
)  # fmt: skip

MAILING_TOPICS = (
    new_line("newsletter", "Newsletter", "Lettre d’information", "Nieuwsbrief"),
    new_line("offers", "Offers", "Offres", "Aanbiedingen"),
    new_line("events", "Events", "Événements", "Evenementen"),
)

OPPORTUNITY_TYPES = (new_line("sale", "Sale", "Vente", "Verkoop"),)

OPPORTUNITY_STAGES = (
    new_line("first_contact", "First contact", "Premier contact", "Eerste contact", probability=10),
    new_line("needs_known", "Needs known", "Besoins connus", "Behoeften gekend", probability=30),
    new_line("offer_made", "Offer made", "Offre remise", "Offerte gemaakt", probability=50),
    new_line("negotiation", "Negotiation", "Négociation", "Onderhandeling", probability=75),
)

LOSS_REASONS = (
    new_line("price", "Price", "Prix", "Prijs"),
    new_line("competitor", "Chose a competitor", "A choisi un concurrent", "Koos een concurrent"),
    new_line("no_budget", "No budget", "Pas de budget", "Geen budget"),
    new_line("no_need", "No need any more", "Plus de besoin", "Geen behoefte meer"),
)

STARTER: Mapping[type[Listed], Iterable[Line]] = {
    RelationCategory: RELATION_CATEGORIES,
    RelationStatus: RELATION_STATUSES,
    RelationPriority: RELATION_PRIORITIES,
    ContactKind: CONTACT_KINDS,
    Grouping: GROUPINGS,
    ActionType: ACTION_TYPES,
    ActionStatus: ACTION_STATUSES,
    ActionPriority: ACTION_PRIORITIES,
    OpportunityType: OPPORTUNITY_TYPES,
    OpportunityStage: OPPORTUNITY_STAGES,
    LossReason: LOSS_REASONS,
    NoteEmoji: NOTE_EMOJIS,
    InvolvementCategory: INVOLVEMENT_CATEGORIES,
    LinkType: LINK_TYPES,
    MailingTopic: MAILING_TOPICS,
}

_KIND_OF_TYPE = {"visit": "purchases", "offer": "purchases", "document_sent": "accounts_payable"}
"""Action types whose contact is filled with the first in rank of a kind."""


def seed_domain_data(session: Session, now: datetime) -> int:
    """Adds the lines that are missing, as added at `now`, and returns how many.

    A line that the office renamed or retired stays as it is.
    """
    added = sum(_seed(session, kind, lines, now) for kind, lines in STARTER.items())
    for type_key, kind_key in _KIND_OF_TYPE.items():
        action_type = line_with_key(session, ActionType, type_key)
        if action_type.added_at == now:
            action_type.contact_kind_id = line_with_key(session, ContactKind, kind_key).id
    return added


def start_from(session: Session, trade: Trade, *, by: Collaborator, now: datetime) -> int:
    """As `seed_trade`, for an administrator. Raises NotAllowed."""
    require_admin(by)
    return seed_trade(session, trade, now)


def seed_trade(session: Session, trade: Trade, now: datetime) -> int:
    """Adds the lines of a trade that are missing and returns how many; no line of the office is touched.

    A line whose label stands on the list in the same language is not missing, whatever its key. In another trade than a
    broker's, what only brokers need is retired, unless somebody changed it or a record has it.
    """
    if trade is not Trade.BROKER:
        _retire_brokers_lines(session, now)
    added = 0
    for kind, lines in LINES_OF_TRADE[trade].items():
        known = {label for row in session.scalars(select(kind)) for label in _labels(row)}
        added += _seed(session, kind, [line for line in lines if known.isdisjoint(_labels(line))], now)
    return added


def _retire_brokers_lines(session: Session, now: datetime) -> None:
    for kind, keys in OF_BROKERS.items():
        own = {line.key for line in LINES_OF_TRADE[Trade.BROKER].get(kind, ())}
        if session.scalar(select(func.count()).select_from(kind).where(kind.key.in_(own))):
            continue  # an office of both trades
        untouched = (kind.key.in_(keys), kind.version == 1, kind.retired_at.is_(None))
        for row in session.scalars(select(kind).where(*untouched)):
            if not number_pointing(session, kind, row.id):
                row.retired_at = now
    session.flush()


def _labels(of: Line | Listed) -> set[tuple[str, str]]:
    """Folded, by language."""
    en, fr, nl = (of.en, of.fr, of.nl) if isinstance(of, Line) else (of.label_en, of.label_fr, of.label_nl)
    return {("en", fold(en)), ("fr", fold(fr)), ("nl", fold(nl))}


def _seed(session: Session, kind: type[Listed], lines: Iterable[Line], now: datetime) -> int:
    new: Any = kind
    known = set(session.scalars(select(kind.key)))
    last = session.scalar(select(func.max(kind.position))) or 0
    rows: list[Listed] = [
        new(key=line.key, label_en=line.en, label_fr=line.fr, label_nl=line.nl, added_at=now, **line.more)
        for line in lines
        if line.key not in known
    ]
    for position, row in enumerate(rows, start=last + 1):
        row.position = position
    session.add_all(rows)
    session.flush()
    return len(rows)
