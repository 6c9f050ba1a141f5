"""Files: uploaded by people and apps, shared, read with the token, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from refusals import error_of, refusal
from scripted_app import ScriptedApp
from served_workspace import BOT_TOKEN, CHANNELS, SCOPES, client_of
from slack_person import SlackPerson
from slack_screen import NotOnScreen
from slack_sdk import WebClient
from view_samples import field, modal, plain

from integrations.playground.slack import Workspace

BEARER = {"authorization": f"Bearer {BOT_TOKEN}"}


def test_a_file_that_a_person_shares_is_a_message_with_the_file(app: ScriptedApp, anna: SlackPerson) -> None:
    about = anna.uploads("Invoice März.pdf", b"%PDF", "Please file <this>")
    event = app.waits_for("message")[0].payload["event"]
    assert (event["subtype"], event["text"], event["channel"]) == ("file_share", "Please file &lt;this&gt;", "D0ANNA")
    file = event["files"][0]
    assert (file["id"], file["name"], file["mimetype"], file["size"], file["user"]) == (
        about["id"],
        "Invoice März.pdf",
        "application/pdf",
        4,
        "U0ANNA",
    )
    assert file["url_private_download"].endswith(f"/slack/files/{about['id']}/download/invoice_m_rz.pdf")
    shared = app.waits_for("file_shared")[0].payload["event"]
    assert (shared["file_id"], shared["user_id"], shared["channel_id"]) == (about["id"], "U0ANNA", "D0ANNA")


def test_a_file_is_read_with_the_token_alone(client: WebClient, anna: SlackPerson) -> None:
    about = client.files_info(file=anna.uploads("offer.pdf", b"%PDF")["id"])["file"]
    assert (about["ims"], list(about["shares"]["private"])) == (["D0ANNA"], ["D0ANNA"])
    for address in (about["url_private"], about["url_private_download"]):
        download = httpx.get(address, headers=BEARER)
        assert (download.content, download.headers["content-type"]) == (b"%PDF", "application/pdf")
        refused = httpx.get(address, headers={"authorization": "Bearer xoxb-other"})
        assert (refused.status_code, refused.text[:15]) == (200, "<!DOCTYPE html>")
        assert httpx.get(address).text.startswith("<!DOCTYPE html>")
    assert error_of(client.files_info, file="F0NONE") == "file_not_found"


def test_the_scopes_for_files_are_asked_for(make_workspace: Callable[..., Workspace], sign_in: Any) -> None:
    workspace = make_workspace(manifest={"scopes": [s for s in SCOPES if not s.startswith("files:")], "events": []})
    client, anna = client_of(workspace), sign_in(workspace, "U0ANNA")
    about = anna.uploads("offer.pdf", b"%PDF")
    assert refusal(client.files_info, file=about["id"])["needed"] == "files:read"
    assert refusal(client.files_delete, file=about["id"])["needed"] == "files:write"
    assert refusal(client.files_getUploadURLExternal, filename="a", length=1)["needed"] == "files:write"
    assert httpx.get(about["url_private"], headers=BEARER).text.startswith("<!DOCTYPE html>")
    trigger = workspace.triggers.make("U0ANNA")
    form = modal(field("invoice", "file_input"))
    assert refusal(client.views_open, trigger_id=trigger, view=form)["needed"] == "files:read"


def test_the_app_sees_no_file_of_a_channel_that_it_is_not_in(
    make_workspace: Callable[..., Workspace], sign_in: Any
) -> None:
    workspace = make_workspace(channels=CHANNELS)
    client, anna = client_of(workspace), sign_in(workspace, "U0ANNA")
    for channel in ("open-door", "back-room"):
        about = anna.uploads("secret.txt", b"hush", channel=channel)
        assert error_of(client.files_info, file=about["id"]) == "file_not_found"
        assert httpx.get(about["url_private"], headers=BEARER).status_code == 404
    about = anna.uploads("plan.txt", b"plan", channel="board")
    assert client.files_info(file=about["id"])["file"]["groups"] == ["C0BOARD000"]


def test_the_sdk_uploads_a_file_that_everybody_in_the_channel_can_open(client: WebClient, anna: SlackPerson) -> None:
    answer = client.files_upload_v2(
        content=b"%PDF", filename="offer.pdf", title="Offer", channel="D0ANNA", initial_comment="Here"
    )
    message = anna.last_message()
    assert (message["text"], message["files"][0]["title"], message["bot_id"]) == ("Here", "Offer", "B0PLAYGRND")
    assert anna.reads_file(message["files"][0]) == b"%PDF"
    assert answer["file"]["id"] == message["files"][0]["id"]


def test_several_files_are_shared_in_one_message_of_a_thread(client: WebClient, anna: SlackPerson) -> None:
    parent = client.chat_postMessage(channel="D0ANNA", text="Offers")["ts"]
    uploads = [{"content": b"1", "filename": "one.txt"}, {"content": b"2", "filename": "two.txt"}]
    client.files_upload_v2(file_uploads=uploads, channel="D0ANNA", thread_ts=parent)
    shared = anna.last_message()
    assert (shared["thread_ts"], [file["name"] for file in shared["files"]]) == (parent, ["one.txt", "two.txt"])


def announced(client: WebClient, name: str = "a.txt", length: int = 3) -> dict[str, Any]:
    answer = client.files_getUploadURLExternal(filename=name, length=length).data
    assert isinstance(answer, dict)
    return answer


def test_an_upload_counts_once_all_three_steps_were_taken(client: WebClient) -> None:
    begun = announced(client)
    files = [{"id": begun["file_id"]}]
    assert error_of(client.files_completeUploadExternal, files=files, channel_id="C0GENERAL") == "file_not_found"
    assert httpx.post(begun["upload_url"], content=b"").text == "no_file_data"
    assert httpx.post(begun["upload_url"], content=b"four").status_code == 400
    assert httpx.post(begun["upload_url"], content=b"abc").text == "OK - 3"
    assert httpx.post(begun["upload_url"], content=b"abc").status_code == 404
    assert error_of(client.files_info, file=begun["file_id"]) == "file_not_found"
    assert client.files_completeUploadExternal(files=files)["files"][0]["channels"] == []
    assert error_of(client.files_completeUploadExternal, files=files) == "file_not_found"
    assert client.files_info(file=begun["file_id"])["file"]["user"] == "U0PLAYBOT"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"filename": "a.txt", "length": 0}, "missing_argument"),
        ({"length": 3}, "invalid_arguments"),
        ({"filename": "a.txt", "length": 1_000_000_001}, "file_upload_size_restricted"),
        ({"filename": "a.txt", "length": 3, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
def test_a_bad_announcement_is_refused(client: WebClient, given: dict[str, Any], error: str) -> None:
    assert error_of(client.api_call, "files.getUploadURLExternal", params=given) == error


def test_a_file_is_shared_only_where_the_app_is(make_workspace: Callable[..., Workspace]) -> None:
    client = client_of(make_workspace(channels=CHANNELS))
    begun = announced(client)
    httpx.post(begun["upload_url"], content=b"abc")

    def complete(channel_id: str) -> str:
        return error_of(client.files_completeUploadExternal, files=[{"id": begun["file_id"]}], channel_id=channel_id)

    assert complete("C0NOWHERE") == "channel_not_found"
    assert complete("C0OPENDOOR") == "not_in_channel"
    assert complete("C0BACKROOM") == "channel_not_found"
    assert complete("U0ANNA") == "invalid_arguments"
    client.files_completeUploadExternal(files=[{"id": begun["file_id"]}], channel_id="C0BOARD000")


def test_one_upload_may_go_to_several_places(client: WebClient, anna: SlackPerson) -> None:
    begun = announced(client)
    httpx.post(begun["upload_url"], content=b"abc")
    client.files_completeUploadExternal(files=[{"id": begun["file_id"]}], channels=["C0GENERAL", "U0ANNA"])
    assert [anna.last_message(place)["files"][0]["id"] for place in ("general", "im")] == [begun["file_id"]] * 2
    shared = client.files_info(file=begun["file_id"])["file"]
    assert (shared["channels"], shared["ims"]) == (["C0GENERAL"], ["D0ANNA"])


def test_a_deleted_file_leaves_a_tombstone(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    about = anna.uploads("offer.pdf", b"%PDF")
    assert error_of(client.files_delete, file=about["id"]) == "cant_delete_file"
    page_url = anna.last_message()["files"][0]
    anna.deletes_file(about)
    assert anna.last_message()["files"] == [{"id": about["id"], "mode": "tombstone"}]
    assert app.waits_for("file_deleted")[0].payload["event"]["file_id"] == about["id"]
    assert error_of(client.files_info, file=about["id"]) == "file_deleted"
    assert httpx.get(about["url_private"], headers=BEARER).status_code == 404
    with pytest.raises(AssertionError):
        anna.reads_file(page_url)
    with pytest.raises(NotOnScreen, match="file_deleted"):
        anna.deletes_file(about)


def test_the_app_deletes_its_own_files_once(client: WebClient, anna: SlackPerson) -> None:
    client.files_upload_v2(content=b"x", filename="a.txt", channel="D0ANNA")
    file_id = anna.last_message()["files"][0]["id"]
    client.files_delete(file=file_id)
    assert error_of(client.files_delete, file=file_id) == "file_deleted"
    with pytest.raises(NotOnScreen, match="file_deleted"):
        anna.deletes_file({"id": file_id})


def test_in_a_shared_channel_the_app_must_ask_about_a_file(
    app: ScriptedApp, make_workspace: Callable[..., Workspace], sign_in: Any
) -> None:
    workspace = make_workspace(manifest={"events": ["message.channels"]})
    about = sign_in(workspace, "U0ANNA").uploads("offer.pdf", b"%PDF", channel="with-partners")
    file = app.waits_for("message")[0].payload["event"]["files"][0]
    assert file == {"id": about["id"], "mode": "file_access", "file_access": "check_file_info"}
    assert client_of(workspace).files_info(file=about["id"])["file"]["name"] == "offer.pdf"


def opens_form(workspace: Workspace, client: WebClient, **element: Any) -> None:
    form = modal(field("invoice", "file_input", **element), field("note", block={"optional": True}))
    client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=form)


def test_files_in_a_form_reach_the_app_when_it_is_sent(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    opens_form(workspace, client, filetypes=["pdf"], max_files=2)
    assert anna.submits() == {"invoice": "Please complete this required field."}
    anna.fills(invoice=[("one.pdf", b"%PDF 1"), ("two.PDF", b"%PDF 2")])
    held = anna.view["state"]["values"]["invoice"]["invoice"]["files"]
    assert error_of(client.files_info, file=held[0]["id"]) == "file_not_found"
    assert anna.fields()["invoice"] == ["one.pdf", "two.PDF"]
    assert anna.submits() is None
    state = app.waits_for("view_submission")[0].payload["view"]["state"]["values"]["invoice"]["invoice"]
    assert (state["type"], [file["name"] for file in state["files"]]) == ("file_input", ["one.pdf", "two.PDF"])
    got = httpx.get(state["files"][1]["url_private_download"], headers=BEARER)
    assert got.content == b"%PDF 2"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("a.txt", b"x")], "is not one of: pdf"),
        ([("a.pdf", b"x"), ("b.pdf", b"x"), ("c.pdf", b"x")], "at most 2 files"),
        ([("a.pdf", b"x" * 10_000_001)], "larger than 10 MB"),
    ],
)
def test_a_form_takes_only_the_files_that_it_asks_for(
    workspace: Workspace, client: WebClient, anna: SlackPerson, files: list[tuple[str, bytes]], sentence: str
) -> None:
    opens_form(workspace, client, filetypes=["pdf"], max_files=2)
    with pytest.raises(NotOnScreen, match=sentence):
        anna.fills(invoice=files)


def test_a_form_takes_nobody_elses_file(
    workspace: Workspace, client: WebClient, anna: SlackPerson, sign_in: Any
) -> None:
    theirs = sign_in(workspace, "U0BRUNO").uploads("theirs.pdf", b"%PDF", channel="general")
    opens_form(workspace, client)
    container = {"type": "view", "view_id": anna.view["id"]}
    state = {"values": {"invoice": {"invoice": {"type": "file_input", "files": [theirs]}}}}
    answer = httpx.post(
        f"{workspace.url}/slack/page-api/state", json={"user": "U0ANNA", "container": container, "state": state}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "that file was not uploaded")


def test_no_file_runs_in_the_browser_of_who_opens_it(workspace: Workspace, anna: SlackPerson) -> None:
    anna.uploads("page.html", b"<script>alert(1)</script>")
    page = httpx.get(f"{workspace.url}{anna.last_message()['files'][0]['page_url']}")
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["content-security-policy"] == "sandbox"


def test_blocks_stand_with_a_file_where_no_comment_does(client: WebClient, anna: SlackPerson) -> None:
    blocks = [{"type": "section", "text": plain("The offer")}]
    begun = announced(client)
    httpx.post(begun["upload_url"], content=b"abc")
    client.files_completeUploadExternal(
        files=[{"id": begun["file_id"], "title": "Offer"}], channel_id="D0ANNA", blocks=json.dumps(blocks)
    )
    assert anna.last_message()["blocks"][0]["text"]["text"] == "The offer"
