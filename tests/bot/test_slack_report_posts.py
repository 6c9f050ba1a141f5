"""A kept report in a channel: scheduled in Slack, posted once when it is due, and told of when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from http.client import RemoteDisconnected

import pytest
from slack_person import Json, SlackPerson, text_of
from slack_sdk import WebClient
from slack_stories import add_action, add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, NADIA, Person, World

from bot.office import Office
from jobs.lanes import run_lane
from jobs.post_reports import post_reports
from jobs.schedule import SCHEDULE
from store.collaborators import Collaborator, Role
from store.expenses import ExpenseFacts, book_expense
from store.outbox import slack_lane
from store.reports import ReportSchedule

GENERAL, SHARED = "C0GENERAL", "C0SHARED"


def spend(world: World, who: Person, amount: str, name: str, *, is_private: bool = False) -> None:
    by = world.collaborator(who)
    relation_id, _contact_id = add_dupont(world, by=by, name=name)
    action_id = add_action(world, by, relation_id, on=world.office.now().date(), starts=None, is_private=is_private)
    facts = ExpenseFacts(Decimal(1), "EUR", description="parking", price=Decimal(amount))
    with world.office.book.writing() as session:
        book_expense(session, action_id, facts, by=by, now=world.office.now())


def keeps(person: SlackPerson, name: str, **fields: object) -> None:
    person.types("/crm report")
    person.waits_for_view("Reports")
    person.fills(**fields, name=name)
    assert person.submits() is None
    person.waits_for_message(f"/crm report {name}")


def schedules(person: SlackPerson, name: str, channel: str = GENERAL, **fields: object) -> Json:
    person.types("/crm report list")
    person.chooses("Post in a channel…", message=person.waits_for_message("Kept reports"))
    person.waits_for_view("Post in a channel", containing="what is private, yours too, is left out")
    person.fills(channel=channel, **fields)
    assert person.submits() is None
    return person.waits_for_message("is posted in the channel")


def scheduled(world: World) -> ReportSchedule:
    with world.office.book.reading() as session:
        return session.scalars(select(ReportSchedule)).one()


def later(world: World, now: datetime) -> Office:
    return replace(world.office, now=lambda: now)


def runs_jobs(office: Office, row: ReportSchedule) -> None:
    post_reports(office, office.now())
    run_lane(office, f"report:{row.id}")


def posts(person: SlackPerson) -> list[Json]:
    return [message for message in person.messages("general") if "has this posted" in text_of(message)]


@pytest.fixture
def emma(english: World) -> SlackPerson:
    """Emma keeps the year's costs, hers in private among them, and has them posted every Monday at eight."""
    spend(english, BRAM, "111.00", "Acme")
    spend(english, EMMA, "222.00", "Secret", is_private=True)
    emma = english.person(EMMA)
    keeps(emma, "spent", span="This year")
    schedules(emma, "spent", weekday="Monday", at="08:00")
    return emma


def test_posting_reports_stands_in_the_schedule_every_minute() -> None:
    (job,) = [one for one in SCHEDULE if one.run is post_reports]
    assert job.every == timedelta(minutes=1)


