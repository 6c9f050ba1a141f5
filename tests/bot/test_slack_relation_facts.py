"""Status and priority in Slack: completing a visit with them, their history by hand, and lists by them."""

from __future__ import annotations

from datetime import date, timedelta

from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.addresses import PostalLine
from store.collaborators import Collaborator, Scope
from store.expenses import expenses_of
from store.relation_facts import What, history_of, note_by_hand
from store.relations import Relation, edit_relation
from store.statuses import RelationPriority, RelationStatus


def status_of(world: World, relation_id: int) -> list[tuple[str, int | None]]:
    """Each status with the id of its cause, oldest first."""
    with world.office.book.reading() as session:
        found = history_of(session, relation_id, What.STATUS, asked_by=world.collaborator(CLAIRE))
        return [(one.to.key, one.fact.action_id) for one in found]


def note(world: World, relation_id: int, key: str, on: date, what: What = What.STATUS) -> None:
    kind = RelationStatus if what is What.STATUS else RelationPriority
    with world.office.book.writing() as session:
        value_id = session.scalars(select(kind.id).where(kind.key == key)).one()
        by, now = world.collaborator(CLAIRE), world.office.now()
        note_by_hand(session, relation_id, what, value_id, on=on, by=by, now=now)


def completes(world: World) -> SlackPerson:
    claire = world.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.presses("Complete", message=claire.waits_for_message("Complete"))
    claire.waits_for_view("Complete")
    claire.fills(headline="They sign")
    claire.presses("+ New status or priority of the relation")
    claire.waits_for_view(containing="New status of the relation")
    return claire


def test_completing_a_visit_makes_a_client_and_undoing_it_takes_that_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    today = english.office.now().date()
    note(english, relation_id, "prospect", today - timedelta(days=30))
    visit = add_action(english, english.collaborator(CLAIRE), relation_id, on=today, starts=None)
    claire = completes(english)
    claire.fills(new_status="Client", new_priority="A")
    assert claire.submits() is None
    done = claire.waits_for_message("is done.")
    assert status_of(english, relation_id) == [("prospect", None), ("client", visit)]
    claire.types("/relation Dupont")
    assert "priority A" in text_of(claire.waits_for_message("Client since"))
    claire.presses("Undo", message=done)
    claire.waits_for_message("is planned again.")
    assert status_of(english, relation_id) == [("prospect", None)]


