"""Somebody's Slack in a browser: what stories type, choose and press in their language."""

from __future__ import annotations

import re

from browser import NewPage, shot
from demo_process import Demo
from playwright.sync_api import Locator, Page, expect

from bot.texts import Texts


class SlackDesk:
    """Everything is looked for as it is shown, and waited for. Pictures taken on the way begin with `story`."""

    def __init__(self, demo: Demo, new_page: NewPage, *, user: str, locale: str, story: str) -> None:
        self.demo, self._new_page = demo, new_page
        self.t, self._locale, self._story = Texts(locale), locale, story
        self._shots = 0
        self.slack = self.opens(f"/slack#/{user}")

    def opens(self, path: str) -> Page:
        """A further page of the demo, in a profile of its own."""
        page = self._new_page(locale=self._locale)
        page.goto(self.demo.url + path)
        return page

    def shows(self, page: Page, what: str) -> None:
        self._shots += 1
        shot(page, f"{self._story}-{self._shots:02d}-{what}")

    def types(self, line: str) -> None:
        box = self.slack.get_by_test_id("composer").get_by_role("combobox")
        box.fill(line)
        box.press("Enter")

    @property
    def modal(self) -> Locator:
        """The one on top."""
        return self.slack.get_by_test_id("modal").last

    def field(self, label: str) -> Locator:
        return self.modal.get_by_label(self.t(label), exact=True)

    def chooses(self, label: str, option: str) -> None:
        self.field(label).click()
        self.slack.get_by_role("option", name=option).first.click()

    def searches(self, label: str, typed: str, option: re.Pattern[str]) -> None:
        self.field(label).fill(typed)
        self.slack.get_by_role("option", name=option).first.click()

    def presses(self, label: str, within: Locator | None = None) -> None:
        (within or self.modal).get_by_role("button", name=self.t(label), exact=True).click()

    def saves(self, label: str = "Save") -> None:
        """Presses the form's button and waits until the form is gone."""
        title = self.modal.get_by_role("heading").first.inner_text()
        self.presses(label)
        expect(
            self.slack.get_by_test_id("modal").filter(has=self.slack.get_by_role("heading", name=title))
        ).to_have_count(0)

    def card(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message with this text."""
        return self.slack.get_by_test_id("message").filter(has_text=text).last
