"""Answers to invitations in a representative's Inbox."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bot.office import Office
from integrations.calendar.replies import Reply, read_replies
from integrations.mail.message import MailChange, ReadMail, Sensitivity
from store.answers import GivenAnswer, record_answer
from store.collaborators import Collaborator
from store.invitations import Answer
from store.proposals import ProposedTime

log = logging.getLogger(__name__)

LARGEST = 200_000
"""Bytes: what an attached calendar may have; no reply comes near it."""
_RESPONSES = "IPM.Schedule.Meeting.Resp"


def is_worth_fetching(change: MailChange) -> bool:
    """What Exchange takes for an answer to a meeting; of other mails those that may carry a calendar as a file."""
    if change.item_class.startswith(_RESPONSES):
        return True
    is_plain_mail = change.item_class == "IPM.Note" and change.sensitivity is Sensitivity.NORMAL
    return is_plain_mail and change.has_attachments and change.marker is None


def record_replies(session: Session, office: Office, mail: ReadMail, _collaborator: Collaborator) -> None:
    """Records every answer in the mail that counts; what it says else is not kept."""
    for calendar in mail.calendars:
        read = read_replies(calendar, received_at=mail.sent_at)
        for problem in read.problems:
            log.info("calendar of a mail not used", extra={"problem": problem.value})
        for reply in read.replies:
            record_answer(session, _answer(reply, sender=mail.sender.mail), now=office.now())


def _answer(reply: Reply, *, sender: str) -> GivenAnswer:
    # Who proposes another time has neither come nor gone.
    answer = Answer.TENTATIVE if reply.is_counter else Answer(reply.status.value.lower())
    starts, ends = reply.proposed_starts, reply.proposed_ends
    return GivenAnswer(
        uid=reply.uid,
        mail=reply.mail,
        sender=sender,
        answer=answer,
        sequence=reply.sequence,
        stamped_at=reply.stamped_at,
        comment=reply.comment,
        occurrence=reply.occurrence,
        proposed=ProposedTime(starts, ends) if starts is not None and ends is not None else None,
    )
