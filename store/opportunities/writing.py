"""Opening, changing and ending an opportunity; each change leaves how it stands in its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.domain import line
from store.dossiers import DossierFacts, close_dossier, open_dossier, reopen_dossier
from store.dossiers.writing import dossier_to_write
from store.dossiers.writing import edit_dossier as change_dossier
from store.money import checked_currency, checked_price, checked_quantity
from store.opportunities.model import (
    LossReason,
    Opportunity,
    OpportunityChange,
    OpportunityLine,
    OpportunityStage,
    OpportunityState,
    OpportunityType,
)
from store.opportunities.queries import changes_of, seen, stages_of
from store.products import Product
from store.typed import line_typed

MOST_LINES = 30
TEXT_LIMIT = 150
LARGEST_BUDGET = Decimal("999999999.99")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A product by id, or what is sold in words; `price` is of one."""

    quantity: Decimal
    price: Decimal
    product_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpportunityFacts:
    """Everything that a form decides. `own_probability` None: the stage's. `budget` None: not known."""

    name: str
    type_id: int
    stage_id: int
    owner_id: int
    currency: str
    opened_on: date
    closes_on: date | None = None
    own_probability: int | None = None
    budget: Decimal | None = None
    contact_id: int | None = None
    note: str = ""
    lines: tuple[LineFacts, ...] = ()


def facts_of(opportunity: Opportunity) -> OpportunityFacts:
    """The opportunity as a form would have given it."""
    return OpportunityFacts(
        name=opportunity.dossier.name,
        type_id=opportunity.type_id,
        stage_id=opportunity.stage_id,
        owner_id=opportunity.owner_id,
        currency=opportunity.currency,
        opened_on=opportunity.opened_on,
        closes_on=opportunity.closes_on,
        own_probability=opportunity.own_probability,
        budget=opportunity.budget,
        contact_id=opportunity.contact_id,
        note=opportunity.dossier.note,
        lines=tuple(LineFacts(one.quantity, one.price, one.product_id, one.text) for one in opportunity.lines),
    )


def open_opportunity(
    session: Session, *, by: Collaborator, relation_id: int, facts: OpportunityFacts, now: datetime
) -> Opportunity:
    """With its dossier. Raises NotFound and BookError at `relation`, or at the field of the facts that is wrong."""
    dossier = open_dossier(session, by=by, relation_id=relation_id, facts=DossierFacts(facts.name, facts.note), now=now)
    opportunity = Opportunity(dossier_id=dossier.id, dossier=dossier, state=OpportunityState.OPEN, lines=[])
    _apply(session, opportunity, facts, by=by)
    session.add(opportunity)
    _remember(session, opportunity, by=by, now=now)
    return opportunity


def edit_opportunity(
    session: Session,
    dossier_id: int,
    *,
    by: Collaborator,
    version: int | None,
    dossier_version: int | None = None,
    facts: OpportunityFacts,
    now: datetime,
) -> Opportunity:
    """Raises NotFound, ChangedMeanwhile, and BookError at a field. `dossier_version` is of name and note."""
    opportunity = _to_write(session, dossier_id, by=by)
    opportunity.expect_version(version)
    opportunity.dossier.expect_version(dossier_version, kept_as="dossier_version")
    if (facts.name, facts.note) != (opportunity.dossier.name, opportunity.dossier.note):
        named = DossierFacts(facts.name, facts.note)
        change_dossier(session, dossier_id, by=by, version=None, facts=named, now=now)
    _apply(session, opportunity, facts, by=by)
    _remember(session, opportunity, by=by, now=now)
    return opportunity


def end_opportunity(
    session: Session,
    dossier_id: int,
    *,
    by: Collaborator,
    state: OpportunityState,
    on: date,
    reason_id: int | None = None,
    now: datetime,
) -> Opportunity:
    """Won, lost or abandoned on that day; its dossier closes. A loss has a reason.

    Raises NotFound, and BookError at `reason` without one, at `on` for a day to come or before it was opened, and when
    it has ended already.
    """
    opportunity = _to_write(session, dossier_id, by=by)
    if opportunity.state is not OpportunityState.OPEN:
        raise BookError(_("This opportunity has ended already. Reopen it first."))
    if state is OpportunityState.LOST and reason_id is None:
        raise BookError(_("Please fill this in."), field="reason")
    if on > by.day_of(now):
        raise BookError(_("This day is still to come: note it when it is there."), field="on")
    if on < opportunity.opened_on:
        raise BookError(_("This is before the day on which it was opened."), field="on")
    reason = line(session, LossReason, reason_id, field="reason") if reason_id is not None else None
    opportunity.state, opportunity.ended_on = state, on
    opportunity.reason, opportunity.reason_id = reason, reason.id if reason else None
    close_dossier(session, dossier_id, by=by, now=now)
    _remember(session, opportunity, by=by, now=now)
    return opportunity


