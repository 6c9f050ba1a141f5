"""Documents that people give in Slack: on a relation, a contact or an action, from a form or from a message."""

from __future__ import annotations

import pytest
from slack_person import text_of
from slack_stories import add_action, add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, World

from store.documents import Document, DocumentLink, documents_of

PDF = b"%PDF-1.4 prices of 2027"


def test_a_file_attached_in_the_form_stands_at_the_relation_and_once_in_the_book(english: World) -> None:
    relation_id, contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    for _time in range(2):
        claire.types("/relation Dupont")
        claire.chooses("Documents", message=claire.waits_for_message("Rue du Moulin"))
        claire.presses("+ Add documents", message=claire.waits_for_message("+ Add documents"))
        claire.waits_for_view("Add documents")
        claire.fills(files=[("prices 2027.pdf", PDF)])
        assert claire.submits() is None
        claire.waits_for_message("Saved: prices 2027.pdf.")
    with english.office.book.reading() as session:
        (link,) = documents_of(session, asked_by=english.collaborator(CLAIRE), relation_id=relation_id)
        assert (link.name, link.document.media_type) == ("prices 2027.pdf", "application/pdf")
        assert english.office.shelf.path_of(link.document).read_bytes() == PDF
        assert len(session.scalars(select(Document)).all()) == 1
        assert documents_of(session, asked_by=english.collaborator(CLAIRE), contact_id=contact_id) == []


def test_what_was_taken_away_is_put_back_by_undo(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.chooses("Documents", message=claire.waits_for_message("Rue du Moulin"))
    claire.presses("+ Add documents", message=claire.waits_for_message("No document stands here yet."))
    claire.waits_for_view("Add documents")
    claire.fills(files=[("prices.pdf", PDF)])
    claire.submits()
    claire.presses("Take one away", message=claire.waits_for_message("Saved: prices.pdf."))
    claire.waits_for_view("Take a document away")
    claire.fills(which="prices.pdf")
    assert claire.submits() is None
    taken = claire.waits_for_message("prices.pdf is taken away.")
    with english.office.book.reading() as session:
        assert session.scalars(select(DocumentLink)).all() == []
    claire.presses("Undo", message=taken)
    claire.waits_for_message("Documents")
    with english.office.book.reading() as session:
        assert [one.name for one in session.scalars(select(DocumentLink))] == ["prices.pdf"]


def test_the_files_of_a_message_are_saved_at_a_contact_by_its_shortcut(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    claire.uploads("offer.pdf", PDF, "Their answer")
    claire.uses_shortcut("save_files", claire.waits_for_message("Their answer"))
    claire.waits_for_view("Save the files", containing="offer.pdf")
    claire.fills(to=("Els", "Els Peeters · Brasserie Dupont"))
    assert claire.submits() is None
    claire.waits_for_message("Saved: offer.pdf.")
    with english.office.book.reading() as session:
        (link,) = documents_of(session, asked_by=english.collaborator(CLAIRE), contact_id=contact_id)
        assert link.name == "offer.pdf"


def test_ten_files_with_long_names_are_saved_from_one_message(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    names = [f"{number} {'prices of the brewery ' * 8}.pdf" for number in range(10)]
    sent = [claire.uploads(name, PDF + name.encode())["id"] for name in names]
    channel = english.workspace.conversations.channel(claire.channel_id(claire.channel))
    assert channel is not None
    abouts = [about for one in sent if (about := english.workspace.files.about(one)) is not None]
    english.workspace.files.share(abouts, channel, {"user": CLAIRE.id, "text": "All ten", "team": "T0OFFICE"})
    claire.uses_shortcut("save_files", claire.waits_for_message("All ten"))
    claire.waits_for_view("Save the files", containing="9 prices of the brewery")
    claire.fills(to=("Brasserie", "Brasserie Dupont"))
    assert claire.submits() is None
    claire.waits_for_message("Saved: 0 prices of the brewery")
    with english.office.book.reading() as session:
        found = documents_of(session, asked_by=english.collaborator(CLAIRE), relation_id=relation_id)
        assert len({one.document_id for one in found}) == 10


def test_a_message_without_a_file_is_answered_with_a_sentence(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("hello")
    claire.uses_shortcut("save_files", claire.waits_for_message("hello"))
    claire.waits_for_view(containing="This message has no file.")


def test_documents_of_a_private_action_are_listed_for_nobody_else(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(BRAM), relation_id, is_private=True)
    now = english.office.now()
    with english.office.book.writing() as session:
        document = english.office.shelf.keep(session, PDF, media_type="application/pdf", now=now)
        session.add(
            DocumentLink(document=document, name="secret.pdf", action_id=action_id, linked_at=english.office.now())
        )
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.chooses("Documents", message=claire.waits_for_message("Rue du Moulin"))
    assert "secret.pdf" not in text_of(claire.waits_for_message("+ Add documents"))


def test_a_file_that_is_too_large_is_refused_with_its_name_and_limit(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.chooses("Documents", message=claire.waits_for_message("Rue du Moulin"))
    claire.presses("+ Add documents", message=claire.waits_for_message("+ Add documents"))
    claire.waits_for_view("Add documents")
    claire.fills(files=[("film.mp4", b"x" * 2_000_001)])
    monkeypatch.setitem(vars(english.office.settings.documents), "largest_mb", 2)
    assert claire.submits() == {"files": "film.mp4 is larger than 2 MB."}
