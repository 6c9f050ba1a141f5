"""The way from a mailbox's row to the mailbox itself."""

from __future__ import annotations

from bot.office import Office
from integrations.mail import mailbox
from integrations.mail.errors import MailboxRefused
from store.mailboxes import Mailbox


def open_mailbox(office: Office, row: Mailbox) -> mailbox.Mailbox:
    """Raises MailboxRefused when the settings have no such server or no login."""
    if row.server not in office.settings.mail:
        raise MailboxRefused(f"the settings have no mail server named {row.server}")
    return office.mailbox(row.server, row.address)
