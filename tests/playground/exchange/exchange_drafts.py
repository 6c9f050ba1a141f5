"""A mail as an office sends it, and saving it as a draft through exchangelib."""

from __future__ import annotations

from typing import Any

import exchangelib

OFFER = (
    b"From: Anna Peeters <anna@office.example>\r\nTo: Els <els@brewery.example>\r\nBcc: bram@office.example\r\n"
    b"Subject: =?utf-8?q?Offre_n=C2=B0_118?=\r\nMessage-ID: <offer-118@office.example>\r\nX-Rapport: gone\r\n"
    b"List-Unsubscribe: <https://office.example/u/1>\r\nAuto-Submitted: auto-generated\r\nOFFER-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour \xf0\x9f\x8d\xba\r\n"
)


def save(account: Any, mime: bytes = OFFER, **properties: Any) -> Any:
    """Saves a mail in Drafts. Returns it as exchangelib's Message."""
    message = exchangelib.Message(account=account, folder=account.drafts, mime_content=mime, **properties)
    return message.save()
