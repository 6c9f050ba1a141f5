"""Somebody changes a message that they wrote: what the app hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from scripted_app import ScriptedApp
from slack_person import NotOnScreen, SlackPerson

from integrations.playground.slack import Workspace


def test_an_edited_direct_message_is_told_as_a_change(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("visit Dupont")
    anna.edits(anna.last_message(), "visit Acme")
    events = [heard.payload["event"] for heard in app.waits_for("message", 2)]
    assert [event.get("subtype") for event in events] == [None, "message_changed"]
    assert (events[1]["previous_message"]["text"], events[1]["message"]["text"]) == ("visit Dupont", "visit Acme")
    assert events[1]["message"]["edited"]["user"] == "U0ANNA"


def test_a_mention_is_told_again_when_its_message_is_edited(
    app: ScriptedApp, workspace: Workspace, sign_in: Any
) -> None:
    anna = sign_in(workspace, "U0ANNA", "general")
    anna.types("<@U0PLAYBOT> agenda")
    anna.edits(anna.last_message(), "<@U0PLAYBOT> agenda tomorrow")
    first, second = app.waits_for("app_mention", 2)
    assert first.payload["event_id"] != second.payload["event_id"]
    assert "edited" not in first.payload["event"]
    assert second.payload["event"]["edited"]["user"] == "U0ANNA"


def test_nobody_edits_the_message_of_another(workspace: Workspace, sign_in: Any) -> None:
    anna, bruno = sign_in(workspace, "U0ANNA", "general"), sign_in(workspace, "U0BRUNO", "general")
    anna.types("mine")
    with pytest.raises(NotOnScreen, match="cant_update_message"):
        bruno.edits(bruno.last_message(), "yours")
