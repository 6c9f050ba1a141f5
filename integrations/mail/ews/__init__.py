"""Mailboxes of an Exchange server on premises (2016, 2019, Subscription Edition) over Exchange Web Services.

exchangelib carries the requests (authentication, SOAP, versions, its knowledge of Exchange's errors). What is asked
and how the answers are read is written out here, because Rapport needs few properties of many items, never waits
for a busy server, and must not fall over one odd item.
"""

from __future__ import annotations

from integrations.mail.ews.connection import connection_to
from integrations.mail.ews.mailbox import EwsMailbox
from integrations.mail.server import MailServer


def open_mailbox(server: MailServer, address: str) -> EwsMailbox:
    """The mailbox of this address; nothing is asked of the server yet. Raises MailboxRefused without a login."""
    return EwsMailbox(connection_to(server), address)
