"""What the mailbox contract needs of a server, and the mails that it works with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from integrations.mail.compose import compose
from integrations.mail.mailbox import Mailbox
from integrations.mail.message import Address, Attachment, BusyKind, Folder, MailChange, OutgoingMail, ReadMail

ANNA = Address("anna@office.example", "Anna Peeters")
BRAM = Address("bram@office.example", "Bram Claes")
ELS = Address("els@dupont.example", "Els")
SENT_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SMALL = 1_000_000


class World(Protocol):
    """A mail server seen from behind: what goes on there besides Rapport, for Anna's mailbox."""

    def mailbox(self) -> Mailbox:
        """A new object each time, as after a restart."""
        ...

    def puts(self, mime: bytes, folder: Folder) -> None:
        """Somebody else puts a mail there: the owner by sending, the world by writing."""
        ...

    def departures(self) -> Sequence[str]:
        """The recipients that mails of Anna's left for, oldest first."""
        ...

    def forgets_sync_states(self) -> None: ...

    def goes_down(self) -> None: ...

    def comes_back(self) -> None: ...

    def is_busy_once(self, retry_after: timedelta) -> None: ...

    def loses_the_answer_of_the_next(self, call: Literal["save_draft", "send_draft"]) -> None: ...

    def replaces_message_ids(self) -> None: ...

    def is_taken(self, address: str, begins_at: datetime, ends_at: datetime, kind: BusyKind | None) -> None:
        """An entry in somebody's calendar; None for one that leaves them free all the same."""
        ...


def offer(number: int = 1, *, to: Address = ELS, attachments: Sequence[Attachment] = ()) -> OutgoingMail:
    return compose(
        marker=f"offer-{number}",
        message_id=f"<offer-{number}@office.example>",
        sender=ANNA,
        to=[to],
        subject=f"Offre à Dupont {number}",
        text="Bonjour Els",
        html="<p>Bonjour Els</p>",
        sent_at=SENT_AT + timedelta(minutes=number),
        attachments=attachments,
    )


def letter(headers: str = "", body: str = "Hello", number: int = 1) -> bytes:
    lines = f"From: els@dupont.example\nTo: anna@office.example\nSubject: Letter {number}\n{headers}\n\n{body}\n"
    return lines.replace("\n\n\n", "\n\n").replace("\n", "\r\n").encode()


def everything(mailbox: Mailbox, folder: Folder, sync_state: str) -> tuple[list[MailChange], str]:
    """All that came since the state, over all pages, and the new state."""
    found: list[MailChange] = []
    while True:
        changes = mailbox.changes(folder, sync_state)
        found += changes.created
        sync_state = changes.sync_state
        if changes.is_last:
            return found, sync_state


def start(mailbox: Mailbox, folder: Folder) -> str:
    """The state from which a first sync starts."""
    changes = mailbox.changes(folder, None)
    while not changes.is_last:
        assert changes.created == ()
        changes = mailbox.changes(folder, changes.sync_state)
    assert changes.created == ()
    return changes.sync_state


def only(world: World, mime: bytes, folder: Folder = Folder.INBOX) -> tuple[MailChange, ReadMail]:
    """What the mailbox tells of a mail that is put there."""
    mailbox = world.mailbox()
    state = start(mailbox, folder)
    world.puts(mime, folder)
    (change,), _ = everything(mailbox, folder, state)
    return change, mailbox.read(change.item_id, attachments_up_to=SMALL)
