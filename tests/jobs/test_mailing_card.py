"""The card of a mailing under way: posted once through the outbox, edited from then on, without buttons at the end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from dupont import new_person
from job_office import JobOffice
from slack_sdk import WebClient

from jobs.deliver_mailings import deliver_mailings
from jobs.deliver_outbox import drain
from store.collaborators import Collaborator
from store.mailings import MailingMode, prepare_mailing, start_mailing
from store.outbox import slack_lane


class CountingSlack(WebClient):
    """Keeps the card as it was posted and edited."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-1")
        self.posted: list[str] = []
        self.edited: list[str] = []

    def chat_postMessage(self, **message: Any) -> dict[str, str]:  # type: ignore[override]
        self.posted.append(json.dumps(message["blocks"]))
        return {"channel": "D1", "ts": "1.1"}

    def chat_update(self, **message: Any) -> dict[str, bool]:  # type: ignore[override]
        assert (message["channel"], message["ts"]) == ("D1", "1.1")
        self.edited.append(json.dumps(message["blocks"]))
        return {"ok": True}


def test_a_started_mailing_shows_its_card_once_and_ends_without_buttons(sqlite_office: JobOffice) -> None:
    slack = CountingSlack()
    office = replace(sqlite_office.office, slack=slack)
    with office.book.writing() as session:
        anna = session.get_one(Collaborator, sqlite_office.anna_id)
        anna.slack_user_id, anna.locale = "U1", "en-GB"
        els = new_person(session, "Els", "els@else.example")
        mailing = prepare_mailing(
            session, by=anna, name="News", topic_id=None, mailbox_id=sqlite_office.mailbox_id(anna.id),
            mode=MailingMode.DIRECT, delay_s=0, texts={"fr": ("Nouvelles", "Bonjour")}, person_ids=[els.id],
            now=office.now(),
        )  # fmt: skip
        start_mailing(session, by=anna, mailing_id=mailing.id, now=office.now())
    drain(office, slack_lane(sqlite_office.anna_id))
    (card,) = slack.posted
    assert "mailing/pause" in card
    deliver_mailings(office, sqlite_office.mailbox_id(sqlite_office.anna_id))
    drain(office, slack_lane(sqlite_office.anna_id))
    assert "finished" in slack.edited[-1]
    assert "mailing/" not in slack.edited[-1]
    assert [one for one in slack.posted[1:] if "mailing/" in one] == []
