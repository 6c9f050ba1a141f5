"""Opportunities of a made-up office: in progress at some stage, won or lost, most with a quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.domain import listed
from store.involvements import representative_of
from store.opportunities import (
    LineFacts,
    LossReason,
    Opportunity,
    OpportunityFacts,
    OpportunityState,
    OpportunityType,
    edit_opportunity,
    facts_of,
    open_opportunity,
    stages_of,
)
from store.products import Product
from store.quotes import QuoteState, end_quote, end_sale, make_quote
from store.relations import Relation, RelationKind

NAMES = {
    "fr": ("Offre de printemps", "Contrat annuel", "Nouvelle gamme"),
    "nl": ("Voorjaarsofferte", "Jaarcontract", "Nieuw gamma"),
    "en": ("Spring offer", "Yearly contract", "New range"),
}
_DAY = timedelta(days=1)
_ENDS = (None, OpportunityState.WON, None, OpportunityState.LOST, None)


def open_sales(
    session: Session, made: Sequence[Relation], *, by: Collaborator, language: str, now: datetime, random: Random
) -> None:
    """At one company in four; three of five are in progress."""
    products = session.scalars(select(Product).where(Product.price > 0).order_by(Product.id)).all()
    chosen = [one for one in made if one.kind is RelationKind.COMPANY and random.random() < 0.25]
    for relation, end in zip(chosen, cycle(_ENDS), strict=False):
        opportunity, begun = _offered(
            session, relation, products, by=by, name=random.choice(NAMES[language]), now=now, random=random
        )
        _conclude(session, opportunity, end, at=begun + 15 * _DAY, random=random)


def _offered(
    session: Session, relation: Relation, products: Sequence[Product], *,
    by: Collaborator, name: str, now: datetime, random: Random,
) -> tuple[Opportunity, datetime]:  # fmt: skip
    """With the moment at which it was opened."""
    owner = representative_of(session, relation.id, on=now.date()) or by
    begun = now - random.randrange(20, 120) * _DAY
    kind, product = listed(session, OpportunityType)[0], random.choice(products)
    assert product.price is not None, "those without a price are not among them"
    line = LineFacts(Decimal(random.randrange(6, 90)), product.price, product.id)
    facts = OpportunityFacts(
        name=name, type_id=kind.id, stage_id=random.choice(stages_of(session, kind.id)).id, owner_id=owner.id,
        currency=product.currency, opened_on=begun.date(), closes_on=(now + random.randrange(0, 90) * _DAY).date(),
        own_probability=random.choice((None, None, 40)), lines=(line,),
        budget=random.choice((None, Decimal(random.randrange(2, 40) * 100))),
    )  # fmt: skip
    one = open_opportunity(session, by=owner, relation_id=relation.id, facts=facts, now=begun)
    if random.random() < 0.4:
        moved = replace(facts_of(one), closes_on=(now + random.randrange(91, 150) * _DAY).date())
        edit_opportunity(session, one.dossier_id, by=owner, version=None, facts=moved, now=begun + 5 * _DAY)
    return one, begun


def _conclude(
    session: Session, one: Opportunity, end: OpportunityState | None, *, at: datetime, random: Random
) -> None:  # fmt: skip
    by = one.owner
    if end is OpportunityState.LOST:
        reason_id = random.choice(listed(session, LossReason)).id
        end_sale(session, one.dossier_id, by=by, state=end, on=at.date(), reason_id=reason_id, now=at)
    elif end is not None or random.random() < 0.6:
        quote = make_quote(session, one.dossier_id, by=by, on=at.date(), now=at)
        if end is not None:
            end_quote(session, quote.id, by=by, state=QuoteState.WON, on=at.date(), now=at)
