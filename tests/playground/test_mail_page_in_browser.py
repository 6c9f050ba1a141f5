"""The mail page in a browser: reading, answering, writing, leaving a list; live, with the keyboard, on a phone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from browser import NewPage, shot
from invitations import invitation
from playwright.sync_api import Browser, Page, expect

from integrations.playground.exchange import Address, Attachment, ExchangeServer, Mail

pytestmark = pytest.mark.browser

ANNA, ELS = "anna@office.example", "els@dupont.example"
OFFER = {"name": "Offre 2026-118.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 offer"}
PHONE = {"width": 360, "height": 740}
Open = Callable[..., Page]


@pytest.fixture
def mailbox(pages_url: str, new_page: NewPage) -> Open:
    def opened(person: str, **options: object) -> Page:
        page = new_page(**options)
        page.goto(f"{pages_url}/mail?person={person}")
        return page

    return opened


def send(exchange: ExchangeServer, subject: str, **more: object) -> None:
    exchange.send(ANNA, Mail(to=(Address(ELS, "Els Peeters"),), subject=subject, **more))  # type: ignore[arg-type]


def test_an_invitation_is_answered_and_the_answer_arrives(exchange: ExchangeServer, mailbox: Open) -> None:
    exchange.send(ANNA, invitation(ELS))
    anna, els = mailbox(ANNA), mailbox(ELS)
    els.get_by_role("button", name="Invitation : visite").click()
    card = els.get_by_role("region", name="Invitation")
    expect(card).to_contain_text("Thursday, 26 November 2026, 13:00–14:00 (Europe/London)")
    shot(els, "mail-invitation")
    card.get_by_role("button", name="Accept").click()
    expect(els.get_by_role("button", name="Accept")).to_have_attribute("aria-pressed", "true")
    expect(card).to_contain_text("You accepted.")
    expect(card.get_by_role("listitem")).to_have_text("Els Peeters accepted")
    anna.get_by_role("list").get_by_role("button", name="Els Peeters").click()
    expect(anna.get_by_role("region", name="Answer to an invitation")).to_contain_text("Els Peeters accepted")


def test_an_invitation_can_be_declined_after_all(exchange: ExchangeServer, mailbox: Open) -> None:
    exchange.send(ANNA, invitation(ELS))
    els = mailbox(ELS)
    els.get_by_role("button", name="Invitation : visite").click()
    els.get_by_role("button", name="Maybe").click()
    expect(els.get_by_text("You answered maybe.")).to_be_visible()
    els.get_by_role("button", name="Decline").click()
    expect(els.get_by_text("You declined.")).to_be_visible()


def test_a_mail_with_a_document_is_written_with_the_keyboard_and_arrives_live(mailbox: Open) -> None:
    anna, els = mailbox(ANNA), mailbox(ELS)
    expect(els.get_by_text("Nothing has arrived yet.")).to_be_visible()
    anna.get_by_role("button", name="New mail").press("Enter")
    expect(anna.get_by_label("To", exact=True)).to_be_focused()
    anna.keyboard.type(f"Els Peeters <{ELS}>")
    for words in ("", "Offre 2026-118"):
        anna.keyboard.press("Tab")
        anna.keyboard.type(words)
    anna.get_by_label("Message").fill("Bonjour Els,\nvoir https://office.example/offres.\nAnna")
    anna.get_by_label("Attach files").set_input_files([OFFER])
    expect(anna.get_by_role("list", name="Attached")).to_contain_text("Offre 2026-118.pdf")
    shot(anna, "mail-compose")
    anna.get_by_role("button", name="Send").click()
    expect(anna.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
    els.get_by_role("button", name="Offre 2026-118").click()
    with els.expect_download() as download:
        els.get_by_role("link", name="Offre 2026-118.pdf").click()
    assert download.value.path().read_bytes() == OFFER["buffer"]
    link = els.get_by_role("link", name="https://office.example/offres", exact=True)
    expect(link).to_have_attribute("target", "_blank")
    anna.get_by_role("button", name="Sent", exact=True).click()
    expect(anna.get_by_role("button", name="To Els Peeters")).to_be_visible()


def test_a_draft_waits_is_changed_and_sent(exchange: ExchangeServer, mailbox: Open) -> None:
    anna = mailbox(ANNA)
    anna.get_by_role("button", name="New mail").click()
    anna.get_by_label("To", exact=True).fill(ELS)
    anna.get_by_label("Subject").fill("Prix")
    anna.get_by_label("Attach files").set_input_files([OFFER])
    anna.get_by_role("button", name="Save draft").click()
    expect(anna.get_by_text("Draft saved.")).to_be_visible()
    anna.get_by_role("button", name="Drafts").click()
    anna.get_by_role("button", name="Prix").click()
    anna.get_by_label("Message").fill("Texte final")
    anna.get_by_label("Sensitivity").select_option("Private")
    anna.get_by_role("button", name="Send").click()
    expect(anna.get_by_text("No drafts.")).to_be_visible()
    [item] = exchange.items(ELS)
    mail = exchange.item(ELS, item.id).mail
    assert (mail.text.strip(), mail.sensitivity) == ("Texte final", "Private")
    assert [file.name for file in mail.attachments] == ["Offre 2026-118.pdf"]


def test_what_is_typed_stays_while_mail_comes_in(exchange: ExchangeServer, mailbox: Open) -> None:
    els = mailbox(ELS)
    els.get_by_role("button", name="New mail").click()
    body = els.get_by_label("Message")
    body.fill("Bonjour Anna")
    body.evaluate("area => area.setSelectionRange(3, 3)")
    send(exchange, "Entre-temps")
    expect(els.get_by_role("button", name="Entre-temps")).to_be_visible()
    expect(body).to_be_focused()
    assert body.evaluate("area => [area.value, area.selectionStart]") == ["Bonjour Anna", 3]


def test_a_wrong_address_is_said_at_the_field_and_nothing_is_lost(mailbox: Open) -> None:
    anna = mailbox(ANNA)
    anna.get_by_role("button", name="New mail").click()
    anna.get_by_label("To", exact=True).fill("els")
    anna.get_by_label("Subject").fill("Prix")
    anna.get_by_role("button", name="Send").click()
    expect(anna.get_by_label("To", exact=True)).to_have_accessible_description(
        "“els” is no mail address. Separate several with commas."
    )
    expect(anna.get_by_label("To", exact=True)).to_be_focused()
    expect(anna.get_by_label("Subject")).to_have_value("Prix")


def test_a_reply_starts_above_the_quoted_words(exchange: ExchangeServer, mailbox: Open) -> None:
    send(exchange, "Prix 2027", text="Bonjour")
    els = mailbox(ELS)
    els.get_by_role("button", name="Prix 2027").click()
    els.get_by_role("button", name="Reply").click()
    expect(els.get_by_label("Message")).to_be_focused()
    els.keyboard.type("Merci")
    els.get_by_role("button", name="Send").click()
    expect(els.get_by_text("Sent.", exact=True)).to_be_visible()
    [item] = exchange.items(ANNA)
    assert item.mail.subject == "Re: Prix 2027"
    assert exchange.item(ANNA, item.id).mail.text.startswith("Merci")


def test_a_hostile_mail_runs_and_loads_nothing(exchange: ExchangeServer, chromium: Browser, pages_url: str) -> None:
    with eavesdropper() as (address, asked):
        html = f"""<p>Bonjour</p><script>document.title = 'owned'; parent.document.title = 'owned'</script>
            <img src="{address}/pixel.png" onerror="parent.document.title = 'owned'">
            <iframe src="{address}/frame"></iframe>
            <link rel="stylesheet" href="{address}/style.css"><meta http-equiv="refresh" content="0;url={address}/away">
            <form action="{address}/form"><button>Go</button></form><img src="cid:dot" alt="dot">"""
        dot = Attachment("dot.gif", "image/gif", b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;", "dot", is_inline=True)
        send(exchange, "Gratuit", html=html, attachments=(dot,))
        page = chromium.new_page()
        page.goto(f"{pages_url}/mail?person={ELS}")
        page.get_by_role("button", name="Gratuit").click()
        mail = page.frame_locator("iframe[title=Mail]")
        expect(mail.get_by_text("Bonjour")).to_be_visible()
        mail.get_by_role("button", name="Go").click()
        expect(mail.get_by_alt_text("dot")).to_have_js_property("naturalWidth", 1)
        page.wait_for_timeout(300)
        assert asked == []
        assert "owned" not in page.title()
        page.close()


@contextmanager
def eavesdropper() -> Iterator[tuple[str, list[str]]]:
    """A server elsewhere that notes whatever is asked of it."""
    asked: list[str] = []

    class Notes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def do_POST(self) -> None:
            asked.append(f"{self.path} {self.rfile.read(int(self.headers['Content-Length'])).decode()}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing on the console."""

    server = HTTPServer(("127.0.0.1", 0), Notes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_one_press_leaves_a_list(exchange: ExchangeServer, mailbox: Open) -> None:
    with eavesdropper() as (address, asked):
        headers = (
            ("List-Unsubscribe", f"<{address}/leave/1>, <mailto:leave@office.example>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )
        send(exchange, "Prix 2027", text=f"Bonjour\n{address}/leave/1", headers=headers)
        els = mailbox(ELS)
        els.get_by_role("button", name="Prix 2027").click()
        assert asked == []
        els.get_by_role("button", name="Unsubscribe").click()
        expect(els.get_by_text("Unsubscribed: the sender’s server confirmed it.")).to_be_visible()
        expect(els.get_by_role("button", name="Unsubscribed")).to_be_disabled()
        assert asked == ["/leave/1 List-Unsubscribe=One-Click"]


def test_on_a_phone_the_list_and_the_mail_take_turns(exchange: ExchangeServer, mailbox: Open) -> None:
    send(exchange, "Prix 2027 : " + "unmotbienlongsansespace" * 6, text="Bonjour")
    page = mailbox(ELS, viewport=PHONE, color_scheme="dark")
    expect(page.get_by_role("button", name="Prix 2027")).to_be_visible()
    shot(page, "mail-phone-list")
    page.get_by_role("button", name="Prix 2027").click()
    expect(page.get_by_role("heading", name="Prix 2027")).to_be_visible()
    shot(page, "mail-phone-mail")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("button", name="Prix 2027")).to_be_visible()


def test_a_deleted_mail_leaves_the_list_and_the_source_can_be_read(exchange: ExchangeServer, mailbox: Open) -> None:
    send(exchange, "Prix 2027", text="Bonjour")
    els = mailbox(ELS)
    els.get_by_role("button", name="Prix 2027").click()
    els.get_by_role("button", name="View source").click()
    expect(els.get_by_role("dialog", name="Source")).to_contain_text("Subject: Prix 2027")
    els.keyboard.press("Escape")
    els.get_by_role("button", name="Delete").click()
    expect(els.get_by_text("Deleted.")).to_be_visible()
    expect(els.get_by_role("button", name="Prix 2027")).to_have_count(0)