def reopen_opportunity(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Opportunity:
    """Takes the end back, with the closing of its dossier; harmless when it is open. Raises NotFound."""
    opportunity = _to_write(session, dossier_id, by=by)
    if opportunity.state is not OpportunityState.OPEN:
        opportunity.state, opportunity.ended_on = OpportunityState.OPEN, None
        opportunity.reason, opportunity.reason_id = None, None
        reopen_dossier(session, dossier_id, by=by, now=now)
        _remember(session, opportunity, by=by, now=now)
    return opportunity


def _to_write(session: Session, dossier_id: int, *, by: Collaborator) -> Opportunity:
    dossier_to_write(session, dossier_id, by=by)  # locked: of two who change it one waits
    found = session.scalars(seen(by).where(Opportunity.dossier_id == dossier_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def _remember(session: Session, opportunity: Opportunity, *, by: Collaborator, now: datetime) -> None:
    """A new version also when only a line changed; in the history only when that says something new."""
    opportunity.changed_at = now
    flag_modified(opportunity, "changed_at")
    session.flush()
    stands = {
        "stage_id": opportunity.stage_id,
        "owner_id": opportunity.owner_id,
        "state": opportunity.state,
        "probability": opportunity.probability,
        "worth": opportunity.worth,
        "currency": opportunity.currency,
        "closes_on": opportunity.closes_on,
    }
    last = next(reversed(changes_of(session, opportunity)), None)
    if last is None or any(getattr(last, name) != value for name, value in stands.items()):
        session.add(OpportunityChange(dossier_id=opportunity.dossier_id, at=now, by_id=by.id, **stands))
        session.flush()


def _apply(session: Session, opportunity: Opportunity, facts: OpportunityFacts, *, by: Collaborator) -> None:
    _take_type_and_stage(session, opportunity, facts)
    _take_people(session, opportunity, facts, by=by)
    if facts.own_probability is not None and not 0 <= facts.own_probability <= 100:
        raise BookError(_("A percentage is from 0 to 100."), field="own_probability")
    opportunity.own_probability = facts.own_probability
    opportunity.budget = None
    if facts.budget is not None:
        opportunity.budget = checked_price(facts.budget, field="budget", most=LARGEST_BUDGET)
    opportunity.currency = checked_currency(facts.currency, field="currency")
    if facts.closes_on is not None and facts.closes_on < facts.opened_on:
        raise BookError(_("It cannot close before it was opened."), field="closes_on")
    opportunity.opened_on, opportunity.closes_on = facts.opened_on, facts.closes_on
    _put_lines(session, opportunity, facts.lines)


def _take_type_and_stage(session: Session, opportunity: Opportunity, facts: OpportunityFacts) -> None:
    kind = line(session, OpportunityType, facts.type_id, field="type")
    stage = line(session, OpportunityStage, facts.stage_id, field="stage")
    # A stage that was retired or given to another type since stays where it stands.
    is_kept = (kind.id, stage.id) == (opportunity.type_id, opportunity.stage_id)
    if not is_kept and stage not in stages_of(session, kind.id):
        raise BookError(_("This stage is not one of this type’s: choose another."), field="stage")
    opportunity.type, opportunity.type_id = kind, kind.id
    opportunity.stage, opportunity.stage_id = stage, stage.id


def _take_people(session: Session, opportunity: Opportunity, facts: OpportunityFacts, *, by: Collaborator) -> None:
    owner = session.get(Collaborator, facts.owner_id)
    if owner is None or (not owner.is_active and owner.id != opportunity.owner_id):
        raise BookError(_("This collaborator has left. Choose somebody else."), field="owner")
    contact_id = facts.contact_id
    # One who left or is out of sight by now stays where nobody chose somebody else.
    if contact_id is not None and contact_id != opportunity.contact_id:
        contact = contact_seen_by(session, contact_id, asked_by=by)
        if contact is None or contact.relation_id != opportunity.dossier.relation_id:
            raise BookError(_("This contact is not one of the relation chosen."), field="contact")
        contact_id = contact.id
    opportunity.owner, opportunity.owner_id, opportunity.contact_id = owner, owner.id, contact_id


def _put_lines(session: Session, opportunity: Opportunity, lines: Sequence[LineFacts]) -> None:
    """Raises BookError at `lines.<number>.…`."""
    if len(lines) > MOST_LINES:
        raise BookError(_("At most {most} lines."), field="lines", most=MOST_LINES)
    rows = list(opportunity.lines)
    for position, facts in enumerate(lines):
        at = f"lines.{position}"
        row = rows[position] if position < len(rows) else OpportunityLine()
        product = session.get(Product, facts.product_id) if facts.product_id is not None else None
        if facts.product_id is not None and product is None:
            raise NotFound(field=f"{at}.product")
        row.position, row.product_id = position, facts.product_id
        row.text = line_typed(facts.text, field=f"{at}.text", limit=TEXT_LIMIT, required=product is None)
        row.quantity = checked_quantity(facts.quantity, field=f"{at}.quantity")
        row.price = checked_price(facts.price, field=f"{at}.price")
        if position >= len(rows):
            opportunity.lines.append(row)
    del opportunity.lines[len(lines) :]
