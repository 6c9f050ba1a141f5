"""The lists that a new office starts with, in three languages. Each line is the office's own to rename or retire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType, Meaning
from store.consent import MailingTopic
from store.contacts import ContactKind
from store.domain import line_with_key
from store.involvements import REPRESENTATIVE, CommissionRule, InvolvementCategory
from store.links import LinkType
from store.relations import RelationCategory, RelationKind

COMPANY, PERSON = RelationKind.COMPANY, RelationKind.PERSON

ListKind = type[
    ActionType | ActionStatus | ContactKind | InvolvementCategory | LinkType | MailingTopic | RelationCategory
]


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    en: str
    fr: str
    nl: str
    more: Mapping[str, Any] = field(default_factory=dict)


def _line(key: str, en: str, fr: str, nl: str, **more: object) -> Line:
    return Line(key, en, fr, nl, more)


def _link(key: str, there: tuple[str, str, str], back: tuple[str, str, str] | None = None, **more: object) -> Line:
    """`there` reads from source to target, `back` the other way: the same unless given."""
    labels = dict(zip(("back_label_en", "back_label_fr", "back_label_nl"), back or there, strict=True))
    return Line(key, *there, {"is_symmetric": back is None, **labels, **more})


RELATION_CATEGORIES = (
    _line("client", "Client", "Client", "Klant"),
    _line("prospect", "Prospect", "Prospect", "Prospect"),
    _line("supplier", "Supplier", "Fournisseur", "Leverancier"),
    _line("contact_group", "Contact group", "Groupe de contacts", "Contactgroep"),
    _line("partner", "Partner", "Partenaire", "Partner"),
)


CONTACT_KINDS = (
    _line("management", "Management", "Direction", "Directie"),
    _line("purchases", "Purchases", "Achats", "Aankoop"),
    _line("accounts_payable", "Accounts payable", "Comptes à payer", "Crediteuren"),
    _line("sales", "Sales", "Ventes", "Verkoop"),
    _line("technical", "Technical", "Technique", "Techniek"),
    _line("reception", "Reception", "Accueil", "Onthaal"),
)

ACTION_TYPES = (
    _line("visit", "Visit", "Visite", "Bezoek", emoji="car", duration_min=60),
    _line("call", "Phone call", "Appel téléphonique", "Telefoongesprek", emoji="telephone_receiver", duration_min=15,
          is_all_day=False, invites=False),
    _line("online_meeting", "Online meeting", "Réunion en ligne", "Onlinevergadering", emoji="computer",
          duration_min=45, is_all_day=False),
    _line("meeting", "Meeting at our office", "Réunion au bureau", "Vergadering op kantoor", emoji="handshake",
          duration_min=60),
    _line("lunch", "Lunch", "Lunch", "Lunch", emoji="knife_fork_plate", duration_min=90),
    _line("fair", "Fair or event", "Salon ou événement", "Beurs of evenement", emoji="ticket", duration_min=240),
    _line("mail_sent", "E-mail sent", "E-mail envoyé", "E-mail verstuurd", emoji="email", duration_min=5,
          invites=False),
    _line("document_sent", "Document sent", "Document envoyé", "Document verstuurd", emoji="page_facing_up",
          duration_min=5, invites=False),
    _line("offer", "Offer to prepare", "Offre à préparer", "Offerte voor te bereiden", emoji="memo", duration_min=30,
          invites=False),
    _line("follow_up", "Follow-up", "Suivi", "Opvolging", emoji="arrows_counterclockwise", duration_min=15,
          invites=False),
)  # fmt: skip

ACTION_STATUSES = (
    _line("planned", "Planned", "Planifiée", "Gepland", meaning=Meaning.PLANNED),
    _line("done", "Done", "Réalisée", "Uitgevoerd", meaning=Meaning.DONE),
    _line("cancelled", "Cancelled", "Annulée", "Geannuleerd", meaning=Meaning.CANCELLED),
    _line("no_show", "Did not turn up", "Absent au rendez-vous", "Niet komen opdagen", meaning=Meaning.NO_SHOW),
)

INVOLVEMENT_CATEGORIES = (
    _line(REPRESENTATIVE, "Representative", "Représentant", "Vertegenwoordiger", carries_commission=True,
          commission_rule=CommissionRule.AT_MOST_100, fills_representative=True),
    _line("account_manager", "Account manager", "Gestionnaire de dossier", "Dossierbeheerder"),
    _line("claims", "Claims", "Sinistres", "Schade"),
    _line("production", "Production", "Production", "Productie"),
    _line("accounting", "Accounting", "Comptabilité", "Boekhouding"),
    _line("introducer", "Introduced by", "Apporteur", "Aanbrenger", carries_commission=True),
)  # fmt: skip

LINK_TYPES = (
    _link("parent_company", ("Parent company of", "Société mère de", "Moedermaatschappij van"),
          ("Subsidiary of", "Filiale de", "Dochteronderneming van"),
          source_kind=COMPANY, target_kind=COMPANY, is_hierarchy=True, has_one_source=True),
    _link("group", ("Group of", "Groupe de", "Groep van"),
          ("Belongs to the group", "Fait partie du groupe", "Behoort tot de groep"),
          source_kind=COMPANY, target_kind=COMPANY, is_hierarchy=True),
    _link("shareholder", ("Shareholder of", "Actionnaire de", "Aandeelhouder van"),
          ("Has as shareholder", "A pour actionnaire", "Heeft als aandeelhouder"), target_kind=COMPANY),
    _link("director", ("Director of", "Administrateur de", "Bestuurder van"),
          ("Has as director", "A pour administrateur", "Heeft als bestuurder"), target_kind=COMPANY),
    _link("employer", ("Employer of", "Employeur de", "Werkgever van"),
          ("Employed by", "Employé de", "Werknemer van"), target_kind=PERSON, has_one_source=True),
    _link("spouse", ("Spouse of", "Conjoint de", "Partner van"),
          source_kind=PERSON, target_kind=PERSON, has_one_source=True, has_one_target=True),
    _link("parent", ("Parent of", "Parent de", "Ouder van"), ("Child of", "Enfant de", "Kind van"),
          source_kind=PERSON, target_kind=PERSON),
    _link("brother_or_sister", ("Brother or sister of", "Frère ou sœur de", "Broer of zus van"),
          source_kind=PERSON, target_kind=PERSON),
    _link("accountant", ("Accountant of", "Comptable de", "Boekhouder van"),
          ("Has as accountant", "A pour comptable", "Heeft als boekhouder")),
    _link("lawyer", ("Lawyer of", "Avocat de", "Advocaat van"),
          ("Has as lawyer", "A pour avocat", "Heeft als advocaat")),
    _link("supplier", ("Supplier of", "Fournisseur de", "Leverancier van"),
          ("Customer of", "Client de", "Klant van")),
    _link("billed_to", ("Pays the invoices of", "Paie les factures de", "Betaalt de facturen van"),
          ("Invoices are paid by", "Factures payées par", "Facturen betaald door")),
    _link("introduced", ("Introduced", "A recommandé", "Heeft aangebracht"),
          ("Introduced by", "Recommandé par", "Aangebracht door")),
    _link("partner", ("Business partner of", "Partenaire de", "Zakenpartner van")),
)  # fmt: skip

MAILING_TOPICS = (
    _line("newsletter", "Newsletter", "Lettre d’information", "Nieuwsbrief"),
    _line("offers", "Offers", "Offres", "Aanbiedingen"),
    _line("events", "Events", "Événements", "Evenementen"),
)

STARTER: Mapping[ListKind, Iterable[Line]] = {
    RelationCategory: RELATION_CATEGORIES,
    ContactKind: CONTACT_KINDS,
    ActionType: ACTION_TYPES,
    ActionStatus: ACTION_STATUSES,
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


def _seed(session: Session, kind: ListKind, lines: Iterable[Line], now: datetime) -> int:
    known = set(session.scalars(select(kind.key)))
    last = session.scalar(select(func.max(kind.position))) or 0
    rows = [
        kind(key=line.key, label_en=line.en, label_fr=line.fr, label_nl=line.nl, added_at=now, **line.more)
        for line in lines
        if line.key not in known
    ]
    for position, row in enumerate(rows, start=last + 1):
        row.position = position
    session.add_all(rows)
    session.flush()
    return len(rows)
