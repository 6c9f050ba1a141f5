"""A rep's day, in Dutch, in a browser, in `rapport demo` as anybody starts it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from browser import NewPage
from demo_process import Demo
from playwright.sync_api import Locator, expect
from slack_desk import SlackDesk

pytestmark = pytest.mark.browser

WARNIER = "Bistrot Warnier SRL"
"""A prospect of Bram's among the demo's samples."""
TODAY = datetime.now(ZoneInfo("Europe/Brussels")).date()


class Desk(SlackDesk):
    """Bram's Slack."""

    def __init__(self, demo: Demo, new_page: NewPage) -> None:
        super().__init__(demo, new_page, user="U0BRAM", locale="nl-BE", story="day")

    def reads(self, line: str, text: str | re.Pattern[str]) -> Locator:
        """The answer to what was typed."""
        self.types(line)
        answer = self.card(text)
        expect(answer).to_be_visible()
        return answer


def test_a_day_of_a_rep(demo: Demo, new_page: NewPage) -> None:
    desk = Desk(demo, new_page)
    a_visit_is_planned_by_one_line(desk)
    it_is_moved_to_today(desk)
    it_is_completed_with_a_report_expenses_and_a_new_status(desk)
    the_history_tells_of_it(desk)
    the_reports_count_it(desk)
    tomorrow_has_what_is_left_to_discuss(desk)
    expect(desk.slack.get_by_test_id("problems")).to_have_text("")


def a_visit_is_planned_by_one_line(desk: Desk) -> None:
    desk.types("/action bezoek Bistrot Warnier morgen 14u met Gaëlle: prijzen 2027")
    expect(desk.field("Relation")).to_have_value(WARNIER)
    expect(desk.field("Type")).to_have_value("Bezoek")
    expect(desk.field("Date")).to_have_value((TODAY + timedelta(days=1)).isoformat())
    expect(desk.field("From")).to_have_value("14:00")
    expect(desk.field("To")).to_have_value("15:00")
    expect(desk.field("Subject")).to_have_value("prijzen 2027")
    expect(desk.field("Contact")).to_have_value(re.compile("Gaëlle Hérion"))
    desk.field("To discuss").fill("Prijzen 2027\nStalen crémant")
    desk.shows(desk.slack, "one-line")
    desk.saves()
    card = desk.card(desk.t("Planned."))
    expect(card).to_contain_text("morgen, 14–15 u")
    desk.shows(desk.slack, "planned")
    desk.presses("Move", within=card)


def it_is_moved_to_today(desk: Desk) -> None:
    """The contact rang: she has time now."""
    desk.field("Date").fill(TODAY.isoformat())
    desk.field("From").fill("08:30")
    desk.field("To").fill("09:15")
    desk.shows(desk.slack, "move")
    desk.saves()
    card = desk.card(desk.t("Moved to {when}.", when="vandaag, 8.30–9.15 u"))
    expect(card).to_contain_text("vandaag, 8.30–9.15 u")
    desk.shows(desk.slack, "moved")
    desk.presses("Complete", within=card)


def it_is_completed_with_a_report_expenses_and_a_new_status(desk: Desk) -> None:
    desk.field("What came out of it").fill("Klant voor de nieuwe kaart")
    desk.modal.get_by_label("Prijzen 2027", exact=True).check()
    desk.field("Also discussed").fill("Levering op dinsdag")
    desk.presses("+ New status or priority of the relation")
    desk.chooses("New status of the relation", "Klant")
    desk.presses("+ Expense")
    desk.searches("Expense", "parking", re.compile("Parking"))
    desk.field("Price of one").fill("12,50")
    desk.chooses("Next action", "Telefoongesprek")
    desk.field("Next action on").fill((TODAY + timedelta(days=1)).isoformat())
    desk.shows(desk.slack, "complete")
    desk.saves("Complete")
    card = desk.card("Klant voor de nieuwe kaart")
    expect(card).to_contain_text("Nieuwe status van de relatie: Klant")
    expect(card).to_contain_text("12,50")
    desk.shows(desk.slack, "done")


def the_history_tells_of_it(desk: Desk) -> None:
    card = desk.reads(f"/crm {WARNIER}", re.compile(f"{WARNIER} — Klant sinds"))
    expect(card).to_contain_text(re.compile("Laatste: .*Klant voor de nieuwe kaart"))
    desk.shows(desk.slack, "relation")
    desk.presses("History", within=card)
    expect(desk.card("Klant voor de nieuwe kaart — vandaag")).to_contain_text("Bram de Vries")
    desk.shows(desk.slack, "history")
    desk.reads(f"/crm status {WARNIER}", "vandaag · Prospect → Klant · prijzen 2027")
    desk.shows(desk.slack, "status")


def the_reports_count_it(desk: Desk) -> None:
    desk.types("/crm report")
    expect(desk.field("Which report")).to_have_value(desk.t("Costs of actions"))
    desk.shows(desk.slack, "report-form")
    desk.saves("Show")
    expect(desk.card(desk.t("Costs of actions")).get_by_role("row", name=WARNIER)).to_contain_text("12,50")
    desk.shows(desk.slack, "report-of-costs")
    desk.types("/crm report")
    desk.chooses("Which report", desk.t("Prospects who became clients"))
    expect(desk.field("Added up by")).to_have_count(0)
    desk.saves("Show")
    won = desk.card(desk.t("Prospects who became clients")).get_by_role("row", name=WARNIER)
    expect(won).to_contain_text("Bram de Vries")
    desk.shows(desk.slack, "report-of-clients")


def tomorrow_has_what_is_left_to_discuss(desk: Desk) -> None:
    agenda = desk.reads("/agenda morgen", re.compile(f"morgen.*{WARNIER}", re.DOTALL | re.IGNORECASE))
    desk.shows(desk.slack, "tomorrow")
    agenda.get_by_role("button", name="Openen").first.click()
    card = desk.card(re.compile("Te bespreken: .*Stalen crémant"))
    expect(card).to_contain_text(WARNIER)
    desk.shows(desk.slack, "next")
