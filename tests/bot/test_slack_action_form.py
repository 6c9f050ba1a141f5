"""The form of an action in Slack: what follows from what, what stands behind More, and bad input."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from slack_person import NotOnScreen, SlackPerson, text_of
from slack_screen import input_block
from slack_stories import FAR, action_with_id, add_action, add_dupont, bind_mailbox_of, count, only_action, wait_until
from world import BRAM, CLAIRE, World

from bot.office import Caller
from bot.slack.action_filling import blank_form
from bot.slack.action_times import Hours, comes_twice, duration_option
from bot.slack.actions import save
from bot.slack.fields import Option
from bot.texts import Texts
from store.action_checks import status_meaning
from store.actions import Action, ActionType, Meaning, ParticipantRole, When
from store.base import BookError
from store.collaborators import Collaborator, FormLayout
from store.contacts import add_contact
from store.domain import line_with_key

BLOCKS_IN_A_MODAL = 100


def _form(world: World) -> SlackPerson:
    add_dupont(world)
    claire = world.person(CLAIRE)
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Representative")
    return claire


def _shows(claire: SlackPerson, **expected: object) -> None:
    """Once the form was drawn anew."""
    with suppress(AssertionError):
        wait_until(lambda: {name: claire.fields().get(name) for name in expected} == expected)
    assert {name: claire.fields().get(name) for name in expected} == expected


def _prefer(world: World, layout: FormLayout, *, bills_inline: bool = True) -> None:
    with world.office.book.writing() as session:
        one = session.get_one(Collaborator, world.collaborator(CLAIRE).id)
        one.form_layout, one.bills_inline = layout, bills_inline


def test_of_start_end_and_duration_the_third_follows(english: World) -> None:
    claire = _form(english)
    assert claire.fields()["all_day"], "ticked by default for a visit"
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(on=str(FAR), starts="14:00")
    _shows(claire, ends="15:00", lasts="1 h")
    claire.fills(ends="16:30")
    _shows(claire, lasts="2 h 30")
    claire.fills(lasts="45 min")
    _shows(claire, ends="14:45")
    claire.fills(starts="23:30")
    _shows(claire, ends="00:15")
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).when == When(FAR, time(23, 30), FAR + timedelta(days=1), time(0, 15), "Europe/Brussels")


def test_of_whole_days_the_last_day_follows_from_their_number(english: World) -> None:
    claire = _form(english)
    claire.fills(on=str(FAR), lasts="3 days")
    _shows(claire, until=str(FAR + timedelta(days=2)))
    claire.fills(until=str(FAR + timedelta(days=6)))
    _shows(claire, lasts="7 days")
    claire.fills(on=str(FAR + timedelta(days=10)))
    _shows(claire, until=str(FAR + timedelta(days=16)))
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).ends_on == FAR + timedelta(days=16)


@pytest.mark.parametrize(("minutes", "nights"), [(30, 0), (600, 0), (601, 1), (24 * 60, 1), (50 * 60, 3)])
def test_a_duration_may_pass_midnight(minutes: int, nights: int) -> None:
    hours = Hours.lasting(time(13, 59), timedelta(minutes=minutes))
    assert (hours.nights, hours.lasts) == (nights if minutes != 50 * 60 else 2, timedelta(minutes=minutes))


def test_durations_are_said_in_hours_and_days() -> None:
    said = [duration_option(Texts("en"), timedelta(minutes=one)).label for one in (15, 60, 90, 1440, 2 * 1440 + 120)]
    assert said == ["15 min", "1 h", "1 h 30", "1 day", "2 days 2 h"]


def test_the_type_fills_hours_duration_and_who_sees_it(english: World) -> None:
    with english.office.book.writing() as session:
        line_with_key(session, ActionType, "call").is_private = True
    claire = _form(english)
    claire.fills(type="Phone call")
    claire.waits_for_view("Action", containing="From")
    _shows(claire, lasts="15 min", is_private=["Private: others only see that you are busy"])


def test_the_subject_is_proposed_and_kept_once_it_is_typed_over(english: World) -> None:
    claire = _form(english)
    _shows(claire, subject="Visit · Brasserie Dupont")
    claire.fills(type="Lunch")
    _shows(claire, subject="Lunch · Brasserie Dupont")
    claire.fills(subject="Prices 2027", type="Visit")
    _shows(claire, type="Visit", subject="Prices 2027")


def test_the_representative_is_the_one_of_the_actions_date(english: World) -> None:
    from store.involvements import set_representative

    relation_id, _els_id = add_dupont(english)
    with english.office.book.writing() as session:
        by, bram = english.collaborator(CLAIRE), english.collaborator(BRAM)
        set_representative(
            session, by=by, relation_id=relation_id, collaborator_id=bram.id, on=FAR, now=english.office.now()
        )
    claire = english.person(CLAIRE)
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Representative")
    assert claire.fields()["representative"] == "Claire Dubois"
    claire.fills(on=str(FAR))
    _shows(claire, representative="Bram de Vries")
    claire.fills(representative="Claire Dubois", on=str(FAR + timedelta(days=1)))
    claire.waits_for_view("Action", containing="Representative")
    assert claire.fields()["representative"] == "Claire Dubois", "somebody else was chosen"


def test_rare_fields_stand_behind_more_and_all_of_them_show_on_the_card(english: World) -> None:
    claire = _form(english)
    assert "deadline" not in claire.fields()
    claire.presses("More: priority, deadline, billing…")
    claire.waits_for_view("Action", containing="Deadline")
    claire.fills(priority="High", followed_by="Bram de Vries", deadline="2031-01-31")
    claire.fills(linked_kind="Invoice", linked_number="118", linked_url="https://erp.example/118")
    claire.fills(billable=True)
    claire.waits_for_view("Action", containing="Hours to bill")
    claire.fills(billed_hours="1,5", billed_rate="90", billed_in="2026-7")
    assert claire.submits() is None
    card = claire.waits_for_message("Planned.")
    said = text_of(card)
    for told in (
        "High",
        "Deadline: 31/01/2031",
        "Followed by: Bram de Vries",
        "Invoice 118",
        "€135.00 billed in 2026-7",
    ):
        assert told in said
    links = [
        e for b in card["blocks"] for line in b.get("elements", ()) for e in line.get("elements", ()) if "url" in e
    ]
    assert "https://erp.example/118" in {one["url"] for one in links}
    assert any(one["url"].startswith("https://www.openstreetmap.org/search?query=Rue%20du%20Moulin") for one in links)
    claire.presses("Edit")
    claire.waits_for_view("Action", containing="Billed in")
    fields = claire.fields()
    assert (fields["billed_hours"], fields["billed_rate"], fields["followed_by"]) == ("1.5", "90", "Bram de Vries")
    emptied = ("priority", "followed_by", "deadline", "linked_kind", "linked_number", "linked_url", "place")
    claire.fills(billable=False, is_private=True, **dict.fromkeys(emptied))
    assert claire.submits() is None
    said = text_of(claire.waits_for_message("Changed."))
    assert "Private" in said
    for gone in ("High", "Deadline", "Followed by", "Invoice", "billed", "Map"):
        assert gone not in said, "what was chosen can be taken away again"


def test_each_participant_has_a_role(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    claire = _form(english)
    claire.fills(on=str(FAR), guests="Els Peeters · Brasserie Dupont", colleagues="Bram de Vries")
    claire.presses("More: priority, deadline, billing…")
    claire.waits_for_view("Action", containing="Only informed")
    claire.fills(informed_ones=["Bram de Vries"], optional_ones=["Els Peeters · Brasserie Dupont"])
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Planned. On their way: 2 invitations"))
    assert "Bram de Vries (only informed)" in card
    assert "Els Peeters (need not come)" in card
    roles = {bool(one.contact_id): one.role for one in only_action(english).participants}
    assert roles == {False: ParticipantRole.INFORMED, True: ParticipantRole.OPTIONAL}


def test_an_action_for_somebody_else_can_be_saved_without_a_mail(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(BRAM))
    claire = _form(english)
    claire.fills(on=str(FAR), representative="Bram de Vries", guests="Els Peeters · Brasserie Dupont", contact=None)
    claire.waits_for_view("Action", containing="sends 1 invitation")
    claire.fills(tell="Save quietly")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Planned."))
    assert "On their way" not in card
    assert "Els Peeters takes part" in card


def test_the_form_says_who_cannot_be_invited_and_why(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    claire = _form(english)
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        add_contact(session, by=by, now=now, relation_id=1, name="Luc Noël")
    claire.fills(on=str(FAR), guests=["Els Peeters · Brasserie Dupont", ("luc", "Luc Noël · Brasserie Dupont")])
    view = claire.waits_for_view("Action", containing="sends 1 invitation (Els Peeters).")
    assert "Luc Noël has no e-mail address and gets no invitation." in text_of(view)
    claire.fills(type="E-mail sent")
    claire.waits_for_view("Action", containing="Actions of this type send no invitations.")
    assert claire.submits() is None
    assert "On their way" not in text_of(claire.waits_for_message("Planned."))


@pytest.mark.parametrize("layout", [FormLayout.ALL, FormLayout.STEPS])
def test_who_likes_one_long_form_or_steps_gets_it(english: World, layout: FormLayout) -> None:
    _prefer(english, layout)
    claire = _form(english)
    assert ("deadline" in claire.fields()) == (layout is FormLayout.ALL)
    assert len(claire.view["blocks"]) <= BLOCKS_IN_A_MODAL
    if layout is FormLayout.STEPS:
        claire.fills(subject="Prices", place="Hall 4", step="Priority, deadline, billing")
        claire.waits_for_view("Action", containing="Deadline")
        assert "subject" not in claire.fields()
    claire.fills(deadline="2031-01-31")
    if layout is FormLayout.STEPS:
        claire.fills(step="Report")
        claire.waits_for_view("Action", containing="To discuss")
        claire.fills(points="one\ntwo " + "x" * 500, step="General")
        claire.waits_for_view("Action", containing="Subject")
        assert claire.fields()["place"] == "Hall 4"
        assert claire.fields()["points"].startswith("one"), "what is long stays in sight: a form carries only little"
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).deadline_on == date(2031, 1, 31)


def test_billing_stands_in_the_form_or_in_one_of_its_own(english: World) -> None:
    _prefer(english, FormLayout.ALL, bills_inline=False)
    claire = _form(english)
    assert "billable" not in claire.fields()
    claire.fills(on=str(FAR))
    assert claire.submits() is None
    claire.chooses("Billing", message=claire.waits_for_message("Planned."))
    claire.waits_for_view("Billing")
    claire.fills(billable=True)
    claire.waits_for_view("Billing", containing="Rate an hour")
    claire.fills(billed_hours="many", billed_rate="90")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "Type a number" in told["billed_hours"]
    claire.fills(billed_hours="2")
    assert claire.submits() is None
    claire.waits_for_message("€180.00 to bill")
    claire.presses("Edit", message=claire.waits_for_message("€180.00 to bill"))
    claire.waits_for_view("Action", containing="Deadline")
    claire.fills(subject="Other")
    assert claire.submits() is None
    assert "€180.00 to bill" in text_of(claire.waits_for_message("Other"))


def test_what_is_to_be_billed_comes_as_a_file_of_a_period(english: World) -> None:
    relation_id, _els_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, on=FAR)
    with english.office.book.writing() as session:
        action = session.get_one(Action, action_id)
        action.is_billable, action.billed_hours, action.billed_rate = True, Decimal("1.5"), Decimal(90)
        action.billed_currency, action.headline = "EUR", "Prices agreed"
        action.status_id = status_meaning(session, Meaning.DONE).id
    claire = english.person(CLAIRE)
    claire.types("/crm billing")
    claire.waits_for_view("To bill")
    claire.fills(first=str(FAR), last=str(FAR - timedelta(days=1)))
    told = claire.submits()
    assert isinstance(told, dict)
    assert "last day not before its first" in told["last"]
    claire.fills(last=str(FAR))
    assert claire.submits() is None
    claire.waits_for_message("1 line.")


# Bad input


def _hours(claire: SlackPerson, on: date, starts: str, ends: str) -> None:
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(on=str(on), starts=starts)
    wait_until(lambda: claire.fields()["ends"] is not None)  # it follows from the start, and is then typed over
    claire.fills(ends=ends)


def test_an_end_before_the_start_is_told_at_its_field(english: World) -> None:
    claire = _form(english)
    _hours(claire, FAR, "14:00", "13:00")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "must not be before the start" in told["ends"]
    assert claire.fields()["ends"] == "13:00"


def test_an_hour_that_the_clocks_skip_is_told_at_its_field(english: World) -> None:
    claire = _form(english)
    _hours(claire, date(2030, 3, 31), "02:30", "04:00")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "There is no 02:30" in told["starts"]
    assert count(english, Action) == 0


def test_an_hour_that_comes_twice_is_said_and_the_first_is_meant(english: World) -> None:
    claire = _form(english)
    night = date(2030, 10, 27)
    _hours(claire, night, "02:30", "04:00")
    claire.waits_for_view("Action", containing="That night 02:30 comes twice: the first is meant.")
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).sort_at.hour == 0
    assert [comes_twice(night, time(hour, 30), "Europe/Brussels") for hour in (1, 2, 3)] == [False, True, False]


def test_a_status_retired_and_a_representative_gone_while_the_form_is_open_are_told_at_their_fields(
    english: World,
) -> None:
    claire = _form(english)
    claire.fills(on=str(FAR), status="Did not turn up", representative="Bram de Vries", points="kept")
    with english.office.book.writing() as session:
        status_meaning(session, Meaning.NO_SHOW).retired_at = english.office.now()
    told = claire.submits()
    assert isinstance(told, dict)
    assert "no longer on the office’s list" in told["status"]
    claire.fills(status="Planned")
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(BRAM).id).is_active = False
    told = claire.submits()
    assert isinstance(told, dict)
    assert "This collaborator has left" in told["representative"]
    assert claire.fields()["points"] == "kept"


def test_a_hundred_thousand_participants_cannot_be_chosen(english: World) -> None:
    claire = _form(english)
    view, everybody = claire.view, [Option(str(number), "Els").to_slack() for number in range(1, 100_001)]
    block = input_block(view, "guests")
    with pytest.raises(NotOnScreen, match="takes at most 50 items"):
        claire._keeps(view, block, block["element"], {"selected_options": everybody})
    caller = Caller(english.office, english.collaborator(CLAIRE))
    form = blank_form(caller, 1)
    form.guests = tuple(Option(one["value"], "Els") for one in everybody)
    with english.office.book.writing() as session, pytest.raises(BookError, match="At most") as told:
        save(session, caller, form)
    assert told.value.field == "guests"


def test_an_emoji_alone_is_a_subject_shown_as_typed(english: World) -> None:
    claire = _form(english)
    claire.fills(on=str(FAR), subject="🍷")
    assert claire.submits() is None
    assert "🍷" in text_of(claire.waits_for_message("Planned."))


def test_an_overdue_action_says_so_on_its_card(english: World) -> None:
    relation_id, _els_id = add_dupont(english)
    late = english.office.now().date() - timedelta(days=3)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, on=late)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    assert "overdue" in text_of(claire.waits_for_message("Visit —"))
    assert action_with_id(english, action_id).status.meaning is Meaning.PLANNED


def test_every_duration_offered_is_longer_than_the_one_before(english: World) -> None:
    from bot.slack.action_times import duration_options

    t = english.office.texts("fr-BE")
    for is_all_day in (True, False):
        lengths = [option.id for option in duration_options(t, is_all_day=is_all_day)]
        assert all(one < other for one, other in pairwise(lengths))
