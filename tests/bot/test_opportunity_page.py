"""The printed page of an opportunity: one page, in the reader's language and figures, whatever stands in it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.opportunity_page import print_opportunity
from bot.texts import Texts
from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.opportunities import Opportunity, OpportunityLine, OpportunityStage, OpportunityState, OpportunityType
from store.products import Product
from store.relations import Relation

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def _opportunity(name: str = "Cellar 2027", note: str = "", lines: int = 2) -> Opportunity:
    labels = {"label_en": "Negotiation", "label_fr": "Négociation", "label_nl": "Onderhandeling"}
    one = Opportunity(
        currency="EUR",
        budget=Decimal("12400.50"),
        state=OpportunityState.OPEN,
        opened_on=date(2026, 11, 1),
        closes_on=date(2027, 3, 15),
        owner=Collaborator(name="Anna"),
        type=OpportunityType(**labels),
        stage=OpportunityStage(probability=75, **labels),
        dossier=Dossier(id=12, short="DUPONT", name=name, note=note, relation=Relation(name="Brasserie Dupont")),
    )
    hops = Product(code="HOP", name="Houblon Łódź")
    one.lines = [
        OpportunityLine(product=hops if number % 2 else None, text="Delivery " * 15, quantity=Decimal("2.500"),
                        price=Decimal("3.01"))
        for number in range(lines)
    ]  # fmt: skip
    return one


def _read(one: Opportunity, locale: str) -> tuple[int, str, tuple[float, float]]:
    """Pages, text, and width and height in points."""
    content = print_opportunity(one, Texts(locale), office="Bureau Dubois", moved=4, printed_at=AT)
    pages = PdfReader(io.BytesIO(content)).pages
    box = pages[0].mediabox
    return len(pages), " ".join(pages[0].extract_text().split()), (float(box.width), float(box.height))


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("fr-BE", ("Budget 12 400,50 €", "Négociation", "modifiée 4 fois", "75 %", "15/03/2027", "15,04 €")),
        ("nl-BE", ("Budget € 12.400,50", "Onderhandeling", "4 keer verplaatst", "€ 15,04")),
        ("en-GB", ("Budget €12,400.50", "Negotiation", "moved 4 times", "€15.04")),
    ],
)
def test_the_page_speaks_the_readers_language_and_figures(locale: str, told: tuple[str, ...]) -> None:
    pages, text, _size = _read(_opportunity(note="Two rooms"), locale)
    assert pages == 1
    for one in ("Cellar 2027", "DUPONT-12", "Brasserie Dupont", "Houblon Łódź (HOP)", "Two rooms", *told):
        assert one in text.replace("\u00a0", " ").replace("\u202f", " "), one


def test_the_page_is_of_the_readers_paper() -> None:
    assert _read(_opportunity(), "fr-CA")[2] == pytest.approx((612, 792), abs=1)
    assert _read(_opportunity(), "fr-BE")[2] == pytest.approx((595, 842), abs=1)


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100),
       st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=3000), st.integers(0, 30))  # fmt: skip
def test_whatever_stands_in_it_the_page_is_one(name: str, note: str, lines: int) -> None:
    assert _read(_opportunity(name, note, lines), "nl-BE")[0] == 1


def test_thirty_items_their_total_and_the_note_stand_on_the_smallest_paper() -> None:
    one = _opportunity(note="Two rooms\nand a lift", lines=30)
    content = print_opportunity(one, Texts("fr-CA"), office="Bureau Dubois", moved=4, printed_at=AT)
    lowest: dict[str, float] = {}

    def place(text: str, _matrix: object, at: list[float], *_font: object) -> None:
        lowest[text.strip()] = at[5]

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=place)
    found = " ".join(lowest)
    for told in ("Houblon", "225,60", "Two rooms", "and a lift"):
        assert told in found, told
    assert all(y > 36 for text, y in lowest.items() if text), "points above the foot of the paper"
