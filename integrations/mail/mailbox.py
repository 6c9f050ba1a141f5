"""What Rapport asks of a mailbox, whoever provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from integrations.mail.message import BusyTime, Changes, Folder, FoundMail, OutgoingMail, ReadMail


class Mailbox(Protocol):
    """One account at a provider. Every call may take seconds and raises `errors.MailProblem` alone.

    Calls are synchronous and safe from any thread; a provider bounds how many run at once against one server.
    No call waits longer than the provider's time-out (30 s unless configured): back-off is the caller's.
    """

    @property
    def address(self) -> str:
        """The primary SMTP address."""
        ...

    def check(self) -> None:
        """Proves that the mailbox opens and its folders are readable; raises what would fail later."""
        ...

    def changes(self, folder: Folder, sync_state: str | None, *, since: datetime | None = None) -> Changes:
        """What came since `sync_state`. Raises SyncStateLost when the server has forgotten it.

        With None, nothing older is reported: the answer is empty and carries the state to start from. With None and
        `since`, what arrived (or was sent) then or later is reported, so that a lost state loses no mail. In a full
        mailbox both take several calls: while `is_last` is False, go on with the state given, as with any other.
        """
        ...

    def read(self, item_id: str, *, attachments_up_to: int) -> ReadMail:
        """The whole mail; attachments above that many bytes come without content. Raises MailGone."""
        ...

    def save_draft(self, mail: OutgoingMail) -> str:
        """Saves the mail, marked as ours, in Drafts. Returns its item id. Raises MailRefused, MailServerBusy, …"""
        ...

    def send_draft(self, item_id: str) -> None:
        """Hands a saved draft over for delivery, with a copy in Sent Items. Raises MailGone when it is not there.

        After MailServerUnreachable the mail may have been sent: ask `find`.
        """
        ...

    def find(self, mail: OutgoingMail) -> FoundMail | None:
        """Where a mail of ours is (Drafts or Sent Items), by its marker, else by Message-ID; None when in neither."""
        ...

    def delete_draft(self, item_id: str) -> None:
        """Removes a draft for good; one that is gone already is no error."""
        ...

    def free_busy(
        self, addresses: Sequence[str], begins_at: datetime, ends_at: datetime, *, within: timedelta
    ) -> Mapping[str, tuple[BusyTime, ...]]:
        """When these people of the office are taken, by address as given and by begin: every entry apart.

        Who is missing could not be looked into: has no calendar on this server, or shares it with nobody. A provider
        that knows no calendars answers with nobody. It gives up after `within`, when that is less than its time-out.
        """
        ...
