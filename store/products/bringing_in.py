"""Products and their costs from a list: what is there by its code is changed, what is not is added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, _
from store.collaborators import Collaborator
from store.money import amount_typed, currency_of
from store.products.changes import ProductFacts, add_product, edit_product
from store.products.costs import CostFacts, correct_cost, costs_of, set_cost
from store.products.model import Product, ProductCost
from store.words import fold

# fmt: off
_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "sku", "productcode", "codeproduit", "codearticle", "reference", "ref", "artikelcode",
             "artikelnummer", "articlenumber", "itemcode", "referentie", "productnummer"),
    "name": ("name", "product", "nom", "produit", "naam", "description", "omschrijving", "article", "artikel",
             "designation", "libelle", "productname", "nomduproduit", "productnaam"),
    "unit": ("unit", "unite", "eenheid"),
    "price": ("price", "prix", "prijs", "salesprice", "prixdevente", "verkoopprijs", "unitprice", "prixunitaire",
              "eenheidsprijs"),
    "currency": ("currency", "devise", "munt", "valuta", "monnaie"),
    "cost": ("cost", "cout", "kost", "kostprijs", "coutunitaire", "prixderevient", "unitcost", "prixdachat",
             "aankoopprijs"),
    "cost_currency": ("costcurrency", "deviseducout", "muntkost", "muntvandekostprijs"),
    "cost_from": ("costfrom", "validfrom", "from", "coutapartirdu", "valableapartirdu", "apartirdu", "kostvanaf",
                  "geldigvanaf", "vanaf", "datecout"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Refused:
    """`line` is where it stands in the file."""

    line: int
    why: BookError


@dataclass(slots=True)
class BroughtIn:
    """How many products were added and changed, how many costs were set, and which lines were refused."""

    added: int = 0
    changed: int = 0
    costs: int = 0
    refused: list[Refused] = field(default_factory=list)


def bring_in_products(
    session: Session,
    columns: Sequence[str],
    lines: Iterable[tuple[int, Sequence[str]]],
    *,
    by: Collaborator,
    now: datetime,
    country: str = "",
) -> BroughtIn:
    """`lines` are numbers and cells. A line that is refused changes nothing; the others count.

    An empty cell leaves what is there. `country` (ISO 3166) tells the currency of lines that name none. Raises
    NotAllowed, and BookError without a column of codes or names.
    """
    require_admin(by)
    fields = _fields(columns)
    if not {"code", "name"} <= set(fields):
        raise BookError(_("The list needs a column “code” and a column “name”."), field="files")
    result = BroughtIn()
    for number, cells in lines:
        said = {name: cell.strip() for name, cell in zip(fields, cells, strict=False) if name and cell.strip()}
        try:
            with session.begin_nested():
                _take(session, said, result, by=by, now=now, country=country)
        except BookError as error:
            result.refused.append(Refused(number, error))
    return result


def _fields(columns: Sequence[str]) -> list[str]:
    """For each column the field that its name says, "" for none; each field once."""
    found: list[str] = []
    for column in columns:
        key = "".join(sign for sign in fold(column) if sign.isalnum())
        name = next((name for name, known in _NAMES.items() if key in known), "")
        found.append("" if name in found else name)
    return found


def _take(
    session: Session, said: Mapping[str, str], result: BroughtIn, *, by: Collaborator, now: datetime, country: str
) -> None:
    code = said.get("code", "")
    known = session.scalars(select(Product).where(func.lower(Product.code) == code.lower())).first() if code else None
    was = _facts_of(known) if known else ProductFacts(code, "", currency_of(country))
    facts = ProductFacts(
        code=known.code if known else code,
        name=said.get("name", was.name),
        currency=said.get("currency", was.currency),
        price=amount_typed(said["price"], field="price") if "price" in said else was.price,
        unit=said.get("unit", was.unit),
    )
    if known is None:
        product = add_product(session, facts, by=by, now=now)
    else:
        product = known if facts == was else edit_product(session, known.id, facts, by=by, now=now, version=None)
    has_cost = "cost" in said and _take_cost(session, product, said, by=by, today=by.day_of(now))
    result.added += known is None
    result.changed += known is not None and facts != was
    result.costs += has_cost


def _facts_of(product: Product) -> ProductFacts:
    return ProductFacts(product.code, product.name, product.currency, product.price, product.unit)


def _take_cost(session: Session, product: Product, said: Mapping[str, str], *, by: Collaborator, today: date) -> bool:
    """Whether the cost table says something new."""
    currency = said.get("cost_currency", product.currency).upper()
    from_on = _day(said["cost_from"]) if "cost_from" in said else today
    facts = CostFacts(amount_typed(said["cost"], field="cost"), currency, from_on)
    there = [
        one for one in costs_of(session, product.id, currency=currency) if _stands(one, facts, "cost_from" in said)
    ]
    if not there:
        set_cost(session, product.id, facts, by=by)
        return True
    if there[0].cost == facts.cost:
        return False
    corrected = CostFacts(facts.cost, currency, there[0].from_on, there[0].until_on)
    correct_cost(session, there[0].id, corrected, by=by, version=None)
    return True


def _stands(cost: ProductCost, facts: CostFacts, is_dated: bool) -> bool:
    """A list without days leaves a cost that says the same; one with days corrects the cost of its day."""
    if cost.from_on == facts.from_on:
        return True
    return not is_dated and cost.is_valid(facts.from_on) and cost.cost == facts.cost


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BookError(_("Write the day as 2026-01-31."), field="cost_from") from error
