"""Mailings: a mail to many, one delivery per recipient, paced per mailbox."""

from store.mailings.delivering import (
    begin_hand_over,
    claim_begun_delivery,
    claim_next_delivery,
    mailboxes_with_work,
    next_step,
    next_try_at,
)
from store.mailings.model import Delivery, Mailing, MailingMode, MailingState, MailingText, Pace, SkipReason
from store.mailings.preparing import fields_of, prepare_mailing, text_for
from store.mailings.running import (
    cancel_mailing,
    deliveries_of_mailing,
    deliveries_of_person,
    list_mailings,
    mailing_seen_by,
    pause_mailing,
    pause_mailings_from,
    progress,
    resume_mailing,
    start_mailing,
    unsubscribe,
)

__all__ = [
    "Delivery",
    "Mailing",
    "MailingMode",
    "MailingState",
    "MailingText",
    "Pace",
    "SkipReason",
    "begin_hand_over",
    "cancel_mailing",
    "claim_begun_delivery",
    "claim_next_delivery",
    "deliveries_of_mailing",
    "deliveries_of_person",
    "fields_of",
    "list_mailings",
    "mailboxes_with_work",
    "mailing_seen_by",
    "next_step",
    "next_try_at",
    "pause_mailing",
    "pause_mailings_from",
    "prepare_mailing",
    "progress",
    "resume_mailing",
    "start_mailing",
    "text_for",
    "unsubscribe",
]
