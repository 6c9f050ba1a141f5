"""Notes in Slack: writing, listing by days, changing, deleting, and going on to an action."""

from __future__ import annotations

from datetime import date, timedelta

from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, only_action, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.notes import Note, NoteFacts, write_note


def _only_note(world: World) -> Note:
    with world.office.book.reading() as session:
        note = session.scalars(select(Note)).unique().one()
        _ = note.reminders, note.contact
        return note


def _writes(world: World, relation_id: int, *days: int, is_private: bool = False) -> None:
    by = world.collaborator(CLAIRE)
    with world.office.book.writing() as session:
        for day in days:
            facts = NoteFacts(relation_id, f"Said on {day}", date(2026, 5, day), is_private=is_private)
            write_note(session, by=by, facts=facts, now=world.office.now())


def _starts(claire: SlackPerson, line: str = "/crm note Dupont") -> None:
    claire.types(line)
    claire.waits_for_view("Note", containing="Detail")


def test_a_note_is_written_with_subject_detail_and_a_past_date(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    _starts(claire)
    assert claire.fields()["relation"] == "Brasserie Dupont"
    claire.fills(subject="Wants *less* foam", detail="Said so twice.\nAsk again in May.", on="2026-02-03")
    assert claire.submits() is None
    card = claire.waits_for_message("Noted.")
    assert "Wants *less* foam" in text_of(card), "as typed"
    note = _only_note(english)
    assert (note.relation_id, note.noted_on, note.is_private) == (relation_id, date(2026, 2, 3), False)
    assert note.detail == "Said so twice.\nAsk again in May."


def test_a_reminder_is_asked_for_a_day_an_hour_and_several_people(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _starts(claire)
    claire.fills(subject="Call back", reminds=True)
    claire.waits_for_view("Note", containing="Remind on")
    assert claire.fields()["remind_whom"] == ["Claire Dubois"]
    claire.fills(remind_on="2020-01-01", remind_at="16:30", remind_whom=["Claire Dubois", "Bram de Vries"])
    assert claire.submits() == {"remind_on": "This moment is past. Choose a later one."}
    claire.fills(remind_on="2030-05-14")
    assert claire.submits() is None
    claire.waits_for_message("Reminder for Bram de Vries: 14/05/2030, 16:30")
    reminders = _only_note(english).reminders
    assert [one.for_whom.name for one in reminders] == ["Claire Dubois", "Bram de Vries"]


def test_a_contacts_name_begins_a_note_about_the_contact(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _starts(claire, "/crm note Els Peeters")
    assert claire.fields()["relation"] == "Els Peeters · Brasserie Dupont"
    claire.closes()
    _starts(claire, "/crm note")
    assert claire.fields()["relation"] is None


def test_what_was_typed_and_not_saved_is_offered_again(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _starts(claire)
    claire.fills(subject="Half a thought")
    claire.closes()
    wait_until(lambda: not claire.views)
    claire.types("/crm note Dupont")
    claire.waits_for_view("Note", containing="did not save it")
    claire.presses("Resume")
    wait_until(lambda: claire.fields()["subject"] == "Half a thought")


def test_the_notes_of_an_interval_are_listed_newest_first_page_by_page(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _writes(english, relation_id, *range(1, 11))
    claire = english.person(CLAIRE)
    claire.types("/crm notes Dupont")
    shown = text_of(claire.waits_for_message("Notes: Brasserie Dupont"))
    assert shown.index("Said on 10") < shown.index("Said on 9")
    assert "Said on 2 " not in shown
    claire.presses("Next")
    wait_until(lambda: "Said on 1 " in text_of(claire.last_message()))
    claire.types("/crm notes Dupont from:2026-05-04 to:5 May 2026")
    shown = text_of(claire.waits_for_message("04/05/2026 – 05/05/2026"))
    assert [number for number in range(1, 11) if f"Said on {number} " in shown] == [4, 5]
    claire.presses("Other days")
    claire.waits_for_view("Notes")
    claire.fills(first="2026-05-09", last=None)
    assert claire.submits() is None
    shown = text_of(claire.waits_for_message("from 09/05/2026"))
    assert [number for number in range(1, 11) if f"Said on {number} " in shown] == [9, 10]
    claire.types("/crm notes Dupont from:soon")
    claire.waits_for_message("“soon” is not a day")


def test_the_relations_and_the_contacts_menu_lead_to_their_notes_and_a_new_one(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    card = claire.waits_for_message("New action")
    claire.chooses("Notes", message=card)
    claire.waits_for_message("No note yet.")
    claire.presses("Contacts", message=card)
    claire.chooses("Notes", message=claire.waits_for_message("els@dupont.example"))
    empty = claire.waits_for_message("Notes: Els Peeters · Brasserie Dupont")
    assert "/crm note Els Peeters" in text_of(empty)
    claire.presses("+ New note", message=empty)
    claire.waits_for_view("Note")
    claire.fills(subject="Likes opera")
    assert claire.submits() is None
    claire.waits_for_message("Noted.")
    note = _only_note(english)
    assert note.contact is not None
    assert note.contact.person.name == "Els Peeters"


def test_a_note_is_changed_deleted_and_brought_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _writes(english, relation_id, 3)
    claire = english.person(CLAIRE)
    claire.types("/crm notes Dupont")
    claire.presses("Open", message=claire.waits_for_message("Said on 3"))
    claire.presses("Edit", message=claire.waits_for_message("Make an action"))
    claire.waits_for_view("Note")
    claire.fills(subject="Said on the third")
    assert claire.submits() is None
    claire.presses("Delete", message=claire.waits_for_message("Changed."))
    gone = claire.waits_for_message("The note “Said on the third” is deleted.")
    assert _only_note(english).deleted_at is not None
    claire.presses("Undo", message=gone)
    wait_until(lambda: _only_note(english).deleted_at is None)


def test_the_second_of_two_editors_of_a_note_keeps_what_they_typed(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _writes(english, relation_id, 3)
    people = english.person(CLAIRE), english.person(EMMA)
    for person in people:
        person.types("/crm notes Dupont")
        person.presses("Open", message=person.waits_for_message("Said on 3"))
        person.presses("Edit", message=person.waits_for_message("Make an action"))
        person.waits_for_view("Note")
    claire, emma = people
    claire.fills(subject="By Claire")
    assert claire.submits() is None
    emma.fills(detail="By Emma")
    assert emma.submits() is None
    emma.waits_for_view("Note", containing="Taken over: Subject.")
    assert (emma.fields()["subject"], emma.fields()["detail"]) == ("By Claire", "By Emma")


def test_a_private_note_is_read_by_nobody_else(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _writes(english, relation_id, 3, is_private=True)
    claire, bram = english.person(CLAIRE), english.person(BRAM)
    for person in (claire, bram):
        person.types("/crm notes Dupont")
    assert "private" in text_of(claire.waits_for_message("Said on 3"))
    bram.waits_for_message("No note yet.")


def test_a_note_becomes_an_action_at_the_same_relation_contact_and_subject(english: World) -> None:
    relation_id, contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    with english.office.book.writing() as session:
        facts = NoteFacts(relation_id, "Bring samples", english.office.now().date(), contact_id=contact_id)
        write_note(session, by=english.collaborator(CLAIRE), facts=facts, now=english.office.now())
    claire.types("/crm notes Dupont")
    claire.presses("Open", message=claire.waits_for_message("Bring samples"))
    claire.presses("Make an action", message=claire.waits_for_message("Make an action"))
    claire.waits_for_view("Action")
    claire.fills(on=str(english.office.now().date() + timedelta(days=9)), all_day=True)
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    action = only_action(english)
    assert (action.relation_id, action.contact_id, action.subject) == (relation_id, contact_id, "Bring samples")