def test_a_second_change_of_one_day_asks_which_came_last(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    today = english.office.now().date()
    note(english, relation_id, "former_client", today)
    add_action(english, english.collaborator(CLAIRE), relation_id, on=today, starts=None)
    claire = completes(english)
    claire.fills(new_status="Client")
    claire.submits()
    claire.waits_for_view(containing="Say which of them came last")
    assert claire.fields()["headline"] == "They sign"
    claire.fills(status_order="Before “Former client”")
    assert claire.submits() is None
    claire.waits_for_message("is done.")
    assert [key for key, _cause in status_of(english, relation_id)] == ["client", "former_client"]


def test_a_status_is_noted_by_hand_shown_with_its_history_and_taken_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm status Dupont")
    claire.presses("Note a change", message=claire.waits_for_message("Nothing was noted yet."))
    claire.waits_for_view("Status and priority", containing="About: Brasserie Dupont")
    claire.fills(on="2026-03-10")
    assert claire.submits() == {"status": "Choose a status, a priority, or both."}
    claire.fills(status="Prospect")
    assert claire.submits() is None
    claire.presses("Note a change", message=claire.waits_for_message("noted by Claire Dubois"))
    claire.waits_for_view("Status and priority")
    claire.fills(status="Client", on="2026-05-04")
    assert claire.submits() is None
    claire.presses("Take back", message=claire.waits_for_message("Prospect → Client"))
    taken = claire.waits_for_message("is taken back")
    assert [key for key, _cause in status_of(english, relation_id)] == ["prospect"]
    claire.presses("Undo", message=taken)
    claire.waits_for_message("Prospect → Client")
    assert [key for key, _cause in status_of(english, relation_id)] == ["prospect", "client"]


def test_a_day_to_come_is_refused_at_its_field(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm status Dupont")
    claire.presses("Note a change", message=claire.waits_for_message("Nothing was noted yet."))
    claire.waits_for_view("Status and priority")
    claire.fills(status="Client", on="2099-01-01")
    errors = claire.submits()
    assert isinstance(errors, dict)
    assert "still to come" in errors["on"]


def test_relations_are_listed_by_status_and_priority_and_as_of_a_day(english: World) -> None:
    dupont, _contact_id = add_dupont(english)
    other, _contact_id = add_dupont(english, name="Café Verhulst")
    note(english, dupont, "prospect", date(2026, 3, 1))
    note(english, dupont, "client", date(2026, 6, 1))
    note(english, other, "client", date(2026, 1, 1))
    note(english, other, "a", date(2026, 1, 1), What.PRIORITY)
    claire = english.person(CLAIRE)
    claire.types("/crm list client")
    both = text_of(claire.waits_for_message("Relations · Client"))
    assert "Brasserie Dupont · Client" in both
    assert "Café Verhulst · Client · A" in both
    claire.types("/crm list klant a")
    assert "Dupont" not in text_of(claire.waits_for_message("Relations · Client · A"))
    claire.types("/crm list client 30/2")
    claire.waits_for_message("“30/2” is not a day")
    claire.types("/crm list client 2 April 2026")
    assert "Dupont" not in text_of(claire.waits_for_message("As it was on 02/04/2026."))
    claire.types("/crm list client on:2026-04-01")
    told = text_of(claire.waits_for_message("As it was on 01/04/2026."))
    assert "Café Verhulst" in told
    assert "Dupont" not in told
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        edit_relation(session, other, by=by, now=now, postal_addresses=[PostalLine(town="Gent", country="België")])
    claire.types("/crm list client pays-bas")
    claire.waits_for_message("No relation fits.")
    claire.types("/crm list client belgique")
    told = text_of(claire.waits_for_message("Relations · Client · Belgium"))
    assert "Café Verhulst" in told
    assert "Dupont" not in told
    claire.types("/crm list gold")
    claire.waits_for_message("“gold” is no status, priority or country. There are: Prospect, Client")


def test_charlie_who_sees_own_files_only_finds_no_relation_by_its_status(english: World) -> None:
    dupont, _contact_id = add_dupont(english)
    note(english, dupont, "client", date(2026, 6, 1))
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(BRAM).id).scope = Scope.OWN
    bram = english.person(BRAM)
    bram.types("/crm list client")
    assert "Dupont" not in text_of(bram.waits_for_message("No relation fits."))


def test_an_administrator_says_which_status_may_follow_which(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm settings statuses of relations")
    shown = emma.waits_for_message("Statuses of relations")
    line = next(one for one in shown["blocks"] if "accessory" in one and "Prospect" in str(one["text"]))
    emma.chooses(line["accessory"]["options"][0]["value"], message=shown)
    emma.waits_for_view("Status of a relation")
    emma.fills(next_keys=["Client"])
    assert emma.submits() is None
    relation_id, _contact_id = add_dupont(english)
    today = english.office.now().date()
    note(english, relation_id, "prospect", today - timedelta(days=30))
    add_action(english, english.collaborator(CLAIRE), relation_id, on=today, starts=None)
    claire = completes(english)
    claire.fills(new_status="Former client")
    assert claire.submits() == {"new_status": "After “Prospect” may come: Client."}
    claire.fills(new_status="Client")
    assert claire.submits() is None
    claire.waits_for_message("is done.")


def test_an_administrator_says_what_a_status_counts_as(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm settings statuses of relations")
    emma.presses("+ New line", message=emma.waits_for_message("Statuses of relations"))
    emma.waits_for_view("Status of a relation")
    emma.fills(label_en="Key account", meaning="A client")
    assert emma.submits() is None
    emma.waits_for_message("Key account is on the list")
    with english.office.book.reading() as session:
        added = session.scalars(select(RelationStatus).where(RelationStatus.label_en == "Key account")).one()
        assert added.meaning == "client"
        assert session.scalars(select(Relation.status_id)).all() == []


def test_a_visit_already_made_is_logged_in_one_go_with_status_and_expenses(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm visit Dupont")
    claire.waits_for_view("Action")
    claire.fills(status="Done")
    claire.waits_for_view("Action", containing="What came out of it")
    claire.fills(headline="Tasted and signed")
    claire.presses("+ New status or priority of the relation")
    claire.waits_for_view("Action", containing="New status of the relation")
    claire.fills(new_status="Client")
    claire.presses("+ Expense")
    claire.waits_for_view("Action", containing="Price of one")
    claire.fills(**{"expenses.0.what": "Parking", "expenses.0.price": "3,20", "expenses.0.currency": "EUR"})
    assert claire.submits() is None
    claire.waits_for_message("is done.")
    (visit,) = [cause for key, cause in status_of(english, relation_id) if key == "client"]
    assert visit is not None
    with english.office.book.reading() as session:
        (parking,) = expenses_of(session, visit, asked_by=english.collaborator(CLAIRE))
        assert str(parking.amount) == "3.20"
