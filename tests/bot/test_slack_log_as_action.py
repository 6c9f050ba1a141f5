"""A message in Slack that is logged as an action."""

from __future__ import annotations

from slack_stories import add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, OTTO, World

from store.actions import Action, Meaning


def test_a_message_is_logged_as_a_done_action_of_its_day(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire, bram = english.person(CLAIRE), english.person(BRAM)
    bram.types("Saw Brasserie Dupont\nThey want foam & glasses", "general")
    message = bram.waits_for_message("Saw Brasserie Dupont", "general")
    claire.uses_shortcut("log_action", message, "general")
    claire.waits_for_view("Action")
    filled = claire.fields()
    assert (filled["relation"], filled["headline"]) == ("Brasserie Dupont", "Saw Brasserie Dupont")
    assert filled["report"] == "Saw Brasserie Dupont\nThey want foam & glasses"
    assert claire.submits() is None
    claire.waits_for_message("Brasserie Dupont", "general")
    with english.office.book.reading() as session:
        (action,) = session.scalars(select(Action)).unique()
        assert (action.relation_id, action.status.meaning) == (relation_id, Meaning.DONE)
        assert action.starts_on == english.office.now().date()
        assert not action.is_private


def test_a_message_of_a_channel_shared_with_outsiders_is_not_logged(english: World) -> None:
    add_dupont(english)
    otto, claire = english.person(OTTO, "with-partners"), english.person(CLAIRE)
    otto.types("Saw Brasserie Dupont", "with-partners")
    message = otto.waits_for_message("Saw Brasserie Dupont", "with-partners")
    claire.uses_shortcut("log_action", message, "with-partners")
    claire.waits_for_view(containing="Ce canal est partagé")
    with english.office.book.reading() as session:
        assert not session.scalars(select(Action)).unique().all()
