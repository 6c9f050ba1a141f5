"""Non-delivery reports as real mail servers write them (RFC 3464, RFC 6522)."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from email.utils import format_datetime

from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.values import Address, Attachment, Mail

_SUBJECTS = {"en": "Undeliverable: ", "fr": "Non remis : ", "nl": "Onbestelbaar: "}
_TEXTS = {
    "en": "Your message to {address} couldn't be delivered: the address wasn't found at {domain}.\n",
    "fr": "Votre message à {address} n'a pas pu être remis : l'adresse est inconnue chez {domain}.\n",
    "nl": "Uw bericht aan {address} kon niet worden bezorgd: het adres is niet gevonden bij {domain}.\n",
}


def report(sender: Account, mail: Mail, mime: bytes, recipient: Address, *, at: datetime) -> Mail:
    """The report about one recipient, to the sender, in the sender's language; holds the headers of the mail."""
    domain = recipient.key.rpartition("@")[2]
    language = sender.language if sender.language in _TEXTS else "en"
    status = (
        f"Reporting-MTA: dns; mail.{domain}\r\nArrival-Date: {format_datetime(at)}\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient.address}\r\nAction: failed\r\nStatus: 5.1.10\r\n"
        "Diagnostic-Code: smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found\r\n"
    )
    head = re.split(rb"\r?\n\r?\n", mime, maxsplit=1)[0] + b"\r\n\r\n"
    return Mail(
        sender=Address(f"postmaster@{domain}", "Microsoft Outlook"),
        to=(Address(sender.address, sender.name),),
        subject=_SUBJECTS[language] + mail.subject,
        text=_TEXTS[language].format(address=recipient.address, domain=domain),
        attachments=(
            Attachment("details.txt", "message/delivery-status", status.encode("utf-8", "replace")),
            Attachment("headers.eml", "message/rfc822", head),
        ),
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
        in_reply_to=mail.message_id,
        references=mail.message_id,
        sent_at=at,
        item_class="REPORT.IPM.Note.NDR",
        headers=(("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")),
    )
