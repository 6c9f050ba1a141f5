"""The main job from beginning to end, in French, in a browser, in `rapport demo` as anybody starts it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from browser import NewPage
from demo_process import Demo
from playwright.sync_api import Page, expect
from slack_desk import SlackDesk

from bot.texts import Texts

pytestmark = pytest.mark.browser

t = Texts("fr-BE")
CLAIRE, ELS, LUC = "claire@cave-dubois.example", "els@brasserie-dupont.example", "luc@bistro-tremblay.example"
OFFER = {"name": "Offre 2026-118.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"}
SOON = date.today() + timedelta(days=5)


class Desk(SlackDesk):
    """Claire's screens: Slack, her mailbox, her calendar; and the mailboxes of those outside."""

    def __init__(self, demo: Demo, new_page: NewPage) -> None:
        super().__init__(demo, new_page, user="U0CLAIRE", locale="fr-BE", story="story")

    def mailbox(self, person: str) -> Page:
        return self.opens(f"/mail?person={person}")

    def calendar(self, subscribe: str) -> Page:
        return self.opens(f"/calendar?person={CLAIRE}&subscribe={subscribe}")


def test_the_whole_story(demo: Demo, new_page: NewPage) -> None:
    desk = Desk(demo, new_page)
    a_relation_is_added(desk)
    a_visit_is_planned_with_a_contact_made_on_the_way(desk)
    the_invitation_is_accepted(desk)
    a_mail_with_a_document_files_itself(desk)
    a_mailing_goes_out_and_one_leaves_the_list(desk)
    the_calendar_shows_the_visit(desk)
    home_shows_the_day(desk)
    expect(desk.slack.get_by_test_id("problems")).to_have_text("")


def a_relation_is_added(desk: Desk) -> None:
    expect(desk.slack.get_by_role("heading", name="Rapport")).to_be_visible()
    desk.types("/relation")
    desk.field("Name").fill("Brasserie Dupont")
    desk.field("E-mail").fill("info@brasserie-dupont.example")
    desk.presses("More: address, VAT number, category…")
    desk.field("Street and number").fill("Rue du Moulin 12")
    desk.field("Postal code").fill("7500")
    desk.field("Town").fill("Tournai")
    desk.shows(desk.slack, "relation-form")
    desk.saves()
    card = desk.card(t("{name} is in the book.", name="Brasserie Dupont"))
    expect(card).to_contain_text("Tournai")
    expect(card).to_contain_text("Claire Dubois")
    desk.shows(desk.slack, "relation-card")


def a_visit_is_planned_with_a_contact_made_on_the_way(desk: Desk) -> None:
    desk.types("/action Dupont")
    expect(desk.field("Place")).to_have_value(re.compile("Rue du Moulin 12"))
    expect(desk.field("Type")).to_have_value("Visite")
    expect(desk.field("Subject")).to_have_value("Visite · Brasserie Dupont")
    desk.field("Contact").click()
    desk.slack.get_by_role("option", name=t("+ New contact")).click()
    desk.field("Name").fill("Els Peeters")
    desk.field("E-mail").fill(ELS)
    desk.field("Function").fill("achats")
    desk.presses("More…")
    desk.chooses("Language", "Nederlands")
    desk.shows(desk.slack, "contact-form")
    desk.saves()
    expect(desk.field("Contact")).to_have_value(re.compile("Els Peeters"))
    desk.field("Date").fill(SOON.isoformat())
    all_day = desk.field("All day")
    if all_day.is_checked():
        all_day.uncheck()
    desk.field("From").fill("14:30")
    desk.searches("Contacts who take part", "els", re.compile("Els Peeters"))
    desk.field("To discuss").fill("Prix 2027\nÉchantillons")
    expect(desk.modal).to_contain_text(re.compile(r"envoie.*1 invitation \(Els Peeters\)"))
    desk.shows(desk.slack, "action-form")
    desk.saves()
    expect(desk.card("Els Peeters")).to_contain_text("Prix 2027 · Échantillons")
    desk.shows(desk.slack, "action-card")


def the_invitation_is_accepted(desk: Desk) -> None:
    els = desk.mailbox(ELS)
    els.get_by_role("button", name="Brasserie Dupont").first.click()
    invitation = els.get_by_role("region", name="Invitation")
    expect(invitation).to_contain_text("14:30")
    desk.shows(els, "invitation")
    invitation.get_by_role("button", name="Accept").click()
    expect(invitation).to_contain_text("You accepted.")
    comes = t("{name} comes: {subject}", name="Els Peeters", subject="Visite · Brasserie Dupont")
    expect(desk.card(comes)).to_contain_text("✓ Els Peeters")
    desk.shows(desk.slack, "answer")


