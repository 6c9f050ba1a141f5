"""Links to records: what a channel sees of them, what a person gets, and what a browser shows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_person import SlackPerson, text_of
from slack_sdk import WebClient
from slack_stories import add_action, add_dupont, wait_until
from world import BRAM, CLAIRE, EMMA, NADIA, World

from bot.record_links import KINDS, Record, read_record_url, record_url
from integrations.playground.slack import Channel
from integrations.playground.slack.workspace import BOT_USER_ID
from store.administration import set_rights
from store.collaborators import Role, Scope
from store.dossiers import DossierFacts, open_dossier

ROOM = "C0ROOM0000"
UNNAMED = "A record in Rapport."


def _url(world: World, kind: str, row_id: int) -> str:
    return record_url(world.office, Record(kind, row_id))


def _has_room(world: World, *members: str, kind: str = "private") -> None:
    world.workspace.conversations._channels[ROOM] = Channel(ROOM, "room", kind, (*members, BOT_USER_ID))  # type: ignore[arg-type]


def _sees_only_own_files(world: World) -> None:
    with world.office.book.writing() as session:
        bram, emma = world.collaborator(BRAM).id, world.collaborator(EMMA)
        set_rights(session, bram, by=emma, role=Role.REP, scope=Scope.OWN, team_id=None)


def _unfurled(person: SlackPerson, mark: str, *urls: str) -> str:
    """What is shown below the message that they write; it has `mark` in it."""
    person.types(f"{mark}: {' and '.join(urls)}")
    wait_until(lambda: bool(_shown_below(person, mark)))
    return "\n".join(text_of(one) for one in _shown_below(person, mark))


def _shown_below(person: SlackPerson, mark: str) -> list[dict[str, object]]:
    own = next(one for one in person.messages() if one["text"].startswith(f"{mark}:"))
    return [{"blocks": one["blocks"]} for one in own.get("attachments") or ()]


def test_a_link_to_a_record_unfurls_for_those_who_may_see_it(english: World) -> None:
    relation_id, contact_id = add_dupont(english)
    claire_row = english.collaborator(CLAIRE)
    action_id = add_action(english, claire_row, relation_id, "Prices 2027")
    with english.office.book.writing() as session:
        facts = DossierFacts("Cellar 2027")
        dossier_id = open_dossier(
            session, by=claire_row, relation_id=relation_id, facts=facts, now=english.office.now()
        ).id
    _has_room(english, CLAIRE.id, BRAM.id)
    claire, bram = english.person(CLAIRE, "room"), english.person(BRAM, "room")
    urls = [
        _url(english, *one)
        for one in (("relation", relation_id), ("contact", contact_id), ("action", action_id), ("dossier", dossier_id))
    ]
    said = _unfurled(claire, "all", *urls)
    for name in ("Brasserie Dupont", "Els Peeters", "Prices 2027", "Cellar 2027"):
        assert name in said
    bram.presses("action/open")
    assert "Prices 2027" in text_of(bram.waits_for_message("Complete"))
    # Once somebody sees no more than their own files, the same address names nothing there.
    _sees_only_own_files(english)
    said = _unfurled(claire, "again", urls[0])
    assert UNNAMED in said
    assert "Dupont" not in said
    assert bram.presses("relation/show") is None
    assert "no longer in the book" in text_of(bram.waits_for_message("no longer"))
    claire.presses("relation/show")
    assert "Brasserie Dupont" in text_of(claire.waits_for_message("History"))


def test_a_public_channel_is_read_by_the_whole_workspace(english: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nadia is in Slack, not in Rapport: she can open any public channel."""
    monkeypatch.setattr("bot.slack.unfurling.REMEMBERED_S", -1)
    relation_id, _contact_id = add_dupont(english)
    _has_room(english, CLAIRE.id, BRAM.id, kind="channel")
    claire, url = english.person(CLAIRE, "room"), _url(english, "relation", relation_id)
    assert "Dupont" not in _unfurled(claire, "with Nadia", url)
    english.workspace.edit_person(NADIA.id, deleted=True)
    assert "Dupont" in _unfurled(claire, "without her", url)


