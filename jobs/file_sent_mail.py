"""Mails that a collaborator sent: which are worth fetching, and their filing.

Of the others nothing is kept but, where the office wants it, how often the collaborator wrote to an unknown address.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.office import Office
from integrations.documents.facts import describe, safe_name
from integrations.mail.message import Attachment, MailChange, ReadMail, Sensitivity
from store.addresses import folded_mail
from store.collaborators import Collaborator
from store.filing import NotFiled, SentAttachment, SentMail, file_mail
from store.handover import is_ours, note_seen_sent
from store.invitations import InvitationMail
from store.mailings import Delivery
from store.strangers import note_strangers

_OWN_MAILS = (InvitationMail, Delivery)
MEGABYTE = 1_000_000


def is_worth_fetching(change: MailChange) -> bool:
    """Told by what a list of changes says: private, encrypted and meeting mails, ours, and those without files never
    leave the mailbox."""
    is_plain_mail = change.item_class.startswith("IPM.Note") and "SMIME" not in change.item_class
    is_open = change.sensitivity is Sensitivity.NORMAL
    return is_plain_mail and is_open and change.has_attachments and change.marker is None


def note_ours(session: Session, change: MailChange, *, now: datetime) -> None:
    """A mail of ours that turns up in Sent Items left, whoever pressed the button."""
    if change.marker is not None:
        for kind in _OWN_MAILS:
            note_seen_sent(session, kind, change.marker, now=now)


def file_sent(session: Session, office: Office, mail: ReadMail, collaborator: Collaborator) -> None:
    """Files the mail when it belongs in the book. Raises BookBusy when the disk is full."""
    sent = SentMail(
        message_id=mail.message_id,
        sender=folded_mail(mail.sender.mail),
        to=tuple(folded_mail(address.mail) for address in mail.to),
        cc=tuple(folded_mail(address.mail) for address in mail.cc),
        bcc=tuple(folded_mail(address.mail) for address in mail.bcc),
        subject=mail.subject,
        sent_at=mail.sent_at,
        sensitivity=mail.sensitivity.value,
        is_automatic=mail.is_automatic,
        is_ours=any(is_ours(session, kind, mail.message_id) for kind in _OWN_MAILS),
        attachments=tuple(map(_attachment, mail.attachments)),
    )
    if not mail.is_encrypted:
        found = file_mail(session, sent, collaborator=collaborator, shelf=office.shelf, now=office.now())
        if found is NotFiled.UNKNOWN_RECIPIENT:
            days = office.settings.privacy.strangers_days
            note_strangers(session, sent, collaborator=collaborator, days=days, now=office.now())


def _attachment(one: Attachment) -> SentAttachment:
    """Under a name that can be shown and saved, and of the kind that its bytes say."""
    if one.content is None:
        return SentAttachment(safe_name(one.name), one.media_type, one.size, None, one.is_inline)
    facts = describe(one.name, one.content)
    return SentAttachment(facts.safe_name, facts.media_type, one.size, one.content, one.is_inline)
