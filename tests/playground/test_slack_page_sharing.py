"""The local Slack workspace in a browser: files, reactions by name, links to messages, mentions, profiles."""

from __future__ import annotations

import re
import struct
import time
import zlib

import pytest
from browser import NewPage, shot
from playwright.sync_api import Page, expect
from slack_office import BRAM, CLAIRE, EMMA, Office, say, sit_down
from slack_sdk import WebClient

pytestmark = pytest.mark.browser
DROP = """([selector, name, type]) => {
  const held = new DataTransfer();
  held.items.add(new File(["dropped"], name, { type }));
  const on = document.querySelector(selector);
  for (const moment of ["dragenter", "dragover", "drop"].slice(0, window.holdOnly ? 2 : 3))
    on.dispatchEvent(new DragEvent(moment, { bubbles: true, cancelable: true, dataTransfer: held }));
}"""


def picture(width: int = 240, height: int = 120) -> bytes:
    """A small PNG with a gradient."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (40 + y, 110, 90 + x // 2)) for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def client_of(office: Office) -> WebClient:
    return WebClient(token="xoxb-playground", base_url=f"{office.url}/slack/api/")


def in_general(office: Office, page: Page) -> Page:
    page.goto(f"{office.url}/slack#/{EMMA.id}/C0GENERAL")
    expect(page.get_by_role("heading", name="general")).to_be_visible()
    return page


def test_several_files_are_shared_together_and_can_be_taken_out_before(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    page.get_by_test_id("attach").set_input_files(
        [
            {"name": "façade in het zonlicht.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"},
            {"name": "wrong.txt", "mimeType": "text/plain", "buffer": b"wrong"},
        ]
    )
    page.get_by_role("button", name="Remove wrong.txt").click()
    shot(page, "composer-files")
    say(page, "Both for Dupont")
    shared = page.get_by_test_id("message").last
    expect(shared.get_by_test_id("file")).to_have_count(2)
    expect(shared.get_by_role("img", name="façade in het zonlicht.png")).to_be_visible()
    expect(shared).to_contain_text("PDF · 10 B")
    with page.expect_download() as download:
        shared.get_by_role("link", name="Download offer.pdf").click()
    assert download.value.suggested_filename == "offer.pdf"
    page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth)")
    shot(page, "files")
    page.emulate_media(color_scheme="dark")
    shot(page, "files-dark")


def test_a_file_is_dropped_on_the_channel(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    page.evaluate("window.holdOnly = true")
    page.evaluate(DROP, ["#messages", "list.csv", "text/csv"])
    expect(page.get_by_text("Drop to share in general")).to_be_visible()
    shot(page, "drop")
    page.evaluate("window.holdOnly = false")
    page.evaluate(DROP, ["#messages", "list.csv", "text/csv"])
    expect(page.get_by_text("Drop to share in general")).to_have_count(0)
    expect(page.get_by_test_id("composer").get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message").last.get_by_role("link", name="list.csv", exact=True)).to_be_visible()


def test_a_file_goes_into_the_thread_in_which_it_was_attached(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    say(page, "Send me the offer")
    page.get_by_test_id("message").last.hover()
    page.get_by_role("button", name="Reply in thread").last.click()
    thread = page.get_by_test_id("thread-composer")
    thread.get_by_test_id("attach").set_input_files(
        {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    thread.get_by_role("button", name="Send reply").click()
    region = page.get_by_role("region", name="Thread")
    expect(region.get_by_role("link", name="offer.pdf", exact=True)).to_be_visible()
    expect(region).to_contain_text("1 reply")


def test_ones_own_file_is_deleted_after_a_question(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    page.get_by_test_id("attach").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    say(page, "see this")
    message = page.get_by_test_id("message").last
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    expect(page.get_by_role("menuitem", name="File this")).to_be_visible()
    shot(page, "message-menu")
    page.get_by_role("menuitem", name="Delete file").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(message).to_contain_text("This file was deleted.")
    expect(message.get_by_test_id("file")).to_have_count(0)
    shot(page, "file-deleted")


def test_a_reaction_is_found_by_name_with_the_keyboard(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    say(page, "Done")
    message = page.get_by_test_id("message").last
    message.get_by_role("button", name="Add reaction").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option")).to_have_count(16)
    shot(page, "reactions")
    page.keyboard.type("calendar")
    expect(page.get_by_role("option", name="calendar", exact=True)).to_be_visible()
    shot(page, "reactions-search")
    page.keyboard.press("Enter")
    expect(message.get_by_role("button", name="calendar, 1: Emma Clarke")).to_be_visible()
    expect(message.get_by_role("button", name="Add reaction")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("no such thing")
    page.keyboard.press("Enter")
    expect(message.get_by_role("button", name="no_such_thing, 1: Emma Clarke")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Add reaction")).to_have_count(0)


def test_a_permalink_shows_its_message_among_many(office: Office, new_page: NewPage) -> None:
    client = client_of(office)
    wanted = client.chat_postMessage(channel="C0GENERAL", text="The one about Dupont")
    for number in range(80):
        client.chat_postMessage(channel="C0GENERAL", text=f"Message {number}")
    link = client.chat_getPermalink(channel="C0GENERAL", message_ts=wanted["ts"])["permalink"]
    page = new_page()
    page.goto(link)
    message = page.get_by_test_id("message").filter(has_text="The one about Dupont")
    expect(message).to_be_in_viewport()
    expect(message).to_have_class(re.compile("is-pointed-at"))
    shot(page, "permalink")
    expect(page).to_have_url(re.compile("#/U0CLAIRE/C0GENERAL$"))
    say(page, f"See <{link}|there> or {link}")
    expect(page.get_by_test_id("message").last).to_be_in_viewport()
    page.get_by_test_id("message").last.get_by_role("link").first.click()
    expect(message).to_be_in_viewport()
    assert len(page.context.pages) == 1


def test_a_message_gives_its_link(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page(permissions=["clipboard-read", "clipboard-write"]))
    say(page, "Keep this")
    message = page.get_by_test_id("message").last
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    page.get_by_role("menuitem", name="Copy link").click()
    ts = message.get_attribute("data-ts") or ""
    link = client_of(office).chat_getPermalink(channel="C0GENERAL", message_ts=ts)["permalink"]
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_people_and_the_app_are_mentioned_by_name(office: Office, new_page: NewPage) -> None:
    page = in_general(office, new_page())
    box = page.get_by_test_id("composer").get_by_role("combobox")
    box.press_sequentially("Ask @br")
    expect(page.get_by_role("option")).to_have_count(1)
    shot(page, "mention")
    page.keyboard.press("Tab")
    expect(box).to_have_value("Ask @Bram de Vries ")
    page.keyboard.type("or @rapp")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message").last).to_contain_text("Ask @Bram de Vries or @Rapport")
    said = office.workspace.archive.messages("C0GENERAL")[-1]["text"]
    assert said == f"Ask <@{BRAM.id}> or <@U0PLAYBOT>"


def test_a_profile_is_changed_where_it_is_ones_own(office: Office, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{office.url}/slack#/{CLAIRE.id}/C0GENERAL")
    page.get_by_test_id("person-switcher").click()
    page.get_by_role("menuitem", name="Edit your profile…").click()
    profile = page.get_by_test_id("profile")
    expect(profile.get_by_label("Whose profile")).to_have_count(0)
    profile.get_by_label("Full name").fill("Claire Dubois-Maes")
    profile.get_by_label("Language").select_option("nl-BE")
    profile.get_by_label("E-mail").fill("claire@")
    profile.get_by_label("E-mail").evaluate("field => { field.type = 'text' }")
    page.keyboard.press("Enter")
    expect(profile.get_by_role("alert")).to_contain_text("no e-mail address")
    profile.get_by_label("E-mail").fill("claire@new.example")
    shot(page, "profile")
    profile.get_by_role("button", name="Save").click()
    expect(profile).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("You are Claire Dubois-Maes"))).to_contain_text("Nederlands")
    changed = office.workspace.people[CLAIRE.id]
    assert (changed.email, changed.locale) == ("claire@new.example", "nl-BE")


def test_an_administrator_deactivates_somebody(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    page.get_by_test_id("person-switcher").click()
    page.get_by_role("menuitem", name="Edit profiles…").click()
    profile = page.get_by_test_id("profile")
    profile.get_by_label("Whose profile").select_option(label="Bram de Vries")
    expect(profile.get_by_label("Full name")).to_have_value("Bram de Vries")
    profile.get_by_label("Deactivated: cannot sign in").check()
    shot(page, "profile-admin")
    profile.get_by_role("button", name="Save").click()
    expect(profile).to_have_count(0)
    assert office.workspace.people[BRAM.id].deleted is True
    page.get_by_test_id("person-switcher").click()
    expect(page.get_by_role("menuitemradio", name=re.compile("Bram de Vries, .*deactivated"))).to_be_visible()


def test_a_thousand_messages_leave_the_page_quick(office: Office, new_page: NewPage) -> None:
    """The bound lies far above what typing takes here, and below what would be felt as stuck."""
    channel = office.workspace.conversations.channel("C0GENERAL")
    assert channel is not None
    blocks = [{"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "*Dupont* and `more`"}}]
    for number in range(1000):
        stamp = f"{1_700_000_000 + number * 60}.000100"
        thread = {"thread_ts": "1700000000.000100"} if number % 10 == 9 else {}
        text = {"user": EMMA.id, "text": f"Message {number} about <@{BRAM.id}>", "blocks": blocks * (number % 5 == 0)}
        office.workspace.archive.keep_message(channel.id, {"type": "message", "ts": stamp, **text, **thread})
    page = in_general(office, new_page())
    expect(page.get_by_text("Message 998 about")).to_be_in_viewport()
    box = page.get_by_test_id("composer").get_by_role("combobox")
    box.focus()
    started = time.monotonic()
    page.keyboard.type("What about Dupont?")
    expect(box).to_have_value("What about Dupont?")
    typed_s = time.monotonic() - started
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message").last).to_contain_text("What about Dupont?")
    assert typed_s < 2


def test_earlier_messages_come_when_one_scrolls_up_and_the_place_stays(office: Office, new_page: NewPage) -> None:
    client = client_of(office)
    for number in range(250):
        client.chat_postMessage(channel="C0GENERAL", text=f"Message {number}.")
    page = in_general(office, new_page())
    expect(page.get_by_text("Message 249.")).to_be_in_viewport()
    expect(page.get_by_test_id("message")).to_have_count(100)
    page.get_by_test_id("messages").evaluate("list => { list.scrollTop = 0 }")
    expect(page.get_by_text("Message 150.")).to_be_in_viewport()
    expect(page.get_by_test_id("message")).to_have_count(200)
    page.get_by_test_id("messages").evaluate("list => { list.scrollTop = 0 }")
    expect(page.get_by_test_id("message")).to_have_count(250)
    expect(page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