def test_what_is_private_is_named_in_no_channel(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, "Takeover", is_private=True)
    _has_room(english, CLAIRE.id)
    claire = english.person(CLAIRE, "room")
    said = _unfurled(claire, "private", _url(english, "action", action_id))
    assert UNNAMED in said
    assert "Takeover" not in said
    assert "Dupont" not in said


def test_nothing_unfurls_where_the_asker_may_not_see_it_or_outsiders_read(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _sees_only_own_files(english)
    _has_room(english, BRAM.id, CLAIRE.id, NADIA.id)
    url = _url(english, "relation", relation_id)
    partners, bram, nadia = (
        english.person(who, channel) for who, channel in ((CLAIRE, "with-partners"), (BRAM, "room"), (NADIA, "room"))
    )
    for person, mark in ((partners, "to partners"), (bram, "from Bram"), (nadia, "from Nadia")):
        person.types(f"{mark}: {url}")
    # The last request is answered last, or close to it: by then the others would have been.
    assert UNNAMED in _unfurled(english.person(CLAIRE, "room"), "from Claire", url)
    assert not _shown_below(partners, "to partners")
    assert not _shown_below(bram, "from Bram")
    assert not _shown_below(nadia, "from Nadia")


def test_nothing_is_shown_while_a_message_is_being_written(english: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows then who will read it."""
    relation_id, _contact_id = add_dupont(english)
    _has_room(english, CLAIRE.id, BRAM.id)
    shown: list[str] = []
    unfurl = WebClient.chat_unfurl

    def noted(client: WebClient, **told: Any) -> Any:
        shown.append(told["channel"])
        return unfurl(client, **told)

    monkeypatch.setattr(WebClient, "chat_unfurl", noted)
    url = _url(english, "relation", relation_id)
    for channel, source in (("COMPOSER", "composer"), (ROOM, "composer")):
        event = {"type": "link_shared", "channel": channel, "user": CLAIRE.id, "source": source, "message_ts": "1.0"}
        english.workspace.emit("link_shared", {**event, "links": [{"domain": "127.0.0.1", "url": url}]}, None)
    assert "Dupont" in _unfurled(english.person(CLAIRE, "room"), "written", url)
    assert shown == [ROOM]


def test_a_link_written_to_rapport_or_behind_crm_opens_the_record(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    url = _url(english, "relation", relation_id)
    claire.types(url)
    claire.chooses("Link to share", message=claire.waits_for_message("Rue du Moulin"))
    assert url in str(claire.waits_for_message("Copy it into a message")["blocks"])
    number = len(claire.messages())
    claire.types(f"/crm {url}?utm=1")
    wait_until(lambda: len(claire.messages()) > number)
    assert "Rue du Moulin" in text_of(claire.last_message())
    assert not any(message.get("attachments") for message in claire.messages())


def test_in_a_browser_the_address_of_a_record_leads_to_slack_and_tells_nothing(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    there, missing = (httpx.get(_url(english, "relation", one)) for one in (relation_id, 999_999))
    assert there.status_code == missing.status_code == 200
    assert there.text == missing.text
    assert "Dupont" not in there.text.replace("Bureau Dubois", "")
    assert "slack://app?team=T0PLAYGRND&amp;id=A0PLAYGRND&amp;tab=home" in there.text
    assert httpx.get(_url(english, "relation", 1).replace("relation", "collaborator")).status_code == 404


def test_an_address_is_read_back_and_nothing_else_is(world: World) -> None:
    host = world.office.settings.web.public_url
    for kind in KINDS:
        url = _url(world, kind, 7)
        for written in (url, f"<{url}>", f"{url}/?a=1#b", f" {url} "):
            assert read_record_url(world.office, written) == Record(kind, 7)
        for written in (f"{url}x", f"{host}/record/{kind}/0", f"{host}/x/record/{kind}/7", f"text {url}", "http://["):
            assert read_record_url(world.office, written) is None
    assert read_record_url(world.office, "http://elsewhere.example/record/action/7") is None
