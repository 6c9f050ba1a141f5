"""The whole set of lists as one text: out of one book, into another."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from list_office import Lists
from sqlalchemy import text
from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType, Meaning
from store.contacts import ContactKind
from store.engine import Book
from store.links import LinkType
from store.lists.lines import retire_line
from store.lists.registry import OFFICE_LISTS, list_of
from store.lists.sets import SetProblems, export_set, import_set
from store.starter import seed_domain_data


def _emptied(session: Session) -> None:
    """An empty book again, within the transaction."""
    for one in OFFICE_LISTS:
        session.execute(text(f"update {one.name} set merged_into_id = null"))
    for name in ("action_type", *(one.name for one in OFFICE_LISTS)):
        session.execute(text(f"delete from {name}"))
    session.expire_all()
    session.expunge_all()


def test_a_set_taken_into_an_empty_book_comes_out_the_same(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lists.add(ActionType, "Tasting", emoji="wine_glass", contact_kind_id="sales", invites=False)
        retire_line(session, list_of(LinkType), lists.line(LinkType, "lawyer").id, by=lists.emma, now=lists.now)
        lists.merge(lists.line(ContactKind, "sales"), lists.line(ContactKind, "purchases"))
        exported = export_set(session)
        _emptied(session)
        assert import_set(session, exported, now=book.now()).added > 40
        assert export_set(session) == exported
        again = import_set(session, exported, now=book.now())
        assert (again.added, again.changed) == (0, 0)


_labels = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), min_size=1, max_size=20).filter(
    lambda label: label.strip()
)
_lines = st.fixed_dictionaries(
    {
        "key": st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True),
        "is_retired": st.booleans(),
        "emoji": st.sampled_from(["car", "memo", ""]),
        "duration_min": st.integers(5, 1440),
        "invites": st.booleans(),
        "contact_kind": st.sampled_from(["one", "two"]),
    },
    optional={"fr": _labels, "nl": _labels, "en": _labels},
)


@given(lines=st.lists(_lines, max_size=6, unique_by=lambda line: line["key"]), number=st.integers(0, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_set_that_is_taken_in_comes_out_the_same_and_again(
    book: Book, lines: list[dict[str, Any]], number: int
) -> None:
    kinds = [{"key": key, "en": key} for key in ("one", "two")]
    types = [{**line, "en": f"{place} {line.get('en', '')}".strip()} for place, line in enumerate(lines)]
    types = [{name: f"{place} {value}" if name in ("fr", "nl") else value for name, value in line.items()}
             for place, line in enumerate(types)]  # fmt: skip
    written = tomli_w.dumps({"format": 1, "contact_kind": kinds, "action_type": types})
    with book.writers() as session:  # rolled back: every example begins with an empty book
        session.connection()
        import_set(session, written, now=book.now())
        exported = export_set(session)
        order = [line["key"] for line in tomllib.loads(exported).get("action_type", [])]
        assert order == [line["key"] for line in types]
        _emptied(session)
        import_set(session, exported, now=book.now())
        assert export_set(session) == exported
        assert import_set(session, exported, now=book.now()).changed == 0
        session.rollback()


def test_lines_that_the_text_does_not_name_stay_behind_those_that_it_names(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        before = lists.labels(ContactKind)
        text_ = tomli_w.dumps(
            {
                "format": 1,
                "contact_kind": [{"key": "cellar", "fr": "Cave"}, {"key": "purchases", "en": "Buying", "fr": "Achats"}],
            }
        )
        imported = import_set(session, text_, now=book.now())
        session.expire_all()
        assert (imported.added, imported.changed) == (1, 1)
        assert lists.labels(ContactKind) == ["Cave", "Buying", *(one for one in before if one != "Purchases")]


def test_two_labels_may_change_places(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        swapped = [{"key": "sales", "en": "Purchases"}, {"key": "purchases", "en": "Sales"}]
        import_set(session, tomli_w.dumps({"format": 1, "contact_kind": swapped}), now=book.now())
        assert lists.line(ContactKind, "sales").label_en == "Purchases"


BROKEN = """
format = 2
[[wine]]
key = "x"
[[contact_kind]]
key = "Bad key"
[[contact_kind]]
key = "twice"
en = "Twice"
[[contact_kind]]
key = "twice"
en = "Again"
[[contact_kind]]
key = "reception"
en = "Purchases"
colour = "red"
[[action_type]]
key = "nameless"
[[action_type]]
key = "tasting"
en = "Tasting"
duration_min = "long"
[[action_type]]
key = "fair"
en = "Fair"
contact_kind = "nobody"
[[action_status]]
key = "odd"
en = "Odd"
meaning = "somehow"
[[action_status]]
key = "done"
en = "Done"
meaning = "planned"
[[link_type]]
key = "into"
en = "Into"
merged_into = "nothing"
[[link_type]]
key = "spouse"
en = "Spouse of"
is_symmetric = true
merged_into = "partner"
"""


def test_all_problems_of_a_set_are_told_at_once_and_nothing_is_taken_over(book: Book) -> None:
    with book.writing() as session:
        Lists.of(session, book)
        before = export_set(session)
        with pytest.raises(SetProblems) as refused:
            import_set(session, BROKEN, now=book.now())
        places = [problem.place for problem in refused.value.problems]
        for place in (
            "format",
            "wine",
            "contact_kind[1].key",
            "contact_kind “twice”",
            "contact_kind “reception”.colour",
            "contact_kind “reception”.en",
            "action_type “nameless”.en",
            "action_type “tasting”.duration_min",
            "action_type “fair”.contact_kind",
            "action_status “odd”.meaning",
            "action_status “done”.meaning",
            "link_type “into”.merged_into",
            "link_type “spouse”",
        ):
            assert place in places, refused.value.problems
        assert all(problem.wrong for problem in refused.value.problems)
        assert export_set(session) == before


@pytest.mark.parametrize("content", ["", "format = 1\n[[contact_kind]", "format = 1\ncontact_kind = 3\n"])
def test_what_is_no_set_is_told(book: Book, content: str) -> None:
    with book.writing() as session, pytest.raises(SetProblems):
        import_set(session, content, now=book.now())


def test_a_set_cannot_take_away_what_the_book_needs(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        lines = [
            {"key": one.value, "en": one.value, "meaning": one.value, "is_retired": one is Meaning.DONE}
            for one in Meaning
        ]
        with pytest.raises(SetProblems) as refused:
            import_set(session, tomli_w.dumps({"format": 1, "action_status": lines}), now=book.now())
        assert "last status that means this" in str(refused.value.problems[0])
        assert "Done" in lists.labels(ActionStatus)


def test_seeding_after_an_import_brings_back_nothing_that_was_retired(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        retire_line(
            session, list_of(ContactKind), lists.line(ContactKind, "technical").id, by=lists.emma, now=lists.now
        )
        exported = export_set(session)
        _emptied(session)
        import_set(session, exported, now=book.now())
        seed_domain_data(session, book.now())
        assert export_set(session) == exported
