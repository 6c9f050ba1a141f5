"""What can go wrong with a mail server. `is_permanent` decides between giving up and trying again later."""

from __future__ import annotations

from datetime import timedelta


class MailProblem(Exception):
    """The mail server, or the way to it, failed. The text is for the log and the administrator, free of content."""

    is_permanent = False

    def __init__(self, text: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class MailServerBusy(MailProblem):
    """The server asks for patience; `retry_after` is what it asked for, when it said so."""


class MailServerUnreachable(MailProblem):
    """No answer, or none that could be understood. What was asked may or may not have been done."""


class MailboxRefused(MailProblem):
    """Wrong credentials, or no right on this mailbox: an administrator has to mend it."""

    is_permanent = True


class MailRefused(MailProblem):
    """The server will not take this mail (too large, recipient refused, …): trying again changes nothing."""

    is_permanent = True


class MailGone(MailProblem):
    """The item asked for is no longer in the mailbox."""

    is_permanent = True


class SyncStateLost(MailProblem):
    """The server no longer accepts the stored sync state: start again without one."""


class MailMalformed(MailProblem):
    """What was asked cannot be written as a mail: a control character in a header, an address that is none, …"""

    is_permanent = True


class UnknownProvider(MailProblem):
    """The configuration names a provider that Rapport does not have; the text lists those it has."""

    is_permanent = True
