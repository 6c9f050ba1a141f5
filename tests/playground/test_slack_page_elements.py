"""The local Slack workspace in a browser: menus, tables and cards in messages, and forms with long lists."""

from __future__ import annotations

from typing import Any

import pytest
from browser import NewPage, shot
from playwright.sync_api import Page, expect
from playwright.sync_api import Route as PageRoute
from slack_office import EMMA, Office, modal, sit_down
from slack_sdk import WebClient
from small_app_views import button, field, marked, option, plain, table_rows, text

pytestmark = pytest.mark.browser
Json = dict[str, Any]
LONG = "Brasserie coopérative artisanale de la Gare et du Canal, Saint-Ghislain (siège)"
STATES = [
    {"label": plain("Open"), "options": [option("new", "New"), option("offer", "Offer sent")]},
    {"label": plain("Closed"), "options": [option("won", "Won"), option("lost", "Lost")]},
]


def post(office: Office, *blocks: Json) -> None:
    client = WebClient(token="xoxb-playground", base_url=f"{office.url}/slack/api/")
    client.chat_postMessage(channel=EMMA.id, text="A list", blocks=[*blocks])


def open_form(office: Office, *blocks: Json) -> None:
    client = WebClient(token="xoxb-playground", base_url=f"{office.url}/slack/api/")
    view = {"type": "modal", "callback_id": "every", "title": plain("A form"), "submit": plain("Save")}
    client.views_open(trigger_id=office.workspace.triggers.make(EMMA.id), view={**view, "blocks": [*blocks]})


def told(office: Office, page: Page, count: int) -> Json:
    """The newest block action, once the app has heard of so many."""
    for _ in range(600):
        heard = [one for one in office.heard if one.get("type") == "block_actions"]
        if len(heard) >= count:
            break
        page.wait_for_timeout(30)
    assert len(heard) == count, heard
    return heard[-1]


def held(office: Office) -> Json:
    values = office.last("view_submission")["view"]["state"]["values"]
    return {name: next(iter(actions.values())) for name, actions in values.items()}


def pick(page: Page, label: str, *options: str) -> None:
    page.get_by_label(label).click()
    for name in options:
        page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")


def test_a_grouped_menu_in_a_message_tells_the_app_at_the_choice(office: Office, new_page: NewPage) -> None:
    menu = {"type": "static_select", "action_id": "stage", "option_groups": STATES, "placeholder": plain("Stage")}
    several = {
        "type": "multi_static_select", "action_id": "kinds", "options": [option("a", "Bar"), option("b", LONG[:75])],
        "placeholder": plain("Kinds"),
    }  # fmt: skip
    post(
        office,
        {"type": "section", "block_id": "about", "text": marked(f"*{LONG}*")},
        {"type": "actions", "block_id": "row", "elements": [menu, several, button("open", "Open")]},
    )
    page = sit_down(office, new_page())
    message = page.get_by_test_id("message").last
    message.get_by_label("Stage").click()
    expect(page.get_by_role("group", name="Closed").get_by_role("option")).to_have_count(2)
    shot(page, "message-menu-groups")
    page.keyboard.type("wo")
    page.keyboard.press("Enter")
    expect(message.get_by_label("Stage")).to_have_value("Won")
    payload = told(office, page, 1)
    action = payload["actions"][0]
    assert (action["action_id"], action["selected_option"]["value"]) == ("stage", "won")
    assert payload["message"]["blocks"][0]["block_id"] == "about"
    pick(page, "Kinds", LONG[:75])
    expect(message).to_contain_text(LONG[:75])
    shot(page, "message-menu-chosen")


def test_a_table_and_a_card_in_a_message_are_shown_whole(office: Office, new_page: NewPage) -> None:
    rows = [(f"{LONG} {number}", "client", f"{number} 400 €") for number in range(99)]
    settings = [{"is_wrapped": True}, {"align": "center"}, {"align": "right"}]
    post(
        office,
        {"type": "table", "rows": table_rows(("Relation", "Status", "Total"), *rows), "column_settings": settings},
    )
    card = {"type": "card", "title": marked("*Cellar 2027*"), "subtitle": plain("Brasserie Dupont"),
            "body": marked("Two offers, one order."), "actions": [button("open", "Open", style="primary")]}  # fmt: skip
    head = [{"type": "raw_text", "text": "Year"}, {"type": "raw_text", "text": "Total"}]
    years = [
        [{"type": "raw_text", "text": f"{year}"}, {"type": "raw_number", "value": year * 3, "text": f"{year * 3} €"}]
        for year in range(2018, 2027)
    ]
    post(office, card, {"type": "data_table", "caption": "Turnover", "rows": [head, *years], "page_size": 4})
    page = sit_down(office, new_page())
    listed = page.get_by_role("table").first
    expect(listed.get_by_role("row")).to_have_count(100)
    listed.scroll_into_view_if_needed()
    shot(page, "table-long")
    turnover = page.get_by_role("table", name="Turnover")
    page.get_by_role("button", name="Next").click()
    expect(turnover).to_contain_text("6066 €")
    turnover.scroll_into_view_if_needed()
    shot(page, "card-and-data-table")
    page.get_by_role("button", name="Open", exact=True).click()
    assert told(office, page, 1)["actions"][0]["action_id"] == "open"


