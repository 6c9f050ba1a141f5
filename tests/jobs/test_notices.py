"""Notices that Slack refuses: which are tried again, and whom that keeps waiting."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from job_office import JobOffice
from refusing_slack import RefusingSlack
from sqlalchemy import update

from bot.slack.notices import NoticeProblem, send_notice
from jobs.deliver_outbox import sweep
from jobs.lanes import run_lane
from store.collaborators import Collaborator
from store.mailboxes import Mailbox
from store.outbox import Outgoing, put_in_outbox, slack_lane


def _notice(office: JobOffice, collaborator_id: int) -> dict[str, object]:
    mailbox_id = office.mailbox_id(collaborator_id)
    return {"notice": "mailbox_failing", "mailbox_id": mailbox_id, "collaborator_id": collaborator_id}


@pytest.fixture
def reachable(office: JobOffice) -> JobOffice:
    """Anna (UANNA) and Bram (UBRAM) are in Slack, and their mailboxes give something to tell."""
    with office.office.book.writing() as session:
        for number, user in ((office.anna_id, "UANNA"), (office.bram_id, "UBRAM")):
            session.execute(update(Collaborator).where(Collaborator.id == number).values(slack_user_id=user))
        session.execute(update(Mailbox).values(failing_since=office.clock()))
    return office


@pytest.mark.parametrize(
    ("error", "status", "is_permanent"),
    [
        ("internal_error", 200, False),
        ("team_added_to_org", 200, False),
        ("Received a response in a non-JSON format: <html>", 502, False),
        ("invalid_blocks", 200, True),
        ("messages_tab_disabled", 200, True),
        ("a_word_that_slack_adds_tomorrow", 200, True),
    ],
)
def test_only_slacks_own_trouble_is_tried_again(
    reachable: JobOffice, error: str, status: int, is_permanent: bool
) -> None:
    office = replace(reachable.office, slack=RefusingSlack("UANNA", error, status))
    with pytest.raises(NoticeProblem) as told:
        send_notice(office, _notice(reachable, reachable.anna_id))
    assert told.value.is_permanent is is_permanent


@pytest.mark.parametrize("error", ["internal_error", "invalid_blocks"])
def test_what_slack_refuses_to_one_silences_nobody_else(
    reachable: JobOffice, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    slack = RefusingSlack("UANNA", error)
    office = replace(reachable.office, slack=slack, wakers=[])
    with office.book.writing() as session:
        for key, number in (("a", reachable.anna_id), ("b", reachable.bram_id)):
            content = _notice(reachable, number)
            now = office.now()
            put_in_outbox(session, kind="notice", key=key, lane=slack_lane(number), content=content, now=now)
    office.wakers.append(lambda lane: run_lane(office, lane))
    sweep(office, office.now())
    assert slack.told == ["UBRAM"]
    (to_anna, to_bram) = reachable.rows(Outgoing)
    assert (to_anna.delivered_at is None, to_bram.delivered_at is None) == (True, False)
    assert (to_anna.given_up_at is not None) is (error == "invalid_blocks")
    assert [record.failure for record in caplog.records if record.name == "jobs.deliver_outbox"] == [error]
