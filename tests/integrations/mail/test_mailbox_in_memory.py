"""The in-memory mailbox keeps the contract that real providers keep."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import pytest
from mailbox_contract import MailboxContract
from mailbox_in_memory import Crash, MailServerInMemory
from mailbox_world import ANNA, offer

from integrations.mail.mailbox import Mailbox
from integrations.mail.message import BusyKind, Folder


class _World:
    def __init__(self) -> None:
        self.server = MailServerInMemory(page_size=5)
        self.forgets_sync_states = self.server.forgets_sync_states
        self.goes_down = self.server.goes_down
        self.comes_back = self.server.comes_back
        self.replaces_message_ids = self.server.replaces_message_ids

    def mailbox(self) -> Mailbox:
        return self.server.mailbox(ANNA.mail)

    def puts(self, mime: bytes, folder: Folder) -> None:
        self.server.delivers(mime, to=ANNA.mail, folder=folder)

    def departures(self) -> Sequence[str]:
        return [departure.recipient for departure in self.server.departures]

    def is_busy_once(self, retry_after: timedelta) -> None:
        self.server.is_busy(retry_after)

    def is_taken(self, address: str, begins_at: datetime, ends_at: datetime, kind: BusyKind | None) -> None:
        self.server.mailbox(address)
        self.server.is_taken(address, begins_at, ends_at, kind)

    def loses_the_answer_of_the_next(self, call: Literal["save_draft", "send_draft"]) -> None:
        self.server.loses_the_answer_of_the_next(call)


class TestMailboxInMemory(MailboxContract):
    @pytest.fixture
    def world(self) -> _World:
        return _World()

    def test_a_mail_to_a_mailbox_of_the_server_arrives_there(self, world: _World) -> None:
        els = world.server.mailbox("els@dupont.example")
        state = els.changes(Folder.INBOX, None).sync_state
        anna = world.mailbox()
        anna.send_draft(anna.save_draft(offer()))
        (change,) = els.changes(Folder.INBOX, state).created
        assert change.marker is None

    def test_a_crash_comes_before_or_after_the_deed(self, world: _World) -> None:
        mailbox = world.mailbox()
        world.server.crashes_before_the_next("save_draft")
        with pytest.raises(Crash):
            mailbox.save_draft(offer())
        assert mailbox.find(offer()) is None
        world.server.crashes_after_the_next("save_draft")
        with pytest.raises(Crash):
            mailbox.save_draft(offer())
        assert mailbox.find(offer()) is not None