def test_a_chart_is_drawn_as_bars_with_its_values(office: Office, new_page: NewPage) -> None:
    points = [{"label": label, "value": value} for label, value in (("Acme", 12.5), ("Dupont", 40))]
    axis = {"categories": ["Acme", "Dupont"], "y_label": "EUR"}
    chart = {"type": "bar", "series": [{"name": "EUR", "data": points}], "axis_config": axis}
    post(office, {"type": "data_visualization", "title": "Costs", "chart": chart})
    drawn = sit_down(office, new_page()).get_by_role("figure", name="Costs")
    expect(drawn.locator("progress")).to_have_count(2)
    expect(drawn).to_contain_text("12.5")
    expect(drawn.locator("progress").nth(1)).to_have_js_property("value", 40)


def test_a_file_field_takes_what_it_asks_for_and_says_what_it_does_not(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    wanted = {"type": "file_input", "filetypes": ["pdf", "csv"], "max_files": 2}
    open_form(office, field("papers", "Papers", wanted), field("note", "Note", text(), optional=True))
    form = modal(page)
    files = form.get_by_label("Papers")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    files.set_input_files({"name": "wrong.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    expect(form.get_by_role("alert")).to_contain_text("wrong.exe is not one of: pdf, csv")
    expect(form.get_by_role("button", name="Remove wrong.exe")).to_have_count(0)
    files.set_input_files(
        [
            {"name": f"{LONG}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"},
            {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b"},
        ]
    )
    expect(form.get_by_role("button", name="Remove list.csv")).to_be_visible()
    expect(files).to_be_disabled()
    shot(page, "file-field")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    assert [file["name"] for file in held(office)["papers"]["files"]] == [f"{LONG}.pdf", "list.csv"]


def test_a_form_opened_before_the_page_hears_events_is_shown_all_the_same(office: Office, new_page: NewPage) -> None:
    page = new_page()
    held_back: list[PageRoute] = []

    def hold_back(route: PageRoute) -> None:
        held_back.append(route)

    page.route("**/page-api/events?*", hold_back)
    sit_down(office, page)
    page.wait_for_timeout(500)  # it has read all that it reads by itself
    open_form(office, field("note", "Note", text()))
    held_back[0].continue_()
    expect(modal(page).get_by_label("Note")).to_be_visible()


def test_numbers_addresses_and_long_lists_are_checked_before_they_leave(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    decimal = {"type": "number_input", "is_decimal_allowed": True, "min_value": "0.5", "max_value": "99.5"}
    choices = {"type": "multi_static_select", "max_selected_items": 2, "option_groups": STATES}
    radios = {"type": "radio_buttons", "options": [option("a", LONG[:75]), option("b", "The other")]}
    open_form(
        office,
        field("amount", "Amount", decimal),
        field("whole", "Whole", {"type": "number_input", "is_decimal_allowed": False}, optional=True),
        field("site", "Site", {"type": "url_text_input"}, optional=True),
        field("stages", "Stages", choices),
        field("kind", "Kind", radios),
        field("day", "Day", {"type": "datepicker"}, optional=True),
    )
    form = modal(page)
    form.get_by_label("Amount").fill("120.25")
    form.get_by_label("Whole").fill("1.5")
    form.get_by_label("Site").fill("dupont.example")
    pick(page, "Stages", "New", "Won")
    form.get_by_label(LONG[:75]).check()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Please enter a number of at most 99.5.")).to_be_visible()
    expect(form.get_by_text("Please enter a whole number.")).to_be_visible()
    expect(form.get_by_text("Please enter a valid URL.")).to_be_visible()
    shot(page, "form-errors")
    for label, right in (("Amount", "12.25"), ("Whole", "2"), ("Site", "https://dupont.example")):
        form.get_by_label(label).fill(right)
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    values = held(office)
    assert values["amount"]["value"] == "12.25"
    assert [one["value"] for one in values["stages"]["selected_options"]] == ["new", "won"]


def test_what_is_new_fits_360_pixels(office: Office, new_page: NewPage) -> None:
    menu = {"type": "static_select", "action_id": "stage", "option_groups": STATES, "placeholder": plain("Stage")}
    post(office, {"type": "actions", "block_id": "row", "elements": [menu]})
    page = sit_down_narrow(office, new_page(viewport={"width": 360, "height": 740}))
    name = f"{LONG}.pdf"
    page.get_by_test_id("attach").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": b"%PDF"})
    shot(page, "narrow-attached")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Add reaction").last.click()
    expect(page.get_by_role("dialog", name="Add reaction")).to_be_in_viewport(ratio=1)
    shot(page, "narrow-file")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def sit_down_narrow(office: Office, page: Page) -> Page:
    page.goto(f"{office.url}/slack#/{EMMA.id}/D{EMMA.id[1:]}")
    expect(page.get_by_role("heading", name="Rapport")).to_be_visible()
    return page
