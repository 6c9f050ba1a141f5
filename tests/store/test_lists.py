"""The office's lists: their lines are added, renamed, ordered and retired, by administrators alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from list_office import Lists
from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType, Meaning
from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.contacts import ContactKind
from store.domain import Listed, line, listed
from store.engine import Book
from store.involvements import InvolvementCategory
from store.links import LinkType
from store.lists.lines import (
    FIRST,
    LABELS,
    add_line,
    edit_line,
    line_before,
    retire_line,
    shift_line,
    take_back_line,
)
from store.lists.registry import OFFICE_LISTS, list_of
from store.note_emojis import NoteEmoji
from store.rows import Row
from store.statuses import ActionPriority, RelationPriority, RelationStatus

KINDS, TYPES, STATUSES = list_of(ContactKind), list_of(ActionType), list_of(ActionStatus)
COMMON = {"id", "key", *LABELS, "position", "added_at", "retired_at", "merged_into_id", "version"}


def test_every_list_of_the_book_can_be_edited() -> None:
    kinds = {mapper.class_ for mapper in Row.registry.mappers if issubclass(mapper.class_, Listed)}
    assert {one.kind for one in OFFICE_LISTS} == kinds


def test_every_fact_of_a_line_can_be_edited() -> None:
    for one in OFFICE_LISTS:
        columns = set(one.kind.__table__.columns.keys())  # type: ignore[attr-defined]
        assert columns - COMMON == {extra.column for extra in one.extras}, one.name


def test_statuses_and_priorities_are_lists_with_a_colour(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        for kind in (RelationStatus, RelationPriority, ActionPriority):
            added = lists.add(kind, "Certainly new", emoji=":red_circle:")
            assert (added.emoji, listed(session, kind)[-1]) == ("red_circle", added)


def test_a_new_line_is_offered_at_once_and_its_missing_labels_are_the_first_given(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        facts = {"label_fr": "Visite de cave", "emoji": "wine_glass", "contact_kind_id": "purchases"}
        added: Any = add_line(session, TYPES, facts, by=lists.emma, now=lists.now)
        assert [added.label(language) for language in ("en", "fr", "nl")] == ["Visite de cave"] * 3
        assert (added.key, added.emoji, added.duration_min) == ("visite_de_cave", "wine_glass", 60)
        assert added.contact_kind_id == lists.line(ContactKind, "purchases").id
        assert listed(session, ActionType)[-1] is added


def test_a_renamed_line_stays_the_same_line(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        visit = lists.line(ActionType, "visit")
        action = lists.visit(lists.company("Dupont"), visit)
        edit_line(session, TYPES, visit.id, {"label_fr": "Passage"}, by=lists.emma)
        assert (action.type.label("fr"), visit.key, visit.label("nl")) == ("Passage", "visit", "Bezoek")
        assert entries_of(session, visit)[0].before["label_fr"] == "Visite"


def test_a_retired_line_is_no_longer_offered_and_history_keeps_it(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lunch = lists.line(ActionType, "lunch")
        action = lists.visit(lists.company("Dupont"), lunch)
        retire_line(session, TYPES, lunch.id, by=lists.emma, now=lists.now)
        assert lunch not in listed(session, ActionType)
        assert action.type is lunch
        assert line(session, ActionType, lunch.id) is lunch
        take_back_line(session, TYPES, lunch.id, by=lists.emma)
        assert lunch in listed(session, ActionType)


@pytest.mark.parametrize("change", ["add", "edit", "retire", "take back", "shift"])
def test_only_an_administrator_changes_a_list(book: Book, change: str) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        row, by = lists.line(ContactKind, "purchases"), lists.anna
        changes = {
            "add": lambda: add_line(session, KINDS, {"label_en": "X"}, by=by, now=lists.now),
            "edit": lambda: edit_line(session, KINDS, row.id, {"label_en": "X"}, by=by),
            "retire": lambda: retire_line(session, KINDS, row.id, by=by, now=lists.now),
            "take back": lambda: take_back_line(session, KINDS, row.id, by=by),
            "shift": lambda: shift_line(session, KINDS, row.id, by=by, places=1),
        }
        with pytest.raises(NotAllowed):
            changes[change]()


@pytest.mark.parametrize("label", ["Purchases", " purchases ", "PURCHASES", "Achâts"])
def test_a_label_stands_on_a_list_once(book: Book, label: str) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        with pytest.raises(BookError, match="stands on this list already") as refused:
            add_line(session, KINDS, {"label_en": "Buying", "label_fr": label, "label_nl": label}, by=lists.emma,
                     now=lists.now) if label == "Achâts" else lists.add(ContactKind, label)  # fmt: skip
        assert refused.value.field == ("label_fr" if label == "Achâts" else "label_en")


def test_a_label_of_a_retired_line_is_taken_back_and_not_made_again(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        retire_line(session, KINDS, lists.line(ContactKind, "reception").id, by=lists.emma, now=lists.now)
        with pytest.raises(BookError, match="take it back into use"):
            lists.add(ContactKind, "Reception")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "label_en"),
        ({"label_en": "x" * 61}, "label_en"),
        ({"label_en": "\0"}, "label_en"),
        ({"label_en": 7}, "label_en"),
        ({"label_en": "New", "emoji": "two words"}, "emoji"),
        ({"label_en": "New", "emoji": "🚗"}, "emoji"),
        ({"label_en": "New", "duration_min": 4}, "duration_min"),
        ({"label_en": "New", "duration_min": "sixty"}, "duration_min"),
        ({"label_en": "New", "duration_min": True}, "duration_min"),
        ({"label_en": "New", "is_all_day": "perhaps"}, "is_all_day"),
        ({"label_en": "New", "contact_kind_id": "nobody"}, "contact_kind_id"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_at_its_field(book: Book, facts: dict[str, Any], field: str) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        with pytest.raises(BookError) as refused:
            add_line(session, TYPES, facts, by=lists.emma, now=lists.now)
        assert refused.value.field == field


def test_two_lines_never_share_an_emoji_that_files_notes(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lists.add(NoteEmoji, "A thought", emoji=":thought_balloon:")
        with pytest.raises(BookError, match="has this already") as refused:
            lists.add(NoteEmoji, "Another", emoji="thought_balloon")
        assert refused.value.field == "emoji"
        with pytest.raises(BookError, match="fill this in"):
            lists.add(NoteEmoji, "None")


def test_the_second_of_two_editors_of_a_line_is_told(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        row = lists.line(ContactKind, "sales")
        seen = row.version
        edit_line(session, KINDS, row.id, {"label_en": "Sellers"}, by=lists.emma, version=seen)
        with pytest.raises(ChangedMeanwhile):
            edit_line(session, KINDS, row.id, {"label_en": "Vendors"}, by=lists.emma, version=seen)


def test_a_line_that_moves_makes_no_new_version_of_the_others(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        row = lists.line(ContactKind, "sales")
        before = row.version
        shift_line(session, KINDS, lists.line(ContactKind, "reception").id, by=lists.emma, places=-3)
        session.expire_all()
        assert row.version == before
        assert lists.labels(ContactKind).index("Reception") < lists.labels(ContactKind).index("Sales")


def test_the_last_status_of_a_meaning_stays(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        done = lists.line(ActionStatus, "done")
        with pytest.raises(BookError, match="last status that means this"), session.begin_nested():
            retire_line(session, STATUSES, done.id, by=lists.emma, now=lists.now)
        assert done.retired_at is None
        finished = lists.add(ActionStatus, "Finished", meaning="done")
        retire_line(session, STATUSES, done.id, by=lists.emma, now=lists.now)
        assert [one.label_en for one in listed(session, ActionStatus) if one.meaning is Meaning.DONE] == ["Finished"]
        with pytest.raises(BookError, match="cannot change any more"):
            edit_line(session, STATUSES, finished.id, {"meaning": "planned"}, by=lists.emma)


def test_what_the_office_works_with_by_itself_stays(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        for kind, key in ((ActionType, "mail_sent"), (InvolvementCategory, "representative")):
            with pytest.raises(BookError, match=r"rename it|let another one do so first"), session.begin_nested():
                retire_line(session, list_of(kind), lists.line(kind, key).id, by=lists.emma, now=lists.now)
        categories, representative = list_of(InvolvementCategory), lists.line(InvolvementCategory, "representative")
        facts = {"fills_representative": False}
        with pytest.raises(BookError, match="let another one do so first"), session.begin_nested():
            edit_line(session, categories, representative.id, facts, by=lists.emma)


def test_a_link_type_without_words_for_the_way_back_reads_alike_from_both_ends(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        neighbour = lists.add(LinkType, "Neighbour of", label_fr="Voisin de")
        assert (neighbour.is_symmetric, neighbour.back_label("fr"), neighbour.back_label("nl")) == (
            True,
            "Voisin de",
            "Neighbour of",
        )
        grower = lists.add(LinkType, "Grower for", back_label_fr="S’approvisionne chez")
        assert (grower.is_symmetric, grower.back_label("en")) == (False, "S’approvisionne chez")


def test_a_line_of_another_list_or_of_none_is_not_found(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        with pytest.raises(NotFound):
            edit_line(session, KINDS, 99_999, {}, by=lists.emma)
        with pytest.raises(NotFound):
            retire_line(session, KINDS, 99_999, by=lists.emma, now=lists.now)
        with pytest.raises(NotFound), session.begin_nested():
            add_line(session, KINDS, {"label_en": "New"}, by=lists.emma, now=lists.now, after_id=99_999)


def _moves() -> st.SearchStrategy[list[tuple[str, int, int]]]:
    return st.lists(st.tuples(st.sampled_from(["shift", "after", "retire", "back"]), st.integers(0, 5),
                              st.integers(-3, 6)), max_size=12)  # fmt: skip


def _apply(session: Session, lists: Lists, move: tuple[str, int, int]) -> None:
    what, number, places = move
    rows = sorted(session.query(ContactKind), key=lambda one: one.key)
    row = rows[number]
    if what == "shift":
        shift_line(session, KINDS, row.id, by=lists.emma, places=places)
    elif what == "after":
        after = FIRST if places < 0 else rows[min(places, 5)].id
        edit_line(session, KINDS, row.id, {}, by=lists.emma, after_id=after)
        if after not in (FIRST, row.id) and line(session, ContactKind, after).retired_at is None:
            before = line_before(session, KINDS, row)
            assert before is not None
            assert before.id == after
    elif what == "retire":
        retire_line(session, KINDS, row.id, by=lists.emma, now=lists.now)
    else:
        take_back_line(session, KINDS, row.id, by=lists.emma)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=_moves())
def test_positions_stay_dense_whatever_is_moved(book: Book, moves: list[tuple[str, int, int]]) -> None:
    with book.writers() as session:  # rolled back
        session.connection()
        lists = Lists.of(session, book)
        for move in moves:
            _apply(session, lists, move)
        session.expire_all()
        positions = [one.position for one in session.query(ContactKind)]
        assert len(set(positions)) == len(positions)
        assert not moves or {one[0] for one in moves} <= {"retire", "back"} or sorted(positions) == [1, 2, 3, 4, 5, 6]
