"""The starting lists, made-up offices and large books."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from list_office import Lists
from sqlalchemy import func, select

from store.actions import Action, ActionType
from store.addresses import MailAddress
from store.base import NotAllowed
from store.collaborators import add_collaborator
from store.contacts import ContactKind
from store.contacts.birthdays import Birthday
from store.domain import line_with_key, listed
from store.dossiers import actions_in, dossiers_of
from store.duplicates import DuplicateReason, all_duplicates
from store.engine import Book
from store.expenses import Expense, PriceOrigin
from store.involvements import InvolvementCategory, involve
from store.lists.sets import export_set, import_set
from store.money import line_amount
from store.notes import Note
from store.opportunities import OpportunityState, opportunities_of
from store.relation_facts import conversions, relations_with
from store.relations import Relation, add_relation
from store.samples import OfficeKind, make_large_book, make_office
from store.search import search_options
from store.starter import STARTER, seed_domain_data, seed_trade, start_from
from store.starter_trades import LINES_OF_TRADE, OF_BROKERS, Trade
from store.statuses import RelationStatus
from store.vat import read_vat


def test_a_sample_office_has_clients_who_were_prospects_and_what_visits_cost(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        make_office(session, kind="wine", language="fr", collaborators=[anna], relations=20, now=book.now(), seed=3)
    with book.reading() as session:
        won = conversions(session, first_on=date(2020, 1, 1), last_on=book.now().date(), asked_by=anna).won
        assert len(won) > 2
        lines = session.scalars(select(Expense)).all()
        assert {line.origin for line in lines} == {PriceOrigin.TABLE, PriceOrigin.TYPED}
        assert all(line.amount == line_amount(line.quantity, line.price) for line in lines)
        clients = relations_with(session, asked_by=anna, status_id=line_with_key(session, RelationStatus, "client").id,
                                 limit=50)  # fmt: skip
        assert {one.category.key for one in clients if one.category} == {"client"}, "a card says one thing"
        dossiers = dossiers_of(session, asked_by=anna, closed=True, limit=99)
        sales = opportunities_of(session, asked_by=anna, states=tuple(OpportunityState), limit=99)
        assert {OpportunityState.OPEN, OpportunityState.WON} <= {one.state for one in sales}
        assert all(one.lines for one in sales)
        told = {one.dossier_id for one in sales}
        own = [one for one in dossiers if one.relation_id is not None and one.id not in told]
        assert {(one.name, one.closed_at is None) for one in dossiers if one.relation_id is None} == {
            (f"Salons {book.now().year}", True), (f"Salons {book.now().year - 1}", False)}  # fmt: skip
        assert len(own) > 2
        for one in own:
            inside = actions_in(session, one.id, asked_by=anna, limit=9)
            assert {(action.relation_id, action.subject) for action in inside} == {(one.relation_id, one.name)}


def test_seeding_twice_adds_nothing_and_keeps_the_offices_names(book: Book) -> None:
    with book.writing() as session:
        assert seed_domain_data(session, book.now()) == sum(len(list(lines)) for lines in STARTER.values())
        visit = line_with_key(session, ActionType, "visit")
        assert visit.contact_kind_id == line_with_key(session, ContactKind, "purchases").id
        visit.label_fr, visit.retired_at = "Passage", book.now()
        assert seed_domain_data(session, book.now()) == 0
        assert (visit.label("fr"), visit in listed(session, ActionType)) == ("Passage", False)


def _written(book: Book, kind: OfficeKind, language: str, seed: int) -> list[str]:
    with book.writers() as session:  # rolled back
        session.connection()
        people = [
            add_collaborator(session, name=name, mail=f"{name}@office.example", now=book.now(), locale=language)
            for name in ("anna", "bram")
        ]
        make_office(
            session, kind=kind, language=language, collaborators=people, relations=12, now=book.now(), seed=seed
        )
        assert all(mail.endswith(".example") for mail in session.scalars(select(MailAddress.mail)))
        names = session.scalars(select(Relation.name).order_by(Relation.id)).all()
        subjects = session.scalars(select(Action.subject).order_by(Action.uid)).all()
        return [*names, *subjects]


@pytest.mark.parametrize(("kind", "language"), [("broker", "nl"), ("wine", "fr"), ("wholesale", "en")])
def test_the_same_seed_makes_the_same_office(book: Book, kind: OfficeKind, language: str) -> None:
    first = _written(book, kind, language, 7)
    assert first == _written(book, kind, language, 7)
    assert first != _written(book, kind, language, 8)


def test_a_large_book_can_be_searched(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        facts = {"relations": 300, "contacts": 60, "actions": 50, "files_each": 20}
        written = make_large_book(session, collaborators=[anna], now=book.now(), seed=1, **facts)
        assert session.scalar(select(func.count()).select_from(Relation)) == 300
        assert written > 300 + 60 + 50
        found = search_options(session, "info@r", asked_by=anna, on=date(2026, 11, 21), limit=20)
        assert (len(found.options), found.has_more) == (20, True)


@pytest.mark.parametrize("trade", list(Trade))
def test_a_trades_lines_are_added_once_and_none_of_the_offices_is_touched(book: Book, trade: Trade) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        before = export_set(session)
        added = start_from(session, trade, by=lists.emma, now=book.now())
        assert added == sum(len(list(lines)) for lines in LINES_OF_TRADE[trade].values())
        after, of_brokers = tomllib.loads(export_set(session)), OF_BROKERS[InvolvementCategory]
        for name, lines in tomllib.loads(before).items():
            if name == "format":
                continue
            retires = name == "involvement_category" and trade is not Trade.BROKER
            stood = [line | {"is_retired": True} if retires and line["key"] in of_brokers else line for line in lines]
            assert after[name][: len(lines)] == stood
        assert start_from(session, trade, by=lists.emma, now=book.now()) == 0
        with pytest.raises(NotAllowed):
            start_from(session, trade, by=lists.anna, now=book.now())


@pytest.mark.parametrize("trade", [Trade.WINE, Trade.WHOLESALE])
def test_another_trade_leaves_no_unused_category_of_a_broker_behind(book: Book, trade: Trade) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        acme = add_relation(session, by=lists.emma, now=book.now(), name="Acme")
        claims, production = (line_with_key(session, InvolvementCategory, key) for key in ("claims", "production"))
        involve(session, by=lists.emma, relation_id=acme.id,
                collaborator_id=lists.emma.id, category_id=production.id, since_on=book.now().date(),
                now=book.now())  # fmt: skip
        seed_trade(session, trade, book.now())
        assert claims.retired_at is not None
        assert production.retired_at is None, "a file has it"
        assert seed_domain_data(session, book.now()) == 0, "a retired line does not come back"


@pytest.mark.parametrize("is_renamed", [True, False])
def test_a_brokers_category_stays_when_it_was_renamed_or_the_office_is_a_broker_too(
    book: Book, *, is_renamed: bool
) -> None:
    with book.writing() as session:
        Lists.of(session, book)
        claims = line_with_key(session, InvolvementCategory, "claims")
        if is_renamed:
            claims.label_en = "Complaints"
            session.flush()
        else:
            seed_trade(session, Trade.BROKER, book.now())
        seed_trade(session, Trade.WINE, book.now())
        assert claims.retired_at is None


def test_a_trades_line_that_the_office_has_under_its_own_key_is_not_added_again(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lists.add(ActionType, "TASTING", label_fr="Une dégustation")
        seed_trade(session, Trade.WINE, book.now())
        assert [label for label in lists.labels(ActionType) if label.casefold() == "tasting"] == ["TASTING"]


@pytest.mark.parametrize("trade", list(Trade))
def test_the_starting_lines_pass_what_the_form_asks_of_a_line(book: Book, trade: Trade) -> None:
    with book.writing() as session:
        Lists.of(session, book)
        seed_trade(session, trade, book.now())
        exported = export_set(session)
        assert import_set(session, exported, now=book.now()).changed == 0
        assert export_set(session) == exported


def test_an_office_that_was_made_up_is_lived_in(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        told = {"kind": "wine", "language": "fr", "collaborators": [anna], "relations": 30, "seed": 7}
        made = make_office(session, now=book.now(), **told)  # type: ignore[arg-type]
        numbers = [relation.vat for relation in made if relation.vat]
        assert numbers
        assert all(read_vat(number) == number for number in numbers)
        assert all(relation.category for relation in made)
        assert session.scalars(select(Birthday)).all()
        assert session.scalars(select(Note)).all()
        (pair, *_others) = all_duplicates(session, asked_by=anna)
        assert DuplicateReason.MAIL in pair.reasons
