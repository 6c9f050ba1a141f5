"""Choosing a provider."""

import subprocess
import sys
from dataclasses import replace

import pytest

from integrations.mail.errors import MailboxRefused, UnknownProvider
from integrations.mail.registry import PROVIDERS, open_mailbox
from integrations.mail.server import Login, MailServer, is_exchange_online

SERVER = MailServer("ews", "https://mail.office.example/EWS/Exchange.asmx", lambda _: Login("rapport", "secret"))


def test_a_mailbox_is_opened_by_its_provider_without_asking_the_server() -> None:
    assert open_mailbox(SERVER, "anna@office.example").address == "anna@office.example"


def test_an_unknown_provider_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownProvider, match="'pigeon': known are ews"):
        open_mailbox(replace(SERVER, provider="pigeon"), "anna@office.example")
    assert PROVIDERS == ("ews",)


def test_a_mailbox_without_a_login_is_refused() -> None:
    def none(address: str) -> Login:
        raise MailboxRefused("no login")

    with pytest.raises(MailboxRefused):
        open_mailbox(replace(SERVER, login_for=none), "anna@office.example")


def test_a_provider_is_imported_when_its_first_mailbox_is_opened() -> None:
    code = "import sys, integrations.mail.registry; print('exchangelib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_a_login_never_shows_its_password() -> None:
    assert "secret" not in repr(replace(SERVER, login_for=SERVER.login_for)) + repr(Login("rapport", "secret"))


@pytest.mark.parametrize(
    ("endpoint", "is_cloud"),
    [
        ("https://outlook.office365.com/EWS/Exchange.asmx", True),
        ("https://OUTLOOK.office365.com./EWS/Exchange.asmx", True),
        ("https://eur.outlook.office.com/EWS/Exchange.asmx", True),
        ("https://mail.office.example/EWS/Exchange.asmx", False),
        ("https://outlook.office365.com.evil.example/", False),
        ("", False),
    ],
)
def test_the_cloud_is_told_from_the_house(endpoint: str, is_cloud: bool) -> None:
    assert is_exchange_online(endpoint) is is_cloud
