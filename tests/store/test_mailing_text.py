"""Templates written by people: what they may say, what becomes of it, and that none of them can harm."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from store.base import BookError
from store.mailing_template import (
    FIELDS,
    LONGEST,
    LONGEST_RENDERED,
    _environment,
    check_text,
    compile_text,
)
from store.mailing_text import fields_for, missing_fields, render

URL = "https://rapport.example/u/abc?x=1&y=2"


def _fields(**changed: str) -> dict[str, str]:
    told = {
        "name": "Els Peeters",
        "company": "Brasserie Dupont",
        "function": "achats",
        "language": "fr",
        "sender_name": "Anna",
        "sender_mail": "anna@office.example",
        "unsubscribe_url": URL,
    }
    return fields_for(**{**told, **changed}, on=date(2026, 11, 26))


def test_fields_follow_the_recipients_language() -> None:
    assert _fields()["salutation"] == "Bonjour Els Peeters"
    assert _fields(language="nl")["salutation"] == "Beste Els Peeters"
    assert _fields(language="nl")["today"] == "26 november 2026"
    assert _fields()["today"] == "26 novembre 2026"
    assert set(_fields()) == set(FIELDS)


def test_a_company_without_a_person_is_addressed_by_its_name() -> None:
    told = _fields(name="")
    assert (told["salutation"], told["first_name"], told["name"]) == (
        "Bonjour Brasserie Dupont",
        "",
        "Brasserie Dupont",
    )


def test_a_mail_is_made_in_text_and_html() -> None:
    made = render(
        compile_text(
            "Offre pour {{ company|upper }}",
            "{{ salutation }},\n\nVoir https://office.example/a?b=1&c=2.\nMerci\n\n\nStop : {{ unsubscribe_url }}\n",
        ),
        _fields(),
    )
    assert made.subject == "Offre pour BRASSERIE DUPONT"
    assert made.text.startswith("Bonjour Els Peeters,\n\nVoir https://office.example/a?b=1&c=2.\nMerci\n\n\nStop : ")
    unsubscribe = "https://rapport.example/u/abc?x=1&amp;y=2"
    assert made.html == (
        "<p>Bonjour Els Peeters,</p>\n"
        '<p>Voir <a href="https://office.example/a?b=1&amp;c=2">https://office.example/a?b=1&amp;c=2</a>.<br>Merci</p>\n'
        f'<p>Stop : <a href="{unsubscribe}">{unsubscribe}</a></p>'
    )


def test_names_are_shown_as_typed_and_never_interpreted() -> None:
    name = "<b>Els</b> {{ company }} \u202eיעל 😀"
    made = render(compile_text("{{ name }}", "{{ name }} et {{ company }}"), _fields(name=name, company="http://x.be"))
    assert made.subject == name
    assert made.text == f"{name} et http://x.be"
    assert made.html == "<p>&lt;b&gt;Els&lt;/b&gt; {{ company }} \u202eיעל 😀 et http://x.be</p>"


def test_a_name_cannot_add_a_header_or_a_line() -> None:
    made = render(compile_text("{{ name }}", "{{ name }}"), _fields(name="Els\r\nBcc: all@x.example\u2028\x00\ud800"))
    assert made.subject == made.text == "Els Bcc: all@x.example"


def test_a_line_break_written_in_a_subject_is_a_space() -> None:
    assert render(compile_text("A{{ '\\r\\n' }}Bcc: x\nB", "x"), _fields()).subject == "A Bcc: x B"


def test_a_field_inside_a_link_belongs_to_it() -> None:
    made = render(compile_text("x", "https://x.be/?n={{ first_name }}&l=1"), _fields())
    assert made.html == '<p><a href="https://x.be/?n=Els&amp;l=1">https://x.be/?n=Els&amp;l=1</a></p>'


def test_an_empty_field_that_would_be_printed_is_reported() -> None:
    text = compile_text("{{ name }}", "{{ salutation }}\n{{ function|upper }}, {{ company ~ '!' }}")
    assert missing_fields(text, _fields()) == []
    assert missing_fields(text, _fields(function=" \n", company="")) == ["company", "function"]
    assert missing_fields(text, {}) == ["name", "company", "function", "salutation"]


@pytest.mark.parametrize(
    "body",
    [
        "{% if function %}{{ function }}{% else %}vous{% endif %}",
        "{{ function if function != '' else 'vous' }}",
        "{{ function or 'vous' }}",
        "{{ function|default('vous') }}",
        "{{ function|default('vous', true) }}",
        "{% if 'x' in function or (function in 'abc' and not name) %}x{% elif function == '' %}vous{% endif %}",
    ],
)
def test_an_empty_field_that_the_text_provides_for_is_not_missing(body: str) -> None:
    text = compile_text("x", body)
    assert missing_fields(text, _fields(function="")) == []
    assert render(text, _fields(function="")).text == "vous"


def test_problems_name_the_part_the_line_and_the_mend() -> None:
    told = check_text("{{ nom }}", "Bonjour\n{{ prenom }}\n{{ name|join }}\n{% for x in name %}{% endfor %}")
    places = sorted((problem.part, problem.line, problem.text.format(**problem.values)) for problem in told)
    assert [place[:2] for place in places] == [("body", 2), ("body", 3), ("body", 4), ("subject", 1)]
    assert "“prenom”" in places[0][2]
    assert "first_name, last_name" in places[0][2]
    assert "“|join”" in places[1][2]


def test_a_field_that_is_not_closed_is_told_with_its_line() -> None:
    (problem,) = check_text("x", "Bonjour\n\n{{ name }\n")
    assert (problem.part, problem.line) == ("body", 3)
    assert problem.text.format(**problem.values).startswith("Line 3")
    with pytest.raises(BookError) as told:
        compile_text("x", "{{ name }")
    assert told.value.field == "body"


@pytest.mark.parametrize(("subject", "body"), [("", "x"), ("x", " \n"), ("x" * 251, "x"), ("x", "x" * 20_001)])
def test_empty_and_oversized_texts_are_refused(subject: str, body: str) -> None:
    assert len(check_text(subject, body)) == 1


ATTACKS = [
    "{{ 'x' * 10**9 }}",
    "{{ 9**9**9 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ name.__class__.__mro__ }}",
    "{{ name['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ name|attr('__class__') }}",
    "{{ name.upper() }}",
    "{{ name|center(1000000000) }}",
    "{{ name|indent(1000000000) }}",
    "{{ name|batch(1)|join('x') }}",
    "{{ name|list|join(name * 1000) }}",
    "{{ name|format }}",
    "{{ name|replace('', name) }}",
    "{{ name|wordwrap(1) }}",
    "{{ name|map('upper') }}",
    "{{ name|xmlattr }}",
    "{{ [1, 2]|sum }}",
    "{{ {'a': 1} }}",
    "{{ 1 + 1 }}",
    "{{ -1 }}",
    "{{ range(1000000000) }}",
    "{{ lipsum(n=1000000) }}",
    "{{ cycler }}{{ joiner }}{{ namespace }}{{ dict }}",
    "{{ self }}{{ self._TemplateReference__context }}",
    "{{ name is defined }}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% for a in name %}{% for b in name %}{% for c in name %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% set a = name ~ name %}{% set a = a ~ a %}{{ a }}",
    "{% set name %}{{ name }}{{ name }}{% endset %}{{ name }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{{ self.b() }}{% endblock %}",
    "{% with x = 1 %}{{ x }}{% endwith %}",
    "{% filter upper %}{{ name }}{% endfilter %}",
    "{% call name() %}{% endcall %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{{ " + "(" * 5_000 + "name" + ")" * 5_000 + " }}",
    "{{ " + "not " * 4_900 + "name }}",
    "{{ " + " and ".join(["name"] * 2_000) + " }}",
    "{{ " + " ~ ".join(["name"] * 2_400) + " }}",
    "{{ name" + "|upper" * 3_000 + " }}",
    "{{ name" + "[0]" * 5_000 + " }}",
    "{% if name %}" * 1_400,
    "{% if name %}" * 800 + "{% endif %}" * 800,
    "{% if name %}a" + "{% elif name %}b" * 1_200 + "{% endif %}",
    "{{" * 10_000,
    "{% " * 6_000,
    "{#" * 10_000,
    "{{ " + "9" * 19_000 + " }}",
    "{{ 1e" + "9" * 300 + " }}",
    "{{ '" + "\\" * 19_001 + "' }}",
    "{{ name[1:2:3] }}",
    "{{ loop }}",
    "{{ caller() }}",
    "{{ undefined_thing }}",
    "{{ (name,) }}",
    "{{ name == 1 }}",
    "{{ name > 'a' }}",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused_quickly_and_in_little_memory(attack: str) -> None:
    began = time.process_time()
    with pytest.raises(BookError):
        compile_text("x", attack)
    assert time.process_time() - began < 0.5


_WIDE = dict.fromkeys(FIELDS, "http://" + "x" * 100_000)


@pytest.mark.parametrize("body", ["{{ name }}" * 900, "{{ " + "~".join(["name"] * 1_900) + " }}"], ids=range(2))
def test_a_mail_that_becomes_too_long_is_refused(body: str) -> None:
    with pytest.raises(BookError, match="too long"):
        render(compile_text("x", body), _WIDE)


@pytest.mark.parametrize(
    "body",
    [
        "{{ name }}" * 390,
        "x" * LONGEST["body"],
        "\n" * (LONGEST["body"] - 1) + "x",
        "{{ name|upper|title|lower|upper|title|lower|upper }}" * 60,
        "http://" * 2_800,
        "{# " + "x" * 19_000 + " #}x",
        "{{ '\ue000' }}{{ '\\ue000' }}http://x{{ '\\ue001' }}",
    ],
    ids=range(7),
)
def test_the_worst_that_is_allowed_stays_small(body: str) -> None:
    tracemalloc.start()
    try:
        began = time.process_time()
        made = render(compile_text("x", body), _WIDE)
        assert time.process_time() - began < 2  # counting the memory makes it some four times slower
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert len(made.text) <= LONGEST_RENDERED
    assert not {"\ue000", "\ue001"} & set(made.html + made.text)


@pytest.mark.parametrize("source", ["name.upper()", "name['x']", "name * 3", "name % 1", "name.x", "-name"])
def test_the_second_wall_stands_without_the_first(source: str) -> None:
    with pytest.raises(SecurityError):
        _environment.from_string("{{ " + source + " }}").render(name="x")


def test_a_text_is_compiled_once() -> None:
    assert compile_text("{{ name }}", "once") is compile_text("{{ name }}", "once")


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_text_is_refused_with_a_sentence_or_rendered(subject: str, body: str) -> None:
    problems = check_text(subject, body)
    for problem in problems:
        assert problem.text.format(**problem.values)
    if not problems:
        made = render(compile_text(subject, body), _fields())
        assert "\n" not in made.subject
        made.html.encode()


@given(st.text(alphabet="{}%#'\"|~()[]if else name\n\\", max_size=120))
def test_broken_templates_never_end_in_anything_but_a_problem(body: str) -> None:
    if not check_text("x", body):
        render(compile_text("x", body), _fields())