def test_a_scheduled_report_is_posted_once_when_it_is_due_without_what_is_private(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    due_at = row.next_due(english.office.now())
    runs_jobs(later(english, due_at - timedelta(seconds=1)), row)
    assert posts(emma) == []
    for _time in range(2):  # a second worker, or a restart
        runs_jobs(later(english, due_at + timedelta(seconds=30)), row)
    (posted,) = posts(emma)
    assert "Acme" in text_of(posted)
    assert "Secret" not in text_of(posted)
    assert "Late" not in text_of(posted)
    assert "Emma Clarke has this posted every Monday at 08:00." in text_of(posted)
    emma.types("/crm report list")
    emma.waits_for_message("last posted")


def test_after_a_stop_of_weeks_the_report_comes_once_and_says_that_it_is_late(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    due_at = row.next_due(english.office.now())
    for hours in (50, 51):
        runs_jobs(later(english, due_at + timedelta(weeks=3, hours=hours)), row)
    (posted,) = posts(emma)
    assert "Late: it was due" in text_of(posted)


def test_a_paused_report_is_not_posted_and_goes_on_from_the_next_time_when_resumed(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    due_at = row.next_due(english.office.now())
    emma.types("/crm report list")
    emma.chooses("Pause posting", message=emma.waits_for_message("next: "))
    told = emma.waits_for_message("is not posted until you resume it")
    runs_jobs(later(english, due_at + timedelta(minutes=1)), row)
    assert posts(emma) == []
    emma.presses("Undo", message=told)
    emma.waits_for_message("is posted again")
    runs_jobs(later(english, due_at + timedelta(minutes=2)), row)
    assert len(posts(emma)) == 1
    emma.types("/crm report list")
    emma.chooses("Stop posting", message=emma.waits_for_message("next: "))
    emma.waits_for_message("is no longer posted")
    runs_jobs(later(english, due_at + timedelta(weeks=1, minutes=2)), row)
    assert len(posts(emma)) == 1


def test_a_channel_that_others_read_or_that_rapport_is_not_in_is_refused_at_its_field(english: World) -> None:
    emma = english.person(EMMA)
    keeps(emma, "spent")
    emma.types("/crm report list")
    emma.chooses("Post in a channel…", message=emma.waits_for_message("Kept reports"))
    emma.waits_for_view("Post in a channel")
    for channel, said in ((SHARED, "shared with people outside"), ("C0NOWHERE", "/invite @Rapport")):
        emma.fills(channel=channel)
        assert said in str(emma.submits())


def test_a_channel_with_a_guest_is_refused_and_one_who_comes_later_reads_nothing(
    english: World, emma: SlackPerson
) -> None:
    english.workspace.people[NADIA.id] = replace(NADIA, is_guest=True)
    row = scheduled(english)
    office = later(english, row.next_due(english.office.now()))
    runs_jobs(office, row)
    run_lane(office, slack_lane(english.collaborator(EMMA).id))
    emma.waits_for_message("was not posted: its channel is shared with people outside the office")
    assert posts(emma) == []
    emma.types("/crm report list")
    emma.chooses("Post in a channel…", message=emma.waits_for_message("next: "))
    emma.waits_for_view("Post in a channel")
    assert "shared with people outside" in str(emma.submits())


def test_what_a_channel_gets_is_not_replaced_by_keeping_another_under_its_name(
    english: World, emma: SlackPerson
) -> None:
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(span="This month", name="spent")
    assert "A channel gets “spent”" in str(emma.submits())


def test_a_time_that_came_while_the_last_one_was_posted_late_is_posted_too(english: World, emma: SlackPerson) -> None:
    row = scheduled(english)
    first_at = row.next_due(english.office.now())
    runs_jobs(later(english, first_at + timedelta(days=6, hours=23)), row)
    with english.office.book.writing() as session:  # it took that long
        session.get_one(ReportSchedule, row.id).posted_at = first_at + timedelta(days=7, minutes=5)
    runs_jobs(later(english, first_at + timedelta(days=7, minutes=6)), row)
    assert len(posts(emma)) == 2


def test_commissions_are_posted_in_no_channel_not_even_when_a_scheduled_report_becomes_one(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    emma.types("/crm report list")
    emma.chooses("Edit", message=emma.waits_for_message("next: "))
    emma.waits_for_view("Reports")
    emma.fills(report="Commissions")
    assert emma.submits() is None
    office = later(english, row.next_due(english.office.now()) + timedelta(minutes=1))
    runs_jobs(office, row)
    run_lane(office, slack_lane(english.collaborator(EMMA).id))
    told = emma.waits_for_message("was not posted in its channel")
    assert "no channel reads them" in text_of(told)
    assert posts(emma) == []
    emma.presses("Change", message=told)
    emma.waits_for_view("Post in a channel")
    assert "no channel reads them" in str(emma.submits())


def test_when_slack_refuses_the_channel_the_owner_gets_the_report_and_posts_it_again(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    with english.office.book.writing() as session:
        session.get_one(ReportSchedule, row.id).channel_id = "C0NOWHERE"
    office = later(english, row.next_due(english.office.now()) + timedelta(minutes=1))
    runs_jobs(office, row)
    run_lane(office, slack_lane(english.collaborator(EMMA).id))
    told = emma.waits_for_message("Rapport is not in it any more")
    assert "Secret" in text_of(told)  # it is their own report again
    with english.office.book.writing() as session:
        session.get_one(ReportSchedule, row.id).channel_id = GENERAL
    emma.presses("Post it now", message=told)
    emma.waits_for_message("is on its way")
    run_lane(office, f"report:{row.id}")
    assert len(posts(emma)) == 1


def test_a_slack_that_takes_no_more_for_a_while_gets_the_report_later_and_once(
    english: World, emma: SlackPerson
) -> None:
    row = scheduled(english)
    due_at = row.next_due(english.office.now())
    english.workspace.faults.web_api_limits(1, "chat.postMessage", retry_after_s=30)
    runs_jobs(later(english, due_at + timedelta(seconds=1)), row)
    assert posts(emma) == []
    for seconds in (40, 50):
        runs_jobs(later(english, due_at + timedelta(seconds=seconds)), row)
    assert len(posts(emma)) == 1


def test_a_slack_that_breaks_off_while_it_is_only_asked_gets_the_report_later_and_once(
    english: World, emma: SlackPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(*_arguments: object, **_named: object) -> None:
        raise RemoteDisconnected

    row = scheduled(english)
    due_at = row.next_due(english.office.now())
    with monkeypatch.context() as broken:
        broken.setattr(WebClient, "conversations_info", breaks_off)
        runs_jobs(later(english, due_at + timedelta(seconds=1)), row)
    assert posts(emma) == []
    runs_jobs(later(english, due_at + timedelta(minutes=10)), row)
    assert len(posts(emma)) == 1


def test_a_post_that_a_crash_left_in_doubt_is_told_and_not_made_twice(english: World, emma: SlackPerson) -> None:
    row = scheduled(english)
    office = later(english, row.next_due(english.office.now()) + timedelta(minutes=1))
    post_reports(office, office.now())
    with english.office.book.writing() as session:
        session.get_one(ReportSchedule, row.id).begun_at = office.now()
    run_lane(office, f"report:{row.id}")
    run_lane(office, slack_lane(english.collaborator(EMMA).id))
    emma.waits_for_message("look in its channel whether it stands there")
    assert posts(emma) == []


def test_the_report_of_who_left_is_paused_and_an_administrator_takes_it_over(english: World) -> None:
    spend(english, BRAM, "111.00", "Acme")
    spend(english, EMMA, "44.00", "Hers alone", is_private=True)
    claire, emma = english.person(CLAIRE), english.person(EMMA)
    keeps(claire, "spent")
    schedules(claire, "spent")
    row = scheduled(english)
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(CLAIRE).id).is_active = False
        assert session.get_one(Collaborator, english.collaborator(EMMA).id).role is Role.ADMIN
    due_at = row.next_due(english.office.now())
    office = later(english, due_at + timedelta(minutes=1))
    runs_jobs(office, row)
    run_lane(office, slack_lane(english.collaborator(EMMA).id))
    told = emma.waits_for_message("it is a report of Claire Dubois, who has left the office")
    assert posts(emma) == []
    preview = text_of(told).partition("As the channel reads it once it is yours:")[2]
    assert "Costs of actions" in preview
    assert "Hers alone" not in preview
    emma.presses("Take it over", message=told)
    emma.waits_for_message("is yours now")
    with english.office.book.reading() as session:
        again = session.get_one(ReportSchedule, row.id)
        assert (again.kept.owner_id, again.paused_at) == (english.collaborator(EMMA).id, None)
    runs_jobs(later(english, due_at + timedelta(weeks=1, minutes=1)), row)
    assert len(posts(emma)) == 1
