"""Messages in Slack that become notes: by the shortcut, by an emoji of the office's choosing."""

from __future__ import annotations

import pytest
from slack_person import SlackPerson, text_of
from slack_screen import Json
from slack_stories import add_dupont, count, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, NADIA, OTTO, World

from bot.slack.note_messages import in_words
from integrations.playground.slack.people import Channel
from store.notes import Note


def _notes(world: World) -> list[Note]:
    with world.office.book.reading() as session:
        return list(session.scalars(select(Note).order_by(Note.id)).unique())


def _says(person: SlackPerson, text: str, channel: str = "general") -> Json:
    person.types(text, channel)
    return person.waits_for_message(text.splitlines()[0], channel)


def _reacted(world: World, text: str) -> tuple[SlackPerson, Json]:
    """Bram says it in #general, and Claire puts the office's emoji on it."""
    claire = world.person(CLAIRE)
    message = _says(world.person(BRAM), text)
    claire.reacts(message, "memo", "general")
    return claire, message


def test_a_colleagues_message_is_saved_as_a_note_with_its_first_line_and_permalink(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    message = _says(english.person(BRAM), "Brasserie Dupont called\nThey want to see us & soon")
    claire.uses_shortcut("save_note", message, "general")
    claire.waits_for_view("Note")
    filled = claire.fields()
    assert (filled["relation"], filled["subject"]) == ("Brasserie Dupont", "Brasserie Dupont called")
    assert filled["detail"] == "Brasserie Dupont called\nThey want to see us & soon"
    assert claire.submits() is None
    claire.waits_for_message("Noted.", "general")
    (note,) = _notes(english)
    assert note.relation_id == relation_id
    assert note.permalink.endswith(f"/p{message['ts'].replace('.', '')}")
    claire.uses_shortcut("save_note", message, "general")
    claire.waits_for_view("Note")
    claire.fills(subject="Once more")
    assert claire.submits() is None
    claire.waits_for_message("Changed.", "general")
    assert [one.subject for one in _notes(english)] == ["Once more"]


def test_a_message_is_not_saved_from_a_channel_shared_with_outsiders(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    message = _says(english.person(OTTO, "with-partners"), "Brasserie Dupont is a secret", "with-partners")
    claire.uses_shortcut("save_note", message, "with-partners")
    claire.waits_for_view(containing="Ce canal est partagé")  # the office’s language: nobody was let in yet
    claire.closes()
    claire.reacts(message, "memo", "with-partners")
    claire.reacts(_says(english.person(BRAM), "Brasserie Dupont again"), "memo", "general")
    claire.waits_for_message("Noted at Brasserie Dupont.")
    assert [note.subject for note in _notes(english)] == ["Brasserie Dupont again"]


def test_a_reaction_files_the_message_as_a_note_and_tells_only_who_reacted(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire, message = _reacted(english, "Lunch with Brasserie Dupont on Friday")
    card = claire.waits_for_message("Noted at Brasserie Dupont.")
    (note,) = _notes(english)
    assert (note.relation_id, note.subject) == (relation_id, "Lunch with Brasserie Dupont on Friday")
    assert note.permalink.endswith(f"/p{message['ts'].replace('.', '')}")
    assert "Noted" not in text_of(claire.last_message("general"))
    claire.presses("Undo", message=card)
    claire.waits_for_message("is deleted.")
    assert _notes(english)[0].deleted_at is not None


def test_a_message_makes_one_note_however_many_react_and_taking_it_back_offers_to_undo(english: World) -> None:
    add_dupont(english)
    claire, message = _reacted(english, "Lunch with Brasserie Dupont")
    claire.waits_for_message("Noted at Brasserie Dupont.")
    bram = english.person(BRAM)
    bram.reacts(message, "memo", "general")
    bram.waits_for_message("This message is a note already.")
    bram.takes_back(message, "memo", "general")
    claire.takes_back(message, "memo", "general")
    claire.presses("Delete", message=claire.waits_for_message("You took your reaction back."))
    claire.waits_for_message("is deleted.")
    assert count(english, Note) == 1
    assert "You took" not in "".join(map(text_of, bram.messages()))


def test_it_asks_which_relation_when_the_message_names_several(english: World) -> None:
    add_dupont(english)
    other, _contact_id = add_dupont(english, name="Caves Lambert")
    claire, _message = _reacted(english, "Brasserie Dupont buys from Caves Lambert")
    claire.presses("Caves Lambert", message=claire.waits_for_message("Which relation is this message about"))
    wait_until(lambda: "Noted at Caves Lambert." in text_of(claire.last_message()))
    assert [note.relation_id for note in _notes(english)] == [other]


def test_it_asks_which_relation_when_the_message_names_none(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire, _message = _reacted(english, "they want less foam")
    claire.presses("Choose a relation", message=claire.waits_for_message("Which relation is this message about"))
    claire.waits_for_view("Note")
    claire.fills(relation="Brasserie Dupont")
    assert claire.submits() is None
    claire.waits_for_message("Noted.")
    (note,) = _notes(english)
    assert (note.relation_id, note.subject, bool(note.permalink)) == (relation_id, "they want less foam", True)


def test_another_emoji_and_somebody_unknown_file_nothing(english: World) -> None:
    add_dupont(english)
    message = _says(english.person(BRAM), "Lunch with Brasserie Dupont")
    claire, nadia = english.person(CLAIRE), english.person(NADIA)
    claire.reacts(message, "tada", "general")
    nadia.reacts(message, "memo", "general")
    claire.reacts(message, "memo", "general")
    claire.waits_for_message("Noted at Brasserie Dupont.")
    assert [note.owner_id for note in _notes(english)] == [english.collaborator(CLAIRE).id]
    assert nadia.messages() == []


def test_where_rapport_is_not_in_the_channel_only_who_reacted_is_told(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_dupont(english)
    claire, _message = _reacted(english, "they want less foam")
    asked = claire.waits_for_message("Which relation is this message about")
    without_rapport = Channel("C0GENERAL", "general", "channel", (CLAIRE.id, BRAM.id))
    monkeypatch.setitem(english.workspace.conversations._channels, "C0GENERAL", without_rapport)
    claire.presses("Choose a relation", message=asked)
    claire.waits_for_view(containing="Rapport cannot read that channel, so nothing was noted.")
    assert _notes(english) == []


def test_when_slack_does_not_show_the_message_who_reacted_hears_how_to_go_on(english: World) -> None:
    add_dupont(english)
    english.workspace.faults.web_api_fails(1, method="reactions.get")
    claire, message = _reacted(english, "Lunch with Brasserie Dupont")
    claire.waits_for_message("Take your reaction back, then react again.")
    claire.takes_back(message, "memo", "general")
    claire.reacts(message, "memo", "general")
    claire.waits_for_message("Noted at Brasserie Dupont.")


def test_a_reaction_that_slack_tells_several_times_makes_one_note_and_one_card(english: World) -> None:
    add_dupont(english)
    english.workspace.faults.repeat_event("reaction_added", copies=3)
    claire, message = _reacted(english, "Lunch with Brasserie Dupont")
    claire.waits_for_message("Noted at Brasserie Dupont.")
    claire.takes_back(message, "memo", "general")
    claire.waits_for_message("You took your reaction back.")
    assert len([one for one in claire.messages() if "Noted at" in text_of(one)]) == 1
    assert count(english, Note) == 1


@pytest.fixture
def closed(english: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """#general can be read by Claire and Bram alone."""
    app = english.workspace.app.bot_user_id
    channel = Channel("C0GENERAL", "general", "private", (CLAIRE.id, BRAM.id, app))
    monkeypatch.setitem(english.workspace.conversations._channels, "C0GENERAL", channel)
    return english


def test_what_was_said_in_a_private_channel_is_noted_for_whoever_reacted_alone(closed: World) -> None:
    add_dupont(closed)
    claire, message = _reacted(closed, "Lunch with Brasserie Dupont")
    claire.waits_for_message("Noted at Brasserie Dupont, for you alone: not everybody can read that conversation.")
    bram = closed.person(BRAM)
    bram.reacts(message, "memo", "general")
    bram.waits_for_message("Noted at Brasserie Dupont, for you alone")
    assert [(one.is_private, one.owner_id) for one in _notes(closed)] == [
        (True, closed.collaborator(CLAIRE).id),
        (True, closed.collaborator(BRAM).id),
    ]


def test_the_form_of_a_message_in_a_private_channel_begins_as_private(closed: World) -> None:
    add_dupont(closed)
    claire = closed.person(CLAIRE)
    claire.uses_shortcut("save_note", _says(closed.person(BRAM), "Brasserie Dupont called"), "general")
    claire.waits_for_view("Note")
    assert claire.fields()["is_private"] == ["Private: only you and whom you remind"]
    claire.fills(is_private=False)
    assert claire.submits() is None
    claire.waits_for_message("Noted.", "general")
    assert [note.is_private for note in _notes(closed)] == [False], "whoever says so makes it a note for all"


def test_a_message_that_a_person_wrote_to_rapport_is_noted_as_private(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    direct = claire.channel_id(claire.channel)
    assert direct.startswith("D")
    claire.types("Brasserie Dupont called")
    claire.reacts(claire.waits_for_message("Brasserie Dupont called"), "memo")
    claire.waits_for_message("Noted at Brasserie Dupont, for you alone")


def test_mentions_and_links_of_slack_are_kept_as_one_reads_them(english: World) -> None:
    with english.office.book.reading() as session:
        said = in_words(
            session, "<@U0BRAM> &amp; <@U0NOBODY|zoe>: <https://a.example/x|the offer> in <#C1|sales> <!here>"
        )
    assert said == "@Bram de Vries & @zoe: the offer (https://a.example/x) in #sales @here"
