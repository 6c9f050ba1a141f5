"""Which provider opens a mailbox. The only module that knows them; a new one is one line here.

Providers are imported when the first of their mailboxes is opened: exchangelib alone takes a second and 60 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from integrations.mail.errors import UnknownProvider
from integrations.mail.mailbox import Mailbox
from integrations.mail.server import MailServer


def _ews(server: MailServer, address: str) -> Mailbox:
    from integrations.mail import ews

    return ews.open_mailbox(server, address)


_OPENERS: Final[dict[str, Callable[[MailServer, str], Mailbox]]] = {"ews": _ews}
PROVIDERS: Final = tuple(_OPENERS)


def open_mailbox(server: MailServer, address: str) -> Mailbox:
    """The mailbox of this primary SMTP address. Nothing is asked of the server yet: `check` does that.

    Mailboxes of equal servers share their connections. Raises UnknownProvider, and MailboxRefused without a login.
    """
    opener = _OPENERS.get(server.provider)
    if opener is None:
        raise UnknownProvider(f"no mail provider {server.provider!r}: known are {', '.join(PROVIDERS)}")
    return opener(server, address)
