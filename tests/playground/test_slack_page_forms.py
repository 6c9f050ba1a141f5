"""Forms of the local Slack workspace in a browser."""

from __future__ import annotations

import pytest
from browser import NewPage, shot
from playwright.sync_api import Page, expect
from slack_office import Office, modal, say, sit_down

pytestmark = pytest.mark.browser


def test_a_form_is_filled_by_keyboard_and_reacts_without_losing_what_was_typed(
    office: Office, new_page: NewPage
) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm action")
    expect(modal(page).get_by_label("Relation")).to_be_focused()
    modal(page).get_by_label("Subject").fill("Prices 2027")
    modal(page).get_by_label("Relation").click()
    page.keyboard.type("dupo")
    expect(page.get_by_role("option", name="Brasserie Dupont")).to_be_visible()
    shot(page, "select")
    page.keyboard.press("Enter")
    expect(modal(page).get_by_label("Representative")).to_have_value("Anna for Brasserie Dupont")
    expect(modal(page).get_by_label("Subject")).to_have_value("Prices 2027")
    expect(modal(page).get_by_label("Relation")).to_be_focused()
    modal(page).get_by_label("All day").uncheck()
    modal(page).get_by_label("From").fill("2.30 pm")
    expect(modal(page).get_by_text("Hours changed")).to_be_visible()
    page.keyboard.press("Tab")
    expect(modal(page).get_by_label("From")).to_have_value("14:30")
    modal(page).get_by_role("button", name="Save").click()
    expect(modal(page)).to_have_count(0)
    expect(page.get_by_test_id("messages")).to_contain_text("Planned: Prices 2027")
    values = office.last("view_submission")["view"]["state"]["values"]
    assert values["relation"]["relation"]["selected_option"]["text"]["text"] == "Brasserie Dupont"
    assert values["starts"]["starts"]["selected_time"] == "14:30"
    assert values["on"]["on"]["selected_date"] == "2026-11-26"