def a_mail_with_a_document_files_itself(desk: Desk) -> None:
    claire = desk.mailbox(CLAIRE)
    claire.get_by_role("button", name="New mail").click()
    claire.get_by_label("To", exact=True).fill(f"Els Peeters <{ELS}>")
    claire.get_by_label("Subject").fill("Offre 2026-118")
    claire.get_by_label("Message").fill("Bonjour Els,\n\nVoici notre offre.\n\nClaire")
    claire.get_by_label("Attach files").set_input_files([OFFER])
    expect(claire.get_by_role("list", name="Attached")).to_contain_text(OFFER["name"])
    desk.shows(claire, "mail")
    claire.get_by_role("button", name="Send").click()
    filed = desk.card(OFFER["name"])
    expect(filed).to_contain_text("Brasserie Dupont")
    desk.shows(desk.slack, "filed")
    desk.presses("Keep", within=filed)
    kept = t("✓ Kept under {relation}: {subject}", relation="Brasserie Dupont", subject="Offre 2026-118")
    expect(desk.card(kept)).to_be_visible()
    desk.shows(desk.slack, "kept")


def a_mailing_goes_out_and_one_leaves_the_list(desk: Desk) -> None:
    desk.types("/relation")
    desk.field("Name").fill("Bistro Tremblay")
    desk.saves()
    desk.types("/crm contact Tremblay")
    desk.field("Name").fill("Luc Tremblay")
    desk.field("E-mail").fill(LUC)
    desk.presses("More…")
    desk.chooses("Language", "Français")
    desk.saves()
    expect(desk.card("Luc Tremblay")).to_be_visible()
    desk.types("/crm publipostage")
    desk.presses("+ New mailing", within=desk.card(t("+ New mailing")))
    desk.field("Name").fill("Primeurs 2026")
    desk.searches("Recipients", "els", re.compile("Els Peeters"))
    desk.searches("Recipients", "luc", re.compile("Luc Tremblay"))
    desk.slack.keyboard.press("Escape")
    desk.field("Seconds between two mails").fill("1")
    desk.field("Subject in French").fill("Les primeurs sont là, {{ first_name }}")
    desk.field("Text in French").fill("Bonjour {{ name }},\n\nLes primeurs 2026 sont arrivées.\n\nClaire")
    desk.shows(desk.slack, "mailing-form")
    desk.saves("Prepare")
    ready = desk.card(t("{name} is ready. Nothing is sent before you press Start.", name="Primeurs 2026"))
    desk.presses("Preview", within=ready)
    expect(desk.card("Les primeurs 2026 sont arrivées.")).to_be_visible()
    desk.shows(desk.slack, "preview")
    desk.presses("Start", within=ready)
    done = desk.card(t("{done} of {total}", done="2", total="2"))
    expect(done).to_contain_text("Primeurs 2026")
    expect(desk.slack.get_by_role("button", name=t("Cancel the mailing"))).to_have_count(0)
    desk.shows(desk.slack, "mailing-done")
    luc = desk.mailbox(LUC)
    luc.get_by_role("button", name="Les primeurs sont là").click()
    desk.shows(luc, "mailing-received")
    luc.get_by_role("button", name="Unsubscribe", exact=True).click()
    expect(luc.get_by_text("Unsubscribed: the sender’s server confirmed it.")).to_be_visible()
    desk.shows(luc, "unsubscribed")


def the_calendar_shows_the_visit(desk: Desk) -> None:
    desk.types("/crm calendrier")
    desk.presses("+ New address", within=desk.card(t("+ New address")))
    desk.field("For which program").fill("Téléphone")
    desk.saves("Make the address")
    card = desk.card(re.compile(r"/calendar/\S+\.ics"))
    address = re.search(r"http\S+\.ics", card.inner_text())
    assert address
    desk.shows(desk.slack, "calendar-address")
    calendar = desk.calendar(address[0])
    subscribe = calendar.get_by_role("button", name="Subscribe", exact=True)
    subscribe.click()
    entry = calendar.get_by_role("button", name="Visite · Brasserie Dupont").first
    expect(entry).to_contain_text("14:30")
    desk.shows(calendar, "calendar")


def home_shows_the_day(desk: Desk) -> None:
    desk.slack.get_by_role("tab", name="Home").click()
    expect(desk.slack.get_by_test_id("home")).to_contain_text(t("Good day, {name}", name="Claire Dubois"))
    desk.shows(desk.slack, "home")
