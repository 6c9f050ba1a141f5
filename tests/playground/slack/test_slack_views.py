"""Modals and the Home tab are shown, changed and refused as Slack does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from refusals import error_of, refusal
from served_workspace import Clock
from slack_person import SlackPerson
from slack_sdk import WebClient
from view_samples import field, home, modal, plain, section

from integrations.playground.slack import Workspace


def test_a_trigger_opens_one_view_within_three_seconds(workspace: Workspace, client: WebClient, clock: Clock) -> None:
    trigger = workspace.triggers.make("U0ANNA")
    opened = client.views_open(trigger_id=trigger, view=modal(field("subject")))["view"]
    assert opened["state"]["values"] == {"subject": {"subject": {"type": "plain_text_input", "value": None}}}
    assert error_of(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    late = workspace.triggers.make("U0ANNA")
    clock.ahead += timedelta(seconds=3.1)
    assert error_of(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert error_of(client.views_open, trigger_id="1.2.x", view=modal()) == "invalid_trigger_id"


def test_an_invalid_view_leaves_its_trigger_unused(workspace: Workspace, client: WebClient) -> None:
    trigger = workspace.triggers.make("U0ANNA")
    answer = refusal(client.views_open, trigger_id=trigger, view=modal(field("a"), title=plain("x" * 25)))
    assert answer["error"] == "invalid_arguments"
    expected = ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    assert answer["response_metadata"]["messages"] == expected
    client.views_open(trigger_id=trigger, view=modal())


def test_three_modals_stack_and_a_fourth_does_not(workspace: Workspace, client: WebClient) -> None:
    view = client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=modal())["view"]
    root = view["id"]
    for _ in range(2):
        view = client.views_push(trigger_id=workspace.triggers.make("U0ANNA", view["id"]), view=modal())["view"]
        assert view["root_view_id"] == root
    trigger = workspace.triggers.make("U0ANNA", view["id"])
    assert error_of(client.views_push, trigger_id=trigger, view=modal()) == "push_limit_reached"


def test_a_push_needs_a_view_to_lie_on(workspace: Workspace, client: WebClient) -> None:
    trigger = workspace.triggers.make("U0ANNA")
    assert error_of(client.views_push, trigger_id=trigger, view=modal()) == "not_found"


def test_an_update_with_an_old_hash_is_refused(workspace: Workspace, client: WebClient) -> None:
    view = client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=modal())["view"]
    newer = client.views_update(view_id=view["id"], hash=view["hash"], view=modal())["view"]
    assert newer["hash"] != view["hash"]
    assert error_of(client.views_update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"
    assert error_of(client.views_update, view_id="V0NONE", view=modal()) == "not_found"
    assert error_of(client.views_update, view_id=view["id"], view=home()) == "invalid_arguments"


def test_a_view_of_more_than_250_kilobytes_is_too_large(workspace: Workspace, client: WebClient) -> None:
    blocks = [section("x" * 2900) for _ in range(90)]
    trigger = workspace.triggers.make("U0ANNA")
    assert error_of(client.views_open, trigger_id=trigger, view=modal(*blocks)) == "view_too_large"


def test_an_external_id_is_unique_among_open_views(workspace: Workspace, client: WebClient) -> None:
    def opened(user: str) -> Any:
        return client.views_open(trigger_id=workspace.triggers.make(user), view=modal(external_id="one"))

    opened("U0ANNA")
    assert error_of(opened, "U0BRUNO") == "duplicate_external_id"
    client.views_update(external_id="one", view=modal(section("New"), external_id="one"))


def test_a_home_tab_is_published_for_members_alone(client: WebClient, anna: SlackPerson) -> None:
    first = client.views_publish(user_id="U0ANNA", view=home(section("One")))["view"]
    second = client.views_publish(user_id="U0ANNA", hash=first["hash"], view=home(section("Two")))["view"]
    assert (second["id"], anna.home()["hash"]) == (first["id"], second["hash"])
    assert error_of(client.views_publish, user_id="U0ANNA", hash=first["hash"], view=home()) == "hash_conflict"
    assert error_of(client.views_publish, user_id="U0OTTO", view=home()) == "invalid_arguments"
    assert error_of(client.views_publish, user_id="U0ANNA", view=modal()) == "invalid_arguments"
