"""What this person typed wins, what only the other changed is taken over, and the sentence says which is which."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from test_forms import TWO, Line, Reader, VisitForm, caller, reported

from bot.office import Caller
from bot.slack.fields import Option
from bot.slack.forms import METADATA_LIMIT, SEEN, Form
from bot.slack.merging import Merge, merge, remember_shown
from bot.slack.resending import ALERT_LIMIT
from bot.texts import Texts

__all__ = ["caller"]

LINES = st.lists(
    st.fixed_dictionaries({"mail": st.sampled_from(["a@x.example", "b@x.example"]), "kind": st.just(["1", "One"])}),
    max_size=2,
)
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "relation": st.sampled_from([["1", "One"], ["2", "Two"]]),
    "on": st.dates(date(2026, 1, 1), date(2026, 1, 3)).map(date.isoformat),
    "all_day": st.booleans(),
    "starts": st.sampled_from(["09:00", "10:30"]),
    "people": st.sampled_from([[], [["1", "One"]], [["1", "One"], ["2", "Two"]]]),
    "subject": st.sampled_from(["Visit", "Call", "Fair"]),
    "notes": st.sampled_from(["", "a", "a\nb"]),
    "number": st.sampled_from([None, 1, 2]),
    "kinds": st.sampled_from([[], [["2", "Two"]]]),
    "way": st.sampled_from([None, ["1", "One"], ["2", "Two"]]),
    "lines": LINES,
}
RECORDS = st.fixed_dictionaries(FACTS)
CHANGES = st.fixed_dictionaries({}, optional=FACTS)


def _form_of(record: dict[str, Any], version: int) -> VisitForm:
    form = VisitForm(record=7, version=version)
    form.load(record)
    form.values["lines"] = form.lines or [Line()]
    return form


def _record_in(form: VisitForm) -> dict[str, Any]:
    record = {name: getattr(VisitForm, name).dump(form.values[name]) for name in FACTS}
    return {**record, "lines": [line for line in record["lines"] if line]}


@given(RECORDS, CHANGES, CHANGES)
def test_the_saved_record_is_the_merge_in_which_this_person_wins(
    record: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    reader: Any = Reader(Texts("en"))
    opened = _form_of(record, 1)
    remember_shown(opened)
    typed = VisitForm.read(reported(opened.view(reader)))
    typed.load(mine)
    form = VisitForm.read(reported(typed.view(reader)))
    merged = merge(form, _form_of(record | theirs, 2))
    again = VisitForm.read(reported(form.view(reader)))
    own = {name: value for name, value in mine.items() if value != record[name]}
    assert _record_in(again) == record | theirs | own
    assert again.about["version"] == 2
    changed = {name for name, value in theirs.items() if value != record[name]}
    assert {one.name for one in merged.taken} == changed - own.keys()
    assert {one.name for one in merged.both} == {n for n in changed & own.keys() if own[n] != theirs[n]}


def test_what_is_shown_and_reported_untouched_counts_as_untouched(caller: Caller) -> None:
    form = VisitForm(record=7)
    form.relation, form.subject, form.starts = Option("1", "x" * 200, "More"), " Visit ", time(9, 0, 30)
    form.lines = [Line()]
    remember_shown(form)
    again = VisitForm.read(reported(form.view(caller)))
    assert again.about == form.about
    remember_shown(again)
    assert again.about == form.about
    again.relation = TWO
    remember_shown(again)
    assert again.about != form.about


def test_fingerprints_give_way_to_what_the_form_is_about() -> None:
    form: Form = VisitForm(record=7, reply_to="x" * (METADATA_LIMIT - 150))
    remember_shown(form)
    about = json.loads(form.metadata())["about"]
    assert len(form.metadata()) <= METADATA_LIMIT
    assert (about["record"], SEEN in about) == (7, False)


def test_as_many_fields_are_named_as_an_alert_holds() -> None:
    for language in ("en", "fr", "nl"):
        sentence = Merge(VisitForm.fields * 3, VisitForm.fields * 3).sentence("Bram de Vries", Texts(language))
        assert len(sentence) <= ALERT_LIMIT
        assert "Bram de Vries" in sentence
        assert Texts(language)("Relation") in sentence
