"""What some years of visits leave behind: prospects who became clients, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action, ActionStatus, Meaning
from store.collaborators import Collaborator
from store.domain import line_with_key, listed
from store.expenses import Expense, PriceOrigin
from store.money import currency_of, line_amount
from store.products import Product, ProductCost, cost_on
from store.relation_facts import RelationFact
from store.relations import Relation, RelationCategory, RelationKind
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

PRODUCTS: dict[str, tuple[tuple[str, str, str, str, str, str], ...]] = {
    "fr": (("ECH-1", "Échantillon rouge", "bouteille", "12.50", "4.10", "4.35"),
           ("ECH-2", "Échantillon blanc", "bouteille", "11.00", "3.80", "3.95"),
           ("CAT", "Catalogue imprimé", "pièce", "0.00", "2.15", "2.30")),
    "nl": (("ST-1", "Staal rood", "fles", "12.50", "4.10", "4.35"),
           ("ST-2", "Staal wit", "fles", "11.00", "3.80", "3.95"),
           ("CAT", "Gedrukte catalogus", "stuk", "0.00", "2.15", "2.30")),
    "en": (("SMP-1", "Sample red", "bottle", "12.50", "4.10", "4.35"),
           ("SMP-2", "Sample white", "bottle", "11.00", "3.80", "3.95"),
           ("CAT", "Printed catalogue", "piece", "0.00", "2.15", "2.30")),
}  # fmt: skip
"""Code, name, unit, sales price, and the cost of last year and of this one."""
WORDS = {
    "fr": ("Parking", "Déjeuner", "Péage"),
    "nl": ("Parking", "Lunch", "Tol"),
    "en": ("Parking", "Lunch", "Toll"),
}


def pass_years(
    session: Session, made: Sequence[Relation], *, by: Collaborator, language: str, now: datetime, random: Random
) -> None:
    """Gives each company a priority, and a status with its history that its category follows; some actions expenses."""
    for relation in made:
        if relation.kind is RelationKind.COMPANY:
            _stand(session, relation, by=by, now=now, random=random)
    products = _products(session, language, now=now)
    there = select(Action).join(ActionStatus, ActionStatus.id == Action.status_id)
    done = there.where(ActionStatus.meaning == Meaning.DONE, Action.relation_id.in_([one.id for one in made]))
    for action in session.scalars(done.order_by(Action.sort_at, Action.uid)):
        if random.random() < 0.3:
            _spend(session, action, products, words=WORDS[language], now=now, random=random)
    session.flush()


def _stand(session: Session, relation: Relation, *, by: Collaborator, now: datetime, random: Random) -> None:
    day = now.date() - timedelta(days=random.randrange(300, 900))
    keys = random.choices((("prospect",), ("prospect", "client"), ("prospect", "client", "former_client")), (4, 5, 1))
    sells = relation.category is not None and relation.category.key == "supplier"
    for key in keys[0]:
        if not sells:
            _note(session, relation, day, status_id=line_with_key(session, RelationStatus, key).id, by=by, now=now)
        day += timedelta(days=random.randrange(30, 120))
    if not sells:
        relation.category = line_with_key(session, RelationCategory, "client" if len(keys[0]) > 1 else "prospect")
    priority = random.choice(listed(session, RelationPriority))
    _note(session, relation, day, priority_id=priority.id, by=by, now=now)


def _note(session: Session, relation: Relation, on: date, *, by: Collaborator, now: datetime, **value: int) -> None:
    session.add(RelationFact(relation_id=relation.id, effective_on=on, position=1, by_id=by.id, noted_at=now, **value))


def _products(session: Session, language: str, *, now: datetime) -> list[Product]:
    new_year = date(now.year, 1, 1)
    currency = currency_of(session.info.get("country", ""))
    known = {product.code: product for product in session.scalars(select(Product))}
    found = []
    for code, name, unit, price, last, this in PRODUCTS[language]:
        product = known.get(code)
        if product is None:
            product = Product(code=code, name=name, unit=unit, price=Decimal(price), currency=currency, created_at=now)
            product.folded, product.changed_at = fold(f"{name} {code}"), now
            costs = ((date(now.year - 3, 1, 1), new_year - timedelta(days=1), last), (new_year, None, this))
            product.costs = [
                ProductCost(from_on=first, until_on=until, cost=Decimal(cost), currency=currency)
                for first, until, cost in costs
            ]
            session.add(product)
        found.append(product)
    session.flush()
    return found


def _spend(
    session: Session,
    action: Action,
    products: Sequence[Product],
    *,
    words: Sequence[str],
    now: datetime,
    random: Random,
) -> None:
    product = random.choice(products)
    cost = cost_on(session, product.id, action.starts_on)
    if cost is not None:
        quantity = Decimal(random.randrange(1, 7))
        _book(session, action, quantity, cost.cost, cost.currency, now=now, product_id=product.id,
              table_price=cost.cost, origin=PriceOrigin.TABLE)  # fmt: skip
    price = Decimal(random.randrange(200, 4500, 5)) / 100
    _book(session, action, Decimal(1), price, product.currency, now=now, description=random.choice(words),
          origin=PriceOrigin.TYPED)  # fmt: skip


def _book(
    session: Session, action: Action, quantity: Decimal, price: Decimal, currency: str, *, now: datetime, **more: object
) -> None:
    amount = line_amount(quantity, price)
    session.add(
        Expense(action_id=action.id, quantity=quantity, price=price, currency=currency, amount=amount,
                booked_on=action.starts_on, created_by_id=action.owner_id, created_at=now, changed_at=now, **more)
    )  # fmt: skip
