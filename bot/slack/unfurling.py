"""What a channel sees below a message with the address of a record.

Everybody there sees the same, so it names the record only where everybody may see it: who is in the channel now, and
for a public channel the whole workspace. Otherwise, and for what is private, it names nothing: its button shows the
record to those who may see it. Nothing at all is shown for somebody who may not see the record, in a channel shared
with outsiders, in one that Rapport does not see into, and while a message is being written (nobody knows for whom).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.record_links import Record, read_record_url
from bot.slack.blocks import Json, actions, button, plain, rich, section
from bot.slack.channel_readers import People, TooMany, members_of, people_of
from bot.slack.channels import CHANNELS
from bot.slack.doorkeeper import REMEMBERED_S
from bot.slack.interaction import Interaction
from bot.slack.linked_records import LINKED
from bot.slack.listening import Listening
from bot.texts import _
from store.base import NotFound
from store.collaborators import Collaborator, Scope, active_collaborators

log = logging.getLogger(__name__)

MOST_LINKS = 5
"""Of one message; the others stay addresses."""
MOST_READERS = 1000
"""With more of them a channel is taken for one where somebody may not see the record."""
MOST_NARROW = 50
"""Readers who see only some files, each of whom is looked at: with more of them, as with too many readers."""


class Unfurling:
    def __init__(self) -> None:
        self._people: People | None = None
        self._asked_at = -float("inf")
        self._lock = Lock()

    def unfurl(self, interaction: Interaction) -> None:
        """Raises NotAllowed for whom Rapport does not answer there; nobody is told."""
        interaction.ack()
        event = interaction.body["event"]
        if event.get("source") == "composer" or not interaction.channel_id.startswith(CHANNELS):
            return
        caller = interaction.caller
        linked = [(one["url"], read_record_url(caller.office, one["url"])) for one in event.get("links") or ()]
        records = [(url, record) for url, record in linked if record is not None][:MOST_LINKS]
        if not records:
            return
        readers = self._readers(interaction)
        with caller.reading() as session:
            shown = {url: blocks for url, one in records if (blocks := _blocks(session, caller, one, readers))}
        if shown:
            _show(interaction, {url: {"blocks": blocks} for url, blocks in shown.items()})

    def _readers(self, interaction: Interaction) -> frozenset[str] | None:
        """The Slack ids of whoever can read the channel, without bots. None when Slack does not say, or of too many."""
        client, channel_id = interaction.client, interaction.channel_id
        try:
            is_private = bool(client.conversations_info(channel=channel_id)["channel"].get("is_private"))
            members = members_of(client, channel_id, most=MOST_READERS)
            people = self._workspace(client, interaction.doorkeeper.team)
        except (SlackApiError, SlackClientError, OSError, TooMany) as error:
            log.info("who reads a channel is not known: %s", type(error).__name__)
            return None
        return (members if is_private else members | people.everybody) - people.bots

    def _workspace(self, client: WebClient, team: str) -> People:
        """Whoever can open a public channel, and the bots. Raises TooMany."""
        with self._lock:
            people, is_known = self._people, self._asked_at + REMEMBERED_S > time.monotonic()
        if not is_known:
            people = _ask_people(client, team)
            with self._lock:
                self._people, self._asked_at = people, time.monotonic()
        if people is None:
            raise TooMany
        return people


def _ask_people(client: WebClient, team: str) -> People | None:
    """None when there are too many."""
    try:
        return people_of(client, team, most=MOST_READERS)
    except TooMany:
        return None


def _blocks(session: Session, caller: Caller, record: Record, readers: frozenset[str] | None) -> Sequence[Json]:
    """Nothing for what the caller may not see."""
    kind = LINKED[record.kind]
    try:
        line = kind.line(session, caller, record.id)
    except NotFound:
        return ()
    open_it = button(caller.t(_("Open")), kind.opens, str(record.id))
    if line is not None and readers is not None and _everybody_sees(session, caller, record, readers):
        return [rich(line), actions(open_it)]
    said = caller.t(_("A record in Rapport. “Open” shows it to those who may see it."))
    return [section(plain(said), accessory=open_it)]


def _everybody_sees(session: Session, caller: Caller, record: Record, readers: frozenset[str]) -> bool:
    known = {one.slack_user_id: one for one in active_collaborators(session)}
    if not readers <= known.keys():
        return False
    narrow = [known[one] for one in readers if known[one].scope is not Scope.ALL]
    wide = [known[one] for one in readers if known[one].scope is Scope.ALL][:1]  # all of these see the same
    return len(narrow) <= MOST_NARROW and all(_sees(session, caller, record, one) for one in (*wide, *narrow))


def _sees(session: Session, caller: Caller, record: Record, reader: Collaborator) -> bool:
    try:
        LINKED[record.kind].line(session, Caller(caller.office, reader), record.id)
    except NotFound:
        return False
    return True


def _show(interaction: Interaction, unfurls: dict[str, Json]) -> None:
    event = interaction.body["event"]
    try:
        interaction.client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=unfurls)
    except SlackApiError as error:  # the message may be gone by now
        log.info("a link was not unfurled: %s", error.response.get("error"))


def register(slack: Listening) -> None:
    slack.event("link_shared", Unfurling().unfurl)