def test_a_wrong_field_says_so_and_takes_the_focus(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm action")
    modal(page).get_by_role("button", name="Save").click()
    expect(modal(page).get_by_label("Relation")).to_be_focused()
    expect(modal(page).locator("[data-field=relation]")).to_contain_text("Please complete this required field.")
    modal(page).get_by_label("Relation").fill("anker")
    page.get_by_role("option", name="Brouwerij Het Anker").click()
    expect(modal(page).get_by_label("Representative")).to_have_value("Anna for Brouwerij Het Anker")
    modal(page).get_by_label("Subject").fill("wrong")
    modal(page).get_by_role("button", name="Save").click()
    expect(modal(page).get_by_label("Subject")).to_be_focused()
    expect(modal(page).get_by_label("Subject")).to_have_attribute("aria-invalid", "true")
    expect(modal(page).get_by_text("Say what the visit is about.")).to_be_visible()
    shot(page, "modal-error")
    page.keyboard.type("!")
    expect(modal(page).get_by_text("Say what the visit is about.")).to_have_count(0)
    expect(modal(page).get_by_label("Subject")).to_have_value("wrong!")


def test_every_kind_of_field_reaches_the_app(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page(viewport={"width": 1280, "height": 1000}))
    say(page, "/crm fields")
    form = modal(page)
    form.get_by_label("Line", exact=True).fill("a line")
    form.get_by_label("Lines").fill("one\ntwo")
    form.get_by_label("Grouped").click()
    page.get_by_role("group", name="Clients").get_by_role("option", name="Brouwerij Het Anker").click()
    form.get_by_label("Several").fill("brasserie")
    page.get_by_role("option", name="Brasserie de l'Été").click()
    form.get_by_label("Several").fill("dupont")
    page.get_by_role("option", name="Brasserie Dupont").click()
    page.keyboard.press("Escape")
    form.get_by_label("People").fill("bram")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    form.get_by_label("Day").fill("2026-12-01")
    form.get_by_label("Hour").fill("8h15")
    form.get_by_label("The other").first.check()
    form.get_by_role("radio", name="The other").check()
    form.get_by_label("Mail").fill("els@example.com")
    form.get_by_label("Site").fill("https://example.com")
    form.get_by_label("Amount").fill("12.5")
    form.get_by_label("Rich").fill("as typed")
    form.get_by_label("Files").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"})
    expect(form.get_by_role("button", name="Remove plan.txt")).to_be_visible()
    form.get_by_label("Line", exact=True).focus()
    shot(page, "fields")
    form.get_by_label("Rich").focus()
    page.emulate_media(color_scheme="dark")
    shot(page, "fields-dark")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    state = office.last("view_submission")["view"]["state"]["values"]
    held = {name: next(iter(actions.values())) for name, actions in state.items()}
    assert held["line"]["value"] == "a line"
    assert held["lines"]["value"] == "one\ntwo"
    assert held["grouped"]["selected_option"]["value"] == "b"
    assert [one["value"] for one in held["several"]["selected_options"]] == ["1", "0"]
    assert held["people"]["selected_users"] == ["U0CLAIRE", "U0BRAM"]
    assert (held["day"]["selected_date"], held["hour"]["selected_time"]) == ("2026-12-01", "08:15")
    assert held["moment"]["selected_date_time"] == 1782900000
    assert [one["value"] for one in held["boxes"]["selected_options"]] == ["two"]
    assert held["radio"]["selected_option"]["value"] == "two"
    assert (held["mail"]["value"], held["site"]["value"], held["amount"]["value"]) == (
        "els@example.com",
        "https://example.com",
        "12.5",
    )
    assert [file["name"] for file in held["files"]["files"]] == ["plan.txt"]
    assert held["rich"]["rich_text_value"]["elements"][0]["elements"] == [{"type": "text", "text": "as typed"}]


def test_escape_closes_only_the_top_of_stacked_views_and_focus_returns(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm fields")
    modal(page).get_by_label("Line", exact=True).fill("kept")
    modal(page).get_by_role("button", name="On top").click()
    expect(modal(page).get_by_role("heading", name="On top")).to_be_visible()
    expect(modal(page).get_by_label("Word")).to_be_focused()
    page.keyboard.press("Escape")
    expect(modal(page).get_by_role("button", name="On top")).to_be_focused()
    expect(modal(page).get_by_label("Line", exact=True)).to_have_value("kept")
    page.keyboard.press("Escape")
    expect(modal(page)).to_have_count(0)
    expect(page.get_by_test_id("composer").get_by_role("combobox")).to_be_focused()


def test_closing_a_form_tells_the_app(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm action")
    modal(page).get_by_role("button", name="Cancel").click()
    expect(modal(page)).to_have_count(0)
    page.wait_for_timeout(200)
    assert office.last("view_closed")["is_cleared"] is False


def test_fields_tell_the_app_when_they_are_to(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm typing")
    modal(page).get_by_label("Entered").press_sequentially("one")
    page.keyboard.press("Enter")
    modal(page).get_by_label("Each").press_sequentially("two")
    expect_actions(page, office, [("entered", "one"), ("each", "two")])
    modal(page).get_by_label("Day").fill("2026-12-01")
    expect_actions(page, office, [("entered", "one"), ("each", "two"), ("day", "2026-12-01")])
    expect(modal(page)).to_be_visible()


def expect_actions(page: Page, office: Office, wanted: list[tuple[str, str]]) -> None:
    for _ in range(400):
        told = [one["actions"][0] for one in office.heard if one.get("type") == "block_actions"]
        if len(told) >= len(wanted):
            break
        page.wait_for_timeout(50)
    assert [(one["action_id"], one.get("value") or one.get("selected_date")) for one in told] == wanted


def test_a_form_that_is_being_sent_is_sent_once_and_says_so(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm typing")
    save = modal(page).get_by_role("button", name="Save")
    save.click()
    expect(save).to_have_attribute("aria-busy", "true")
    save.click(force=True)
    expect(modal(page)).to_have_count(0)
    assert len([told for told in office.heard if told.get("type") == "view_submission"]) == 1


def test_shortcuts_open_forms(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="New note").click()
    expect(modal(page).get_by_role("heading", name="New action")).to_be_visible()
    page.keyboard.press("Escape")
    say(page, "a word to keep")
    message = page.get_by_test_id("message").last
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    page.get_by_role("menuitem", name="File this").click()
    expect(modal(page).get_by_role("heading", name="New action")).to_be_visible()
    assert office.last("message_action")["message"]["text"] == "a word to keep"


def test_a_form_that_is_not_answered_stays_with_what_was_typed_and_says_so(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm typing")
    modal(page).get_by_label("Entered").fill("never answered")
    modal(page).get_by_role("button", name="Save").click()
    expect(modal(page).get_by_role("alert")).to_contain_text("trouble")
    expect(modal(page).get_by_label("Entered")).to_have_value("never answered")
    expect(modal(page).get_by_role("button", name="Save")).not_to_have_attribute("aria-busy", "true")
