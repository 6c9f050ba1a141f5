"""The settings of one mail server: where it is, how Rapport signs in, how hard it may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from bot.settings_section import HttpUrl, Section, from_environment
from integrations.mail.errors import MailboxRefused
from integrations.mail.registry import PROVIDERS
from integrations.mail.server import Access, AuthType, Login, MailServer


class MailSection(Section):
    provider: str = Field(default="ews", description="ews: Exchange on premises.")
    endpoint: HttpUrl = Field(description="Of the server: https://mail.example/EWS/Exchange.asmx")
    auth: Literal["basic", "ntlm"] = Field(default="basic", description="How Rapport signs in.")
    access: Literal["own", "delegate", "impersonation"] = Field(
        default="impersonation", description="own: each mailbox its own login; else the service account's."
    )
    username: str = Field(default="", description="The service account.")
    password: str = from_environment("Of the service account.")
    ca_bundle: str = Field(default="", description="PEM file of the server's own certificate authority.")
    timeout_s: int = Field(default=30, ge=1, le=300, description="Longest wait for one answer (seconds).")
    connections: int = Field(default=4, ge=1, le=50, description="Requests at the same time to this server.")
    read_every_s: int = Field(default=30, ge=1, le=3600, description="How often its mailboxes are read (seconds).")
    mails_a_minute: int = Field(default=30, ge=1, le=10_000, description="Mailing mails a minute and mailbox at most.")
    logins: dict[str, str] = Field(default_factory=dict, description="own access: mailbox address = user name.")
    passwords: dict[str, str] = from_environment(
        "own access: one per login, RAPPORT_MAIL_<NAME>_PASSWORD_<ADDRESS>.", dict
    )

    @field_validator("provider")
    @classmethod
    def _known(cls, provider: str) -> str:
        if provider not in PROVIDERS:
            raise ValueError(f"must be one of {', '.join(PROVIDERS)}")
        return provider

    @classmethod
    def needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        if given.get("access") != "own":
            return ("endpoint", "username", "password")
        logins = given.get("logins")
        return ("endpoint", *(f"passwords.{address}" for address in logins or ()))

    def login_for(self, address: str) -> Login:
        """Raises MailboxRefused when the settings have no login for this mailbox."""
        if self.access != "own":
            return Login(self.username, self.password)
        if address not in self.logins:
            raise MailboxRefused(f"no login for mailbox {address} in the settings")
        return Login(self.logins[address], self.passwords[address])

    @property
    def server(self) -> MailServer:
        return MailServer(
            provider=self.provider,
            endpoint=self.endpoint,
            login_for=self.login_for,
            access=Access(self.access),
            auth_type=AuthType(self.auth),
            ca_bundle=Path(self.ca_bundle) if self.ca_bundle else None,
            timeout=timedelta(seconds=self.timeout_s),
            connections=self.connections,
        )
