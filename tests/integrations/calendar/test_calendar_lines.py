from __future__ import annotations

import re
from datetime import timedelta

import pytest
from calendar_samples import ANNA, ELS, read_back, unfolded, visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar.prop import vDuration

from integrations.calendar import lines
from integrations.calendar.entry import Attendee
from integrations.calendar.itip import request

KEEP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)

names = st.text(max_size=120) | st.text(alphabet='\r\n:;,"^\\\t mailto=@é😀\u202eא\u2028', max_size=200)


def without_controls(value: str, line_break: str) -> str:
    value = re.sub("\r\n|[\n\r\v\f\x85\u2028\u2029]", line_break, value)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", value)


@given(names)
@settings(deadline=None)
def test_no_line_is_over_75_octets_and_none_splits_a_character(title: str) -> None:
    written = lines.folded(f"SUMMARY:{lines.text(title)}")
    assert written.endswith(b"\r\n")
    pieces = written.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert "".join(piece.decode() for piece in [pieces[0], *(piece[1:] for piece in pieces[1:])]) == (
        f"SUMMARY:{lines.text(title)}"
    )


@given(title=names.filter(lambda title: lines.text(title).strip()), place=names, notes=names)
@KEEP
def test_any_text_reads_back_as_it_was_typed(record, title: str, place: str, notes: str) -> None:
    event = read_back(record(request(visit(title=title, place=place, notes=notes), ANNA, [ELS])))
    assert str(event["SUMMARY"]) == without_controls(title, "\n")
    assert str(event.get("LOCATION", "")).strip() == without_controls(place, "\n").strip()
    assert str(event.get("DESCRIPTION", "")).strip() == without_controls(notes, "\n").strip()


@given(name=names, mail=names)
@KEEP
def test_no_name_or_address_can_add_a_property_or_a_parameter(record, name: str, mail: str) -> None:
    plain = unfolded(request(visit(), ANNA, [ELS]))
    attacked = unfolded(record(request(visit(), ANNA, [Attendee(f"x{mail}@y.example", name)])))
    assert [line.split(";")[0].split(":")[0] for line in attacked] == [
        line.split(";")[0].split(":")[0] for line in plain
    ]
    attendee = read_back("\r\n".join([*attacked, ""]).encode())["ATTENDEE"]
    assert set(attendee.params) <= {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP"}
    assert re.fullmatch(r"mailto:[!-~]+", str(attendee))


# A backslash means nothing in a parameter (RFC 5545 3.2), but icalendar takes it for an escape.
@given(name=names.map(lambda name: name.replace("\\", "")))
@KEEP
def test_a_name_reads_back_on_one_line_with_apostrophes_for_quotes(name: str) -> None:
    attendee = read_back(request(visit(), ANNA, [Attendee("els@dupont.example", name)]))["ATTENDEE"]
    expected = without_controls(name.strip(), " ").replace("\t", " ").replace('"', "'")
    assert str(attendee.params.get("CN", "")).strip() == expected.strip()


@pytest.mark.parametrize(
    "name",
    ["Zoë 👩🏽‍🌾 Ωmega", "עברית שמאלה", "𠜎𠜱𠝹", 'Eve"\r\nATTENDEE:mailto:evil@x.example', "Doe; Jane: CEO", "A^nB"],
)
def test_names_of_every_script_and_intent_stay_names(record, name: str) -> None:
    event = read_back(record(request(visit(title=name * 12), ANNA, [Attendee("els@dupont.example", name)])))
    assert str(event["ATTENDEE"].params["CN"]) == name.replace('"', "'").replace("\r\n", " ")
    assert str(event["SUMMARY"]) == (name * 12).replace("\r\n", "\n")


def test_lone_surrogates_become_question_marks() -> None:
    assert lines.folded("SUMMARY:\ud800") == b"SUMMARY:?\r\n"


def test_an_address_that_a_uri_cannot_hold_is_percent_encoded() -> None:
    assert lines.mailto(" zoë+crm@dupont.example\r\n") == "mailto:zo%C3%AB+crm@dupont.example"
    assert lines.mailto("a/b?c@x.example") == "mailto:a%2Fb%3Fc@x.example"


def test_a_uri_keeps_its_reserved_characters_and_loses_spaces() -> None:
    assert lines.uri("https://x.example/a b?c=d&e=%20#é\r\nX:1") == "https://x.example/a%20b?c=d&e=%20#%C3%A9X:1"


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
@settings(deadline=None)
def test_a_duration_reads_back_to_the_second(value: timedelta) -> None:
    value = timedelta(seconds=round(value.total_seconds()))
    assert vDuration.from_ical(lines.duration(value)) == value
