"""A mail server as configured, and what can be told from that alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

_CLOUD_HOSTS = ("outlook.office365.com", "outlook.office.com", "outlook.office365.us", "partner.outlook.cn")


class Access(StrEnum):
    """By what right Rapport opens a mailbox."""

    IMPERSONATION = "impersonation"
    """A service account acts as the mailbox's owner (Exchange's role ApplicationImpersonation)."""
    DELEGATE = "delegate"
    """A service account has full access to the mailbox under its own name."""
    OWN = "own"
    """The owner's own login."""


class AuthType(StrEnum):
    """How the login is proven. Extended Protection forbids NTLM behind a proxy that ends TLS: then basic over TLS."""

    BASIC = "basic"
    NTLM = "ntlm"


@dataclass(frozen=True, slots=True)
class Login:
    """A user name (`DOMAIN\\user` or user principal name) with its password, which no repr shows."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mailboxes are and how to get in.

    `login_for` is asked with a mailbox's address when it is opened (with access by a service account the answer is
    always the same) and raises MailboxRefused when there is none. `connections` bounds the calls that run at once
    against this server, over all its mailboxes. `ca_bundle` is a PEM file with the authorities to trust instead of
    the public ones.
    """

    provider: str
    endpoint: str
    login_for: Callable[[str], Login]
    access: Access = Access.IMPERSONATION
    auth_type: AuthType = AuthType.BASIC
    ca_bundle: Path | None = None
    timeout: timedelta = timedelta(seconds=30)
    connections: int = 4


def is_exchange_online(endpoint: str) -> bool:
    """Whether the address is Microsoft's cloud, where EWS is blocked since October 2026 and ends on 1 April 2027.

    https://techcommunity.microsoft.com/blog/exchange/retirement-of-exchange-web-services-in-exchange-online
    """
    host = (urlsplit(endpoint).hostname or "").rstrip(".")
    return any(host == cloud or host.endswith(f".{cloud}") for cloud in _CLOUD_HOSTS)
