"""The local Slack workspace in a browser: people, channels, messages, commands."""

from __future__ import annotations

import re

import pytest
from browser import NewPage, shot
from playwright.sync_api import Page, expect
from slack_office import BRAM, EMMA, Office, modal, say, sit_down

pytestmark = pytest.mark.browser


def test_the_first_visit_needs_nothing_chosen(office: Office, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{office.url}/slack")
    expect(page.get_by_role("button", name=re.compile("You are Claire Dubois"))).to_be_visible()
    expect(page.get_by_role("heading", name="Rapport")).to_be_visible()


def test_a_button_asks_first_where_the_app_wants_it_and_the_message_changes_in_place(
    office: Office, new_page: NewPage
) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm card")
    card = page.get_by_test_id("message").last
    card.get_by_role("button", name="Cancel").click()
    question = page.get_by_role("alertdialog", name="Cancel the visit?")
    shot(page, "confirm")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_have_count(0)
    expect(card.get_by_role("button", name="Cancel")).to_be_focused()
    assert not [told for told in office.heard if told.get("type") == "block_actions"]
    card.get_by_role("button", name="More actions").first.click()
    expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Complete").click()
    expect(card).to_contain_text("Visit done ✅")
    chosen = [told["actions"][0] for told in office.heard if told.get("type") == "block_actions"]
    assert [one["action_id"] for one in chosen] == ["more", "complete"]
    assert chosen[0]["selected_option"]["value"] == "delete"


def test_commands_complete_while_typed(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    box = page.get_by_test_id("composer").get_by_role("combobox")
    box.press_sequentially("/")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="/agenda")).to_have_attribute("aria-selected", "true")
    shot(page, "completion")
    page.keyboard.press("Tab")
    expect(box).to_have_value("/agenda ")
    expect(page.get_by_test_id("composer")).to_contain_text("[day]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("messages")).to_contain_text("Only visible to you")
    expect(box).to_have_value("")


def test_an_app_that_does_not_answer_is_told_as_slack_tells_it_and_nothing_typed_is_lost(
    office: Office, new_page: NewPage
) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm silent treatment")
    expect(page.get_by_role("alert")).to_contain_text("/crm failed")
    expect(page.get_by_test_id("composer").get_by_role("combobox")).to_have_value("/crm silent treatment")
    say(page, "/nonsense")
    expect(page.get_by_role("alert")).to_contain_text("/nonsense is not a valid command")
    shot(page, "problem")


def test_messages_threads_and_reactions_are_live_for_others(office: Office, new_page: NewPage) -> None:
    emma, bram = new_page(), new_page()
    for page, person in ((emma, EMMA), (bram, BRAM)):
        page.goto(f"{office.url}/slack#/{person.id}/C0GENERAL")
    draft = bram.get_by_test_id("composer").get_by_role("combobox")
    draft.fill("half typ")
    draft.press("ArrowLeft")
    say(emma, "Who takes *Dupont* <b>tomorrow</b>?")
    asked = bram.get_by_test_id("message").filter(has_text="Dupont")
    expect(asked).to_contain_text("<b>tomorrow</b>")
    expect(draft).to_be_focused()
    draft.press("X")
    expect(draft).to_have_value("half tyXp")
    asked.hover()
    asked.get_by_role("button", name="Reply in thread").click()
    bram.keyboard.type("I do")
    bram.keyboard.press("Enter")
    expect(emma.get_by_role("region", name="Thread")).to_contain_text("I do")
    first = emma.get_by_test_id("message").first
    first.hover()
    first.get_by_role("button", name="Add reaction").first.click()
    emma.get_by_role("option", name="eyes").click()
    expect(asked.get_by_role("button", name="eyes, 1: Emma Clarke")).to_be_visible()
    shot(emma, "channel")
    emma.get_by_role("button", name="eyes, 1: Emma Clarke").click()
    expect(asked.get_by_role("button", name="eyes, 1: Emma Clarke")).to_have_count(0)
    emma.emulate_media(color_scheme="dark")
    shot(emma, "channel-dark")


def test_what_others_write_is_counted_until_it_is_read(office: Office, new_page: NewPage) -> None:
    emma = sit_down(office, new_page())
    bram = new_page()
    bram.goto(f"{office.url}/slack#/{BRAM.id}/C0GENERAL")
    say(bram, "hello")
    general = emma.get_by_role("link", name=re.compile("general"))
    expect(general).to_contain_text("1")
    general.click()
    expect(emma.get_by_test_id("messages")).to_contain_text("hello")
    expect(emma.get_by_label("1 unread")).to_have_count(0)


def test_a_file_is_shared(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    page.get_by_test_id("attach").set_input_files(
        {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    expect(page.get_by_test_id("composer")).to_contain_text("offer.pdf")
    say(page, "the offer")
    shared = page.get_by_test_id("message").last
    expect(shared.get_by_role("link", name="offer.pdf", exact=True)).to_be_visible()
    expect(shared).to_contain_text("the offer")


def test_somebody_else_sees_their_own_language_and_channels(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    page.get_by_test_id("person-switcher").click()
    expect(page.get_by_role("menuitemradio", name="Claire Dubois, Français · member")).to_be_visible()
    expect(page.get_by_role("menuitemradio", name="Emma Clarke, English · administrator")).to_have_attribute(
        "aria-checked", "true"
    )
    shot(page, "people")
    page.get_by_role("menuitemradio", name=re.compile("Otto Outside, .*outsider")).click()
    expect(page.get_by_role("link", name=re.compile("with-partners"))).to_be_visible()
    expect(page.get_by_role("link", name="Rapport")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name=re.compile("You are Otto"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_works_from_360_pixels_wide(office: Office, new_page: NewPage, scheme: str) -> None:
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    sit_down_narrow(office, page)
    page.get_by_role("button", name="Channels").click()
    expect(page.get_by_role("link", name=re.compile("general"))).to_be_visible()
    shot(page, f"narrow-sidebar-{scheme}")
    page.get_by_role("link", name="Rapport").click()
    say(page, "/crm card")
    expect(page.get_by_test_id("message")).to_have_count(1)
    shot(page, f"narrow-card-{scheme}")
    say(page, "/crm fields")
    expect(modal(page).get_by_role("button", name="Save")).to_be_in_viewport()
    shot(page, f"narrow-modal-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def sit_down_narrow(office: Office, page: Page) -> None:
    page.goto(f"{office.url}/slack#/{EMMA.id}/C0GENERAL")
    expect(page.get_by_role("heading", name="general")).to_be_visible()


def test_the_page_is_kept_by_the_browser_but_always_asked_for_again(office: Office, new_page: NewPage) -> None:
    page = new_page()
    served = page.request.get(f"{office.url}/slack/static/app.js")
    assert served.headers["cache-control"] == "no-cache"
    again = page.request.get(f"{office.url}/slack/static/app.js", headers={"If-None-Match": served.headers["etag"]})
    assert again.status == 304


def test_the_page_leads_to_the_other_pages(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    expect(page.get_by_role("link", name="mail, calendar")).to_have_attribute("href", "/")
