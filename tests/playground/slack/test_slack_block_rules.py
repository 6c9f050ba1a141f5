"""Block Kit's documented limits: each rule is broken once, just beyond its edge."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from view_samples import actions, button, field, home, modal, option, plain, section

from integrations.playground.slack.block_kit import blocks_problems, options_problems, view_problems

Json = dict[str, Any]
OPTIONS = [option("One"), option("Two")]
IMAGE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}
CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
SOUND_BLOCKS: list[Json] = [
    {**section(), "accessory": button("more")},
    {"type": "section", "fields": [plain("a"), {"type": "mrkdwn", "text": "*b*", "verbatim": True}]},
    {"type": "divider"},
    {"type": "header", "text": plain("h")},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}, IMAGE]},
    {**IMAGE, "title": plain("t")},
    actions(
        button("go", style="danger", value="v", confirm=CONFIRM),
        {"type": "overflow", "action_id": "menu", "options": [{**option("A"), "url": "https://x.example"}]},
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-21"},
        {"type": "datetimepicker", "action_id": "at", "initial_date_time": 1_790_000_000},
    ),
    field("text", max_length=5, min_length=1, initial_value="abc", multiline=True, focus_on_load=True),
    field("mail", "email_text_input", initial_value="a@b.example"),
    field("link", "url_text_input", dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}),
    field("count", "number_input", is_decimal_allowed=False, min_value="1", max_value="9", initial_value="3"),
    field("one", "static_select", options=OPTIONS, initial_option=OPTIONS[1], placeholder=plain("Choose")),
    field("grouped", "static_select", option_groups=[{"label": plain("G"), "options": OPTIONS}]),
    field("many", "multi_static_select", options=OPTIONS, initial_options=OPTIONS, max_selected_items=2),
    field("search", "external_select", min_query_length=1, initial_option=option("Three")),
    field("searches", "multi_external_select", initial_options=[option("Three")]),
    field("who", "users_select", initial_user="U1"),
    field("where", "conversations_select", response_url_enabled=True, default_to_current_conversation=True),
    field("ticks", "checkboxes", options=OPTIONS, initial_options=[OPTIONS[0]]),
    field("radio", "radio_buttons", options=OPTIONS, initial_option=OPTIONS[0]),
    field("hour", "timepicker", initial_time="23:59", timezone="Europe/Brussels"),
    field("files", "file_input", max_files=3, filetypes=["pdf"]),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    {"type": "alert", "text": plain("Mind"), "level": "warning"},
    {
        "type": "card",
        "title": plain("Cellar"),
        "body": plain("Two offers"),
        "actions": [button("offer")],
        "icon": IMAGE,
    },
]


def test_a_sound_modal_with_every_kind_of_block_has_no_problem() -> None:
    assert view_problems(modal(*SOUND_BLOCKS)) == []


def in_element(kind: str = "plain_text_input", **element: Any) -> Json:
    return modal(field("a", kind, **element))


BROKEN: dict[str, tuple[Json, str]] = {
    "title": (modal(title=plain("x" * 25)), "/view/title/text"),
    "no title": ({**modal(), "title": None}, "/view"),
    "mrkdwn title": (modal(title={"type": "mrkdwn", "text": "x"}), "/view/title/type"),
    "submit": (modal(submit=plain("x" * 25)), "/view/submit/text"),
    "close": (modal(close=plain("x" * 25)), "/view/close/text"),
    "empty text": (modal(section("")), "/view/blocks/0/text/text"),
    "private_metadata": (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    "callback_id": (modal(callback_id="x" * 256), "/view/callback_id"),
    "external_id": (modal(external_id="x" * 256), "/view/external_id"),
    "no submit": ({k: v for k, v in modal(field("a")).items() if k != "submit"}, "/view"),
    "no blocks": ({**modal(), "blocks": []}, "/view/blocks"),
    "101 blocks": (modal(*[section()] * 101), "/view/blocks"),
    "unknown property": (modal(footer="x"), "/view"),
    "unknown block": (modal({"type": "poem"}), "/view/blocks/0"),
    "unknown element": (modal(actions({"type": "lever", "action_id": "a"})), "/view/blocks/0/elements/0"),
    "markdown in a modal": (modal({"type": "markdown", "text": "x"}), "/view/blocks/0"),
    "alert on Home": (home({"type": "alert", "text": plain("x")}), "/view/blocks/0"),
    "submit on Home": ({**home(), "submit": plain("x")}, "/view"),
    "file input on Home": (home(field("a", "file_input")), "/view/blocks/0/element"),
    "same block_id": (modal(field("a"), field("a")), "/view/blocks/1/block_id"),
    "same action_id": (modal(actions(button("a"), button("a"))), "/view/blocks/0/elements/1/action_id"),
    "long block_id": (modal({**section(), "block_id": "x" * 256}), "/view/blocks/0/block_id"),
    "long action_id": (in_element(action_id="x" * 256), "/view/blocks/0/element/action_id"),
    "two focused": (modal(field("a", focus_on_load=True), field("b", focus_on_load=True)), "/view/blocks"),
    "section text": (modal(section("x" * 3001)), "/view/blocks/0/text/text"),
    "section without text": (modal({"type": "section"}), "/view/blocks/0"),
    "11 fields": (modal({"type": "section", "fields": [plain("x")] * 11}), "/view/blocks/0/fields"),
    "field text": (modal({"type": "section", "fields": [plain("x" * 2001)]}), "/view/blocks/0/fields/0/text"),
    "input in a section": (modal({**section(), "accessory": field("a")["element"]}), "/view/blocks/0/accessory"),
    "button in an input": (modal(field("a", "button", text=plain("x"))), "/view/blocks/0/element"),
    "header": (modal({"type": "header", "text": plain("x" * 151)}), "/view/blocks/0/text/text"),
    "26 buttons": (modal(actions(*[button(f"b{i}") for i in range(26)])), "/view/blocks/0/elements"),
    "11 in context": (modal({"type": "context", "elements": [plain("x")] * 11}), "/view/blocks/0/elements"),
    "label": (modal({**field("a"), "label": plain("x" * 2001)}), "/view/blocks/0/label/text"),
    "hint": (modal({**field("a"), "hint": plain("x" * 2001)}), "/view/blocks/0/hint/text"),
    "placeholder": (in_element(placeholder=plain("x" * 151)), "/view/blocks/0/element/placeholder/text"),
    "button text": (modal(actions(button("a", text=plain("x" * 76)))), "/view/blocks/0/elements/0/text/text"),
    "button value": (modal(actions(button("a", value="x" * 2001))), "/view/blocks/0/elements/0/value"),
    "button style": (modal(actions(button("a", style="loud"))), "/view/blocks/0/elements/0/style"),
    "confirm": (
        modal(actions(button("a", confirm={**CONFIRM, "title": plain("x" * 101)}))),
        "/view/blocks/0/elements/0/confirm/title/text",
    ),
    "101 options": (in_element("static_select", options=[option("x")] * 101), "/view/blocks/0/element/options"),
    "no options": (in_element("static_select"), "/view/blocks/0/element"),
    "options and groups": (
        in_element("static_select", options=OPTIONS, option_groups=[{"label": plain("G"), "options": OPTIONS}]),
        "/view/blocks/0/element",
    ),
    "option text": (
        in_element("static_select", options=[option("x" * 76, "v")]),
        "/view/blocks/0/element/options/0/text/text",
    ),
    "option value": (
        in_element("static_select", options=[option("x", "v" * 151)]),
        "/view/blocks/0/element/options/0/value",
    ),
    "option url": (
        in_element("static_select", options=[{**option("x"), "url": "u"}]),
        "/view/blocks/0/element/options/0",
    ),
    "initial option": (
        in_element("static_select", options=OPTIONS, initial_option=option("Three")),
        "/view/blocks/0/element",
    ),
    "inline options of a search": (in_element("external_select", options=OPTIONS), "/view/blocks/0/element"),
    "11 ticks": (in_element("checkboxes", options=[option("x")] * 11), "/view/blocks/0/element/options"),
    "6 in a menu": (
        modal(actions({"type": "overflow", "action_id": "m", "options": [option("x")] * 6})),
        "/view/blocks/0/elements/0/options",
    ),
    "max_length": (in_element(max_length=3001), "/view/blocks/0/element/max_length"),
    "too long to start": (in_element(max_length=2, initial_value="abc"), "/view/blocks/0/element/initial_value"),
    "least over most": (in_element(min_length=3, max_length=2), "/view/blocks/0/element"),
    "number without decimals": (in_element("number_input"), "/view/blocks/0/element"),
    "number outside": (
        in_element("number_input", is_decimal_allowed=True, max_value="2", initial_value="3"),
        "/view/blocks/0/element/initial_value",
    ),
    "date": (in_element("datepicker", initial_date="21/11/2026"), "/view/blocks/0/element/initial_date"),
    "hour": (in_element("timepicker", initial_time="9:00"), "/view/blocks/0/element/initial_time"),
    "dispatch trigger": (
        in_element(dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    "response url outside an input": (
        modal(actions({"type": "channels_select", "action_id": "c", "response_url_enabled": True})),
        "/view/blocks/0/elements/0",
    ),
    "image without words": (modal({"type": "image", "image_url": "https://x.example"}), "/view/blocks/0"),
    "a null": (in_element(max_length=None), "/view/blocks/0/element/max_length"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_view_beyond_a_limit_is_refused_at_its_place(name: str) -> None:
    view, pointer = BROKEN[name]
    assert [problem.partition("[json-pointer:")[2] for problem in view_problems(view)] == [f"{pointer}]"]


def test_a_message_holds_fifty_blocks() -> None:
    assert blocks_problems([section()] * 50) == []
    assert blocks_problems([section()] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_message_holds_one_table_and_limited_markdown() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert blocks_problems([table]) == []
    assert blocks_problems([table, table]) == ["[ERROR] only_one_table_allowed [json-pointer:/blocks]"]
    assert blocks_problems([{"type": "markdown", "text": "x" * 7000}] * 2) != []


def data_table(*rows: list[Json], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Turnover", "rows": [*rows], **more}


def cells(*words: str) -> list[Json]:
    return [{"type": "raw_text", "text": word} for word in words]


RICH_CELL = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}


def test_a_data_table_of_words_numbers_and_rich_text_is_sound() -> None:
    number = {"type": "raw_number", "value": 12.5, "text": "12,50 €"}
    rows = [cells("Year", "Total", "Note"), [*cells("2026"), number, RICH_CELL]]
    assert blocks_problems([data_table(*rows, page_size=10, row_header_column_index=0)]) == []
    assert view_problems(home(data_table(*rows))) == []


@pytest.mark.parametrize(
    ("block", "at"),
    [
        (data_table(cells("a")), "/blocks/0/rows"),
        (data_table(*[cells("a")] * 102), "/blocks/0/rows"),
        (data_table(cells("a", "b"), cells("1")), "/blocks/0/rows"),
        (data_table(cells("a"), cells(*"x" * 21)), "/blocks/0/rows/1"),
        (data_table([RICH_CELL], cells("1")), "/blocks/0/rows/0"),
        (data_table(cells("a"), [{"type": "raw_number", "value": 1}]), "/blocks/0/rows/1/0"),
        (data_table(cells("a"), [{"type": "raw_number", "value": "1", "text": "1"}]), "/blocks/0/rows/1/0/value"),
        (data_table(cells("a"), cells("1"), page_size=101), "/blocks/0/page_size"),
        (data_table(cells("a"), cells("1"), row_header_column_index=1), "/blocks/0/row_header_column_index"),
        ({"type": "data_table", "rows": [cells("a"), cells("1")]}, "/blocks/0"),
        ({"type": "table", "rows": [cells("a")] * 101}, "/blocks/0/rows"),
        ({"type": "table", "rows": [cells(*"x" * 21)]}, "/blocks/0/rows/0"),
        ({"type": "card", "subtitle": plain("alone")}, "/blocks/0"),
        ({"type": "card", "title": plain("x" * 151)}, "/blocks/0/title/text"),
        ({"type": "card", "body": plain("x" * 201)}, "/blocks/0/body/text"),
        ({"type": "card", "actions": [button(f"b{i}") for i in range(4)]}, "/blocks/0/actions"),
        ({"type": "card", "actions": [button("a"), button("a")]}, "/blocks/0/actions/1/action_id"),
    ],
)
def test_a_table_or_card_beyond_a_limit_is_refused_at_its_place(block: Json, at: str) -> None:
    problems = blocks_problems([block])
    assert [problem.partition("json-pointer:")[2] for problem in problems] == [f"{at}]"]


def test_a_modal_shows_no_table() -> None:
    rows = [cells("a"), cells("1")]
    for kind in ({"type": "table", "rows": rows}, data_table(*rows)):
        assert view_problems(modal(kind)) == [f"[ERROR] unsupported type: {kind['type']} [json-pointer:/view/blocks/0]"]


def test_an_options_answer_holds_a_hundred() -> None:
    assert options_problems({"options": [option(str(i)) for i in range(100)]}) == []
    assert options_problems({"options": [option(str(i)) for i in range(101)]}) != []
    assert options_problems({"options": [option("x" * 76, "v")]}) != []
    assert options_problems({}) != []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(at=st.integers(0, len(SOUND_BLOCKS) - 1), junk=JSON_VALUES, data=st.data())
def test_no_json_whatever_upsets_the_checks(at: int, junk: Any, data: st.DataObject) -> None:
    block = copy.deepcopy(SOUND_BLOCKS[at])
    block[data.draw(st.sampled_from(sorted(block)))] = junk
    for problem in view_problems(modal(block)):
        assert problem.startswith("[ERROR] ")
    assert view_problems(junk) != []


def chart_block(points: list[Json], *, kind: str = "bar", **more: Any) -> Json:
    axis = {"categories": [one["label"] for one in points], **more}
    chart = {"type": kind, "series": [{"name": "EUR", "data": points}], "axis_config": axis}
    return {"type": "data_visualization", "title": "Costs", "chart": chart}


def points(*values: float) -> list[Json]:
    return [{"label": f"Month {number}", "value": value} for number, value in enumerate(values)]


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
def test_a_chart_of_one_point_for_each_category_is_sound(kind: str) -> None:
    assert blocks_problems([chart_block(points(1, 2.5, 0), kind=kind, y_label="EUR")]) == []
    assert view_problems(home(chart_block(points(1)))) == []


@pytest.mark.parametrize(
    ("block", "at"),
    [
        (chart_block(points(*range(21))), "/blocks/0/chart/series/0/data"),
        (chart_block([{"label": "x" * 21, "value": 1}]), "/blocks/0/chart/series/0/data/0/label"),
        (chart_block(points(1), categories=["another"]), "/blocks/0/chart/series/0/data"),
        (chart_block([*points(1), *points(1)]), "/blocks/0/chart/axis_config/categories"),
        (
            {"type": "data_visualization", "title": "x" * 51, "chart": chart_block(points(1))["chart"]},
            "/blocks/0/title",
        ),
        (
            {"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": points(0)}},
            "/blocks/0/chart/segments/0/value",
        ),
    ],
)
def test_a_chart_beyond_slacks_limits_is_refused(block: Json, at: str) -> None:
    assert any(f"[json-pointer:{at}]" in problem for problem in blocks_problems([block]))


def test_a_message_holds_at_most_two_charts() -> None:
    assert blocks_problems([chart_block(points(1))] * 2) == []
    assert blocks_problems([chart_block(points(1))] * 3) != []
