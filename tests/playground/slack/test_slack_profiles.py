"""What the app hears when somebody's profile changes, and when somebody calls it by name."""

from __future__ import annotations

from typing import Any

import pytest
from scripted_app import ScriptedApp
from slack_person import SlackPerson
from slack_screen import NotOnScreen
from slack_sdk import WebClient

from integrations.playground.slack import Workspace


def test_a_changed_profile_is_told_to_the_app(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    anna.changes_profile(real_name="Anna Maes", locale="fr-BE", tz="Europe/London", email="anna@new.example")
    event = app.waits_for("user_change")[0].payload["event"]
    user = event["user"]
    assert (user["id"], user["real_name"], user["tz"]) == ("U0ANNA", "Anna Maes", "Europe/London")
    assert (user["profile"]["email"], user["deleted"]) == ("anna@new.example", False)
    assert "locale" not in user
    assert isinstance(event["cache_ts"], int)
    assert client.users_info(user="U0ANNA", include_locale=True)["user"]["locale"] == "fr-BE"
    assert anna.bootstrap()["me"]["real_name"] == "Anna Maes"


def test_an_admin_deactivates_and_brings_back_a_colleague(
    app: ScriptedApp, workspace: Workspace, anna: SlackPerson, sign_in: Any
) -> None:
    bruno = sign_in(workspace, "U0BRUNO")
    bruno.changes_profile("U0ANNA", deleted=True)
    assert app.waits_for("user_change")[0].payload["event"]["user"]["deleted"] is True
    with pytest.raises(AssertionError, match="cannot sign in"):
        anna.types("Hello")
    bruno.changes_profile("U0ANNA", deleted=False)
    assert app.waits_for("user_change", 2)[1].payload["event"]["user"]["deleted"] is False
    anna.types("Hello")


@pytest.mark.parametrize(
    ("person", "changes", "sentence"),
    [
        ("U0BRUNO", {"real_name": "Somebody"}, "may not change"),
        ("", {"deleted": True}, "may not change deleted"),
        ("", {"is_admin": True}, "may not change is_admin"),
        ("", {"real_name": " "}, "a name is needed"),
        ("", {"email": "anna"}, "no e-mail address"),
        ("", {"tz": "Mars/Base"}, "no time zone"),
        ("", {"locale": "Dutch"}, "no language"),
    ],
)
def test_a_profile_is_changed_only_by_who_may_and_soundly(
    anna: SlackPerson, person: str, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotOnScreen, match=sentence):
        anna.changes_profile(person, **changes)


def test_a_person_edited_from_outside_is_told_too(app: ScriptedApp, workspace: Workspace, anna: SlackPerson) -> None:
    anna.bootstrap()
    anna.opens_home()
    workspace.edit_person("U0BRUNO", real_name="Bruno Dubois")
    assert app.waits_for("user_change")[0].payload["event"]["user"]["real_name"] == "Bruno Dubois"


def test_a_mention_of_the_app_in_a_channel_is_an_event(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("<@U0PLAYBOT> who visits Dupont?", channel="general")
    anna.types("<@U0BRUNO> who visits Dupont?", channel="general")
    anna.types("<@U0PLAYBOT> between us", channel="im")
    assert len(app.waits_for("message")) == 1
    mentions = app.waits_for("app_mention")
    event = mentions[0].payload["event"]
    assert (event["user"], event["text"], event["channel"], len(mentions)) == (
        "U0ANNA",
        "<@U0PLAYBOT> who visits Dupont?",
        "C0GENERAL",
        1,
    )


def test_a_file_that_comes_with_a_mention_comes_with_the_event(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.uploads("offer.pdf", b"%PDF", "<@U0PLAYBOT> file this", channel="general")
    event = app.waits_for("app_mention")[0].payload["event"]
    assert [file["name"] for file in event["files"]] == ["offer.pdf"]
