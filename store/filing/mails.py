"""Sent mails as filing sees them, and which of them belong in the book. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any

SMALL_PICTURE = 50_000
"""Bytes: an attached picture up to this size is taken for part of a signature."""


@dataclass(frozen=True, slots=True)
class SentAttachment:
    """`content` is None when it was too large to fetch; `size` is in bytes."""

    name: str
    media_type: str
    size: int
    content: bytes | None
    is_inline: bool = False

    @property
    def is_document(self) -> bool:
        """Not shown inside the text, not empty, no invitation, visiting card, encryption or signature, and not one of
        the small pictures that signatures are made of."""
        kind = self.media_type.partition(";")[0].strip().lower()
        if self.is_inline or not self.size or kind in _NO_DOCUMENT or PurePath(self.name.lower()).suffix in _NO_SUFFIX:
            return False
        return not (kind.startswith("image/") and self.size <= SMALL_PICTURE)


_NO_DOCUMENT = {
    "text/calendar",
    "application/ics",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-signature",
    "application/pgp-encrypted",
    "application/pgp-keys",
    "application/ms-tnef",
    "message/delivery-status",
    "message/disposition-notification",
}
_NO_SUFFIX = {".ics", ".vcf", ".p7s", ".p7m", ".p7c", ".asc"}


@dataclass(frozen=True, slots=True)
class SentMail:
    """What filing needs to know of a mail in somebody's Sent Items. Addresses are folded, `sent_at` is aware.

    `sensitivity` is "normal", or RFC 4021's "personal", "private" or "confidential"; `is_ours` says that Rapport sent
    it; `is_automatic` that a program did.
    """

    message_id: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    sent_at: datetime
    sensitivity: str
    is_automatic: bool
    is_ours: bool
    attachments: tuple[SentAttachment, ...]

    @property
    def recipients(self) -> tuple[str, ...]:
        return (*self.to, *self.cc, *self.bcc)

    @property
    def documents(self) -> tuple[SentAttachment, ...]:
        return tuple(one for one in self.attachments if one.is_document)


class NotFiled(StrEnum):
    """Why a mail stays out of the book."""

    OURS = "ours"
    AUTOMATIC = "automatic"
    PRIVATE = "private"
    INTERNAL = "internal"
    NO_DOCUMENT = "no_document"
    UNKNOWN_RECIPIENT = "unknown_recipient"


def decide(mail: SentMail, *, office: Collection[str], known: Collection[str]) -> NotFiled | None:
    """Why the mail is not filed, or None when it is. `office` are our own addresses, `known` those of the book."""
    outside = [address for address in mail.recipients if address not in office]
    reasons = {
        NotFiled.OURS: mail.is_ours,
        NotFiled.PRIVATE: mail.sensitivity != "normal",
        NotFiled.AUTOMATIC: mail.is_automatic,
        NotFiled.INTERNAL: not outside,
        NotFiled.NO_DOCUMENT: not mail.documents,
        NotFiled.UNKNOWN_RECIPIENT: not any(address in known for address in outside),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def filing_key(mail: SentMail) -> str:
    """The same for every copy of a mail: a hash of its Message-ID, else of what the copies have in common."""
    message_id = "".join(mail.message_id.split()).strip("<>").casefold()
    told: list[Any] = [message_id]
    if not message_id:
        told = [
            mail.sent_at.astimezone(UTC).isoformat(timespec="seconds"),
            mail.sender,
            " ".join(mail.subject.split()),
            sorted({*mail.to, *mail.cc}),
            sorted(one.name for one in mail.attachments),
        ]
    return hashlib.sha256(json.dumps(told).encode("utf-8", "surrogatepass")).hexdigest()
