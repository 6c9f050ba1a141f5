"""Merging two lines of a list: everything that had the one has the other, and it can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from list_office import Lists
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType
from store.audit import entries_of
from store.base import BookError, NotAllowed, NotFound
from store.consent import ConsentSource, MailingTopic, Refusal, give_consent, refusal, withdraw_consent
from store.contacts import Contact, ContactKind, ContactRole, Grouping, delete_contact
from store.domain import line, line_with_key, listed
from store.engine import Book
from store.involvements import Involvement, InvolvementCategory
from store.links import Link, LinkType, links_of
from store.lists.lines import take_back_line
from store.lists.merging import merge_lines, undo_merge
from store.lists.moving import move_of, name_of, pointing_to
from store.lists.own_moves import OWN_MOVES
from store.lists.registry import OFFICE_LISTS, list_of
from store.relation_facts import What, note_by_hand
from store.relations import Relation
from store.rows import Row
from store.statuses import RelationStatus

NOT_BUSINESS = {"version", "changed_at"}
TABLES = ("action", "contact_role", "contact_in_grouping", "involvement", "link", "action_type", "contact_kind")


def _contents(session: Session) -> dict[str, list[str]]:
    """What the tables hold that a merge may touch, without the versions."""
    session.flush()
    found = {}
    for name in TABLES:
        rows = session.execute(text(f"select * from {name}")).mappings()
        kept = [{column: value for column, value in row.items() if column not in NOT_BUSINESS} for row in rows]
        found[name] = sorted(json.dumps(row, default=str, sort_keys=True) for row in kept)
    return found


def test_every_column_that_points_to_a_line_knows_how_to_point_to_another() -> None:
    columns = [column for one in OFFICE_LISTS for column in pointing_to(one.kind)]
    assert {"action.type_id", "contact_role.kind_id", "contact_in_grouping.grouping_id"} <= set(map(name_of, columns))
    assert set(OWN_MOVES) <= set(map(name_of, columns))
    for column in columns:
        assert callable(move_of(column, OWN_MOVES).back)
        mapped = any(mapper.local_table is column.table for mapper in Row.registry.mappers)
        uniques = [one for one in column.table.constraints if column.name in getattr(one, "columns", ())]
        is_shared = any(type(one).__name__ in {"UniqueConstraint", "PrimaryKeyConstraint"} for one in uniques)
        assert not (mapped and is_shared) or name_of(column) in OWN_MOVES, "two rows would become one"


def test_what_had_the_merged_line_has_the_other_and_gets_it_back(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        dupont, lunch, visit = lists.company("Dupont"), lists.line(ActionType, "lunch"), lists.line(ActionType, "visit")
        first, second = lists.visit(dupont, lunch), lists.visit(dupont, visit)
        before, version = _contents(session), first.version
        lists.merge(lunch, visit)
        assert (first.type, second.type, first.version) == (visit, visit, version + 1)
        assert lunch not in listed(session, ActionType)
        assert entries_of(session, lunch)[0].after["merged_into_id"] == visit.id
        assert entries_of(session, first)[0].before == {"type_id": lunch.id}
        third = lists.visit(dupont, visit)
        lists.undo(lunch)
        assert (first.type, second.type, third.type) == (lunch, visit, visit)
        session.delete(third)
        assert _contents(session) == before


def test_a_merge_asks_the_book_no_more_often_for_many_rows_and_each_has_its_entry_in_the_trail(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        dupont, visit = lists.company("Dupont"), lists.line(ActionType, "visit")
        told = []
        for number in (1, 20):
            line_of = lists.add(ActionType, f"Visit {number}")
            actions = [lists.visit(dupont, line_of) for _number in range(number)]
            told.append((_statements(book, lambda one=line_of: lists.merge(one, visit)), line_of, actions))
        (few, _one, _its), (many, line_of, actions) = told
        assert many == few
        for action in actions:
            entry = entries_of(session, action)[0]
            assert (entry.deed, entry.before, entry.after, entry.relation_id) == (
                "changed", {"type_id": line_of.id}, {"type_id": visit.id}, dupont.id,
            )  # fmt: skip
        assert _statements(book, lambda: lists.undo(line_of)) <= few
        assert {action.type for action in actions} == {line_of}


def _statements(book: Book, do: Callable[[], None]) -> int:
    asked: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(book.engine, "before_cursor_execute", keep)
    do()
    event.remove(book.engine, "before_cursor_execute", keep)
    return len(asked)


def test_relations_have_the_merged_status_and_after_undoing_what_their_last_fact_says(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        client, lead = lists.line(RelationStatus, "prospect"), lists.add(RelationStatus, "Lead", meaning="prospect")
        untouched, told_since = lists.company("Dupont"), lists.company("Maes")
        told: dict[str, Any] = {"by": lists.anna, "what": What.STATUS, "now": lists.now}
        for one in (untouched, told_since):
            note_by_hand(session, one.id, value_id=lead.id, on=date(2026, 11, 20), **told)
        lists.merge(lead, client)
        assert {untouched.status_id, told_since.status_id} == {client.id}
        note_by_hand(session, told_since.id, value_id=client.id, on=lists.now.date(), **told)
        lists.undo(lead)
        assert (untouched.status_id, told_since.status_id) == (lead.id, client.id)


def test_whoever_still_asks_for_a_merged_line_gets_the_other(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lunch, fair, visit = (lists.line(ActionType, key) for key in ("lunch", "fair", "visit"))
        lists.merge(lunch, fair)
        lists.merge(fair, visit)
        assert line(session, ActionType, lunch.id) is visit
        assert line_with_key(session, ActionType, "lunch") is visit
        assert lists.visit(lists.company("Dupont"), lunch).type is visit
        with pytest.raises(BookError, match="Undo that first"):
            lists.undo(lunch)
        lists.undo(fair)
        assert line(session, ActionType, lunch.id) is fair
        lists.undo(lunch)
        assert line(session, ActionType, lunch.id) is lunch


def test_the_type_that_filing_uses_can_be_merged_but_the_representative_cannot(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        sent = lists.line(ActionType, "document_sent")
        lists.merge(lists.line(ActionType, "mail_sent"), sent)
        assert line_with_key(session, ActionType, "mail_sent") is sent
        with pytest.raises(BookError, match="let another one do so first"):
            lists.merge(
                lists.line(InvolvementCategory, "representative"), lists.line(InvolvementCategory, "account_manager")
            )


@pytest.mark.parametrize("how", ["itself", "retired", "merged", "meaning", "nobody", "rep"])
def test_a_merge_that_makes_no_sense_is_refused_with_the_reason(book: Book, how: str) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        visit, lunch, fair = (lists.line(ActionType, key) for key in ("visit", "lunch", "fair"))
        statuses = lists.line(ActionStatus, "done"), lists.line(ActionStatus, "cancelled")
        by, types = lists.emma, list_of(ActionType)
        if how == "retired":
            fair.retired_at = lists.now
        elif how == "merged":
            lists.merge(fair, visit)
        sides: dict[str, tuple[Any, Any, str]] = {
            "itself": (visit, visit, "into itself"),
            "retired": (visit, fair, "is retired"),
            "merged": (fair, lunch, "merged already"),
            "meaning": (*statuses, "do not mean the same kind"),
            "rep": (visit, lunch, "Only an administrator"),
        }
        if how == "nobody":
            with pytest.raises(NotFound):
                merge_lines(session, types, visit.id, 99_999, by=by, now=lists.now)
            with pytest.raises(NotFound):
                undo_merge(session, types, visit.id, by=by, now=lists.now)
            return
        source, target, said = sides[how]
        with pytest.raises(NotAllowed if how == "rep" else BookError, match=said):
            by = lists.anna if how == "rep" else by
            merge_lines(session, list_of(type(source)), source.id, target.id, by=by, now=lists.now)


def test_a_merged_line_comes_back_by_undoing_alone(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lunch, visit = lists.line(ActionType, "lunch"), lists.line(ActionType, "visit")
        lists.merge(lunch, visit)
        with pytest.raises(BookError, match="was merged into another"):
            take_back_line(session, list_of(ActionType), lunch.id, by=lists.emma)


# Ranks


def _ranked(session: Session, kind: ContactKind) -> list[tuple[str, int]]:
    query = select(ContactRole).where(ContactRole.kind_id == kind.id).order_by(ContactRole.rank)
    return [(session.get_one(Contact, one.contact_id).person.name, one.rank) for one in session.scalars(query)]


def test_ranks_stay_dense_when_kinds_are_merged(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        sales, purchases = lists.line(ContactKind, "sales"), lists.line(ContactKind, "purchases")
        dupont = lists.company("Dupont")
        lists.contact("Els", dupont, (purchases, 1), (sales, 1))
        lists.contact("Jan", dupont, (sales, 2))
        lists.contact("Mia", dupont, (purchases, 2))
        before = _contents(session)
        lists.merge(sales, purchases)
        assert _ranked(session, purchases) == [("Els", 1), ("Mia", 2), ("Jan", 3)]
        assert _ranked(session, sales) == []
        lists.undo(sales)
        assert _contents(session) == before


def test_a_rank_given_since_stays_when_a_merge_of_kinds_is_undone(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        sales, purchases = lists.line(ContactKind, "sales"), lists.line(ContactKind, "purchases")
        dupont = lists.company("Dupont")
        lists.contact("Jan", dupont, (sales, 1))
        lists.contact("Mia", dupont, (purchases, 1))
        lists.merge(sales, purchases)
        lists.contact("New", dupont, (purchases, 1))
        lists.undo(sales)
        assert _ranked(session, sales) == [("Jan", 1)]
        assert _ranked(session, purchases) == [("New", 1), ("Mia", 2)]


def test_a_deleted_contact_keeps_where_it_stood_through_a_merge(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        sales, purchases = lists.line(ContactKind, "sales"), lists.line(ContactKind, "purchases")
        dupont = lists.company("Dupont")
        both = lists.contact("Both", dupont, (sales, 1), (purchases, 1))
        gone = lists.contact("Gone", dupont, (sales, 2))
        for one in (both, gone):
            delete_contact(session, one.id, by=lists.anna, now=lists.now)
        before = _contents(session)
        lists.merge(sales, purchases)
        assert {name for name, _rank in _ranked(session, purchases)} == {"Both", "Gone"}
        lists.undo(sales)
        assert _contents(session) == before


@given(
    places=st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.booleans()), max_size=6),
    groups=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=4),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_merge_and_its_undoing_leave_the_book_as_it_was(
    book: Book, places: list[tuple[int, bool, bool]], groups: list[tuple[bool, bool]]
) -> None:
    with book.writers() as session:  # rolled back: every example begins with an empty book
        session.connection()
        lists = Lists.of(session, book)
        companies = [lists.company("Dupont"), lists.company("Durand")]
        sales, purchases = lists.line(ContactKind, "sales"), lists.line(ContactKind, "purchases")
        wishes, tastings = lists.add(Grouping, "Greetings"), lists.add(Grouping, "Tasting list")
        for number, (at, sells, buys) in enumerate(places):
            kinds = [(kind, 1) for kind, is_ticked in ((sales, sells), (purchases, buys)) if is_ticked]
            lists.contact(f"Person {number}", companies[at], *kinds)
        for number, (greeted, tastes) in enumerate(groups):
            contact = lists.contact(f"Guest {number}", companies[0])
            contact.groupings = [one for one, is_in in ((wishes, greeted), (tastings, tastes)) if is_in]
        before = _contents(session)
        lists.merge(sales, purchases)
        lists.merge(wishes, tastings)
        for company in companies:
            query = select(ContactRole.rank).join(Contact, Contact.id == ContactRole.contact_id)
            query = query.where(Contact.relation_id == company.id, ContactRole.kind_id == purchases.id)
            ranks = sorted(session.scalars(query))
            assert ranks == list(range(1, len(ranks) + 1))
        assert len(_contents(session)["contact_in_grouping"]) == sum(any(one) for one in groups)
        lists.undo(sales)
        lists.undo(wishes)
        assert _contents(session) == before
        session.rollback()


# Periods


def _involve(
    lists: Lists,
    category: InvolvementCategory,
    *days: int | None,
    share: str | None = None,
    at: Relation | None = None,
) -> Involvement:
    """Anna at Dupont (or there), from so many days after 1 January 2026 to so many."""
    if at is None:
        at = (lists.session.query(Contact).first() or lists.contact("Els", lists.company("Dupont"))).relation
    since, until = (None if one is None else date(2026, 1, 1) + timedelta(days=one) for one in days)
    row = Involvement(
        relation_id=at.id,
        collaborator_id=lists.anna.id,
        category_id=category.id,
        since_on=since,
        until_on=until,
        commission=Decimal(share) if share else None,
    )
    lists.session.add(row)
    lists.session.flush()
    return row


def _periods(session: Session, category: InvolvementCategory) -> list[tuple[int, int | None]]:
    rows = session.scalars(select(Involvement).where(Involvement.category_id == category.id)).unique()
    first = date(2026, 1, 1)
    live = [row for row in rows if row.deleted_at is None]
    return sorted(((row.since_on - first).days, (row.until_on - first).days if row.until_on else None) for row in live)


@pytest.mark.parametrize(
    ("kept", "moved", "after"),
    [
        ((0, 10), (20, 30), [(0, 10), (20, 30)]),
        ((0, 10), (11, None), [(0, 10), (11, None)]),
        ((0, 10), (5, 20), [(0, 20)]),
        ((0, None), (5, 20), [(0, None)]),
        ((5, 10), (0, None), [(0, None)]),
    ],
)
def test_periods_of_merged_categories_become_one_where_they_overlap(
    book: Book, kept: tuple[int, int | None], moved: tuple[int, int | None], after: list[tuple[int, int | None]]
) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        first, second = lists.add(InvolvementCategory, "Old"), lists.add(InvolvementCategory, "New")
        _involve(lists, second, *kept)
        _involve(lists, first, *moved)
        before = _contents(session)
        lists.merge(first, second)
        assert _periods(session, second) == after
        lists.undo(first)
        assert _contents(session) == before


def test_parts_that_meet_no_other_move_unread_and_come_back(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        target = lists.add(InvolvementCategory, "New")
        asked = []
        for number in (1, 12):
            source = lists.add(InvolvementCategory, f"Old {number}")
            rows = [_involve(lists, source, 0, None, at=lists.company(f"Client {one}")) for one in range(number)]
            before = _contents(session)
            asked.append(_statements(book, lambda one=source: lists.merge(one, target)))
            assert {row.category for row in rows} == {target}
            assert entries_of(session, rows[-1])[0].after == {"category_id": target.id}
        lists.undo(source)
        assert asked[0] == asked[1]
        assert _contents(session) == before


@pytest.mark.parametrize(
    ("facts", "share"),
    [({}, "30"), ({"carries_commission": True}, "30"), ({"is_single": True}, None)],
    ids=["carries none", "two shares of one colleague", "only one colleague"],
)
def test_a_merge_never_breaks_a_rule_of_commissions_and_names_the_file(
    book: Book, facts: dict[str, Any], share: str | None
) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        old = lists.add(InvolvementCategory, "Old", carries_commission=True)
        new = lists.add(InvolvementCategory, "New", **facts)
        _involve(lists, old, 0, None, share=share)
        other = _involve(lists, new, 0, None, share="70" if facts.get("carries_commission") else None)
        if facts.get("is_single"):
            other.collaborator_id = lists.emma.id
        session.flush()
        with pytest.raises(BookError, match="Not merged") as refused:
            lists.merge(old, new)
        assert (refused.value.field, refused.value.values["files"]) == ("into", "Dupont")


def test_links_of_merged_types_become_one_where_they_overlap(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        old, new = (lists.add(LinkType, label, back_label_en=f"{label}, back") for label in ("Old", "New"))
        one, other = lists.company("Dupont"), lists.company("Durand")
        for kind, since, until in ((old, 2020, 2023), (new, 2022, None)):
            session.add(
                Link(
                    source_id=one.id,
                    target_id=other.id,
                    type_id=kind.id,
                    since_on=date(since, 1, 1),
                    until_on=until and date(until, 1, 1),
                    notes=kind.label_en,
                )
            )
        before = _contents(session)
        lists.merge(old, new)
        (group,) = links_of(session, one.id, asked_by=lists.anna)
        (end,) = group.ends
        assert (end.link.since_on, end.link.until_on, end.link.notes) == (date(2020, 1, 1), None, "Old\nNew")
        lists.undo(old)
        assert _contents(session) == before


@pytest.mark.parametrize("facts", [{"has_one_source": True}, {"source_kind": "person"}])
def test_a_merge_of_link_types_breaks_no_rule_of_links(book: Book, facts: dict[str, Any]) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        old, new = (
            lists.add(LinkType, label, back_label_en=f"{label}, back", **more)
            for label, more in (("Old", {}), ("New", facts))
        )
        one, other, third = (lists.company(name) for name in ("Dupont", "Durand", "Third"))
        for kind, source in ((old, one), (new, third)):
            session.add(Link(source_id=source.id, target_id=other.id, type_id=kind.id))
        with pytest.raises(BookError, match="Not merged") as refused:
            lists.merge(old, new)
        assert refused.value.values["files"] == "Dupont"


def test_link_types_that_read_in_opposite_directions_are_not_merged(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        old = lists.add(LinkType, "Looked after by", back_label_en="Looks after")
        new = lists.line(LinkType, "accountant")
        new.label_en, new.back_label_en = "Looks after", "Looked after by"
        session.flush()
        with pytest.raises(BookError, match="opposite directions"):
            lists.merge(old, new)


# Consent


def test_who_refused_either_topic_refuses_the_merged_one_until_the_merge_is_undone(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        offers, news = lists.line(MailingTopic, "offers"), lists.line(MailingTopic, "newsletter")
        els = lists.company("Els")
        facts: dict[str, Any] = {"person_id": els.id, "source": ConsentSource.PERSON, "now": lists.now}
        withdraw_consent(session, topic_id=news.id, **facts)
        give_consent(session, topic_id=offers.id, **facts)

        def refuses(topic: MailingTopic) -> bool:
            answer = refusal(session, person_id=els.id, mail="els@dupont.example", topic_id=topic.id)
            return answer is Refusal.REFUSED_TOPIC

        assert (refuses(offers), refuses(news)) == (False, True)
        lists.merge(offers, news)
        assert refuses(news)
        lists.undo(offers)
        assert (refuses(offers), refuses(news)) == (False, True)


def test_an_old_mail_that_names_a_merged_topic_still_unsubscribes(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        offers, news = lists.line(MailingTopic, "offers"), lists.line(MailingTopic, "newsletter")
        els = lists.company("Els")
        lists.merge(offers, news)
        withdraw_consent(session, person_id=els.id, topic_id=offers.id, source=ConsentSource.PERSON, now=lists.now)
        answer = refusal(session, person_id=els.id, mail="els@dupont.example", topic_id=news.id)
        assert answer is Refusal.REFUSED_TOPIC
