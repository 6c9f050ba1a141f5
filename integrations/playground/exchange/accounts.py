"""Who has a mailbox on the server, and how much the server changes the mails that it stores."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox and its owner. `language` is an ISO 639-1 code, for the folder names and bounces.

    `is_external` marks a person outside the office: the same server, but the extended properties and Bcc of the office
    never reach them. `may_impersonate` marks a service account, which may act as any other account. `zone` is the IANA
    name of the zone in which their whole days begin.
    """

    address: str
    name: str
    password: str
    language: str = "en"
    is_external: bool = False
    may_impersonate: bool = False
    zone: str = "Europe/Brussels"

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return self.address.casefold()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Mangling:
    """How a mail differs when it is read back: Exchange keeps properties and builds MIME anew.

    Source: learn.microsoft.com/exchange/client-developer/exchange-web-services/mime-conversion-in-ews-for-exchange.
    `keeps_mime` gives a mail back byte for byte, and then nothing else here matters.
    """

    keeps_mime: bool = False
    drops_unknown_headers: bool = True
    replaces_message_id: bool = False
    rewrites_calendars: bool = True

    @classmethod
    def none(cls) -> Mangling:
        """Bytes come back as they came."""
        return cls(keeps_mime=True, drops_unknown_headers=False, rewrites_calendars=False)
