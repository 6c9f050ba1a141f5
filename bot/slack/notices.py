"""What Rapport says by itself, as a direct message: outbox content -> card. Jobs reach Slack only through here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.office import Caller, Office
from bot.slack.action_card import action_card
from bot.slack.blocks import Json, escaped, plain, quoted, section
from bot.slack.digest import told_action_reminder, told_digest
from bot.slack.filing import filed_card
from bot.slack.handover import handover_card
from bot.slack.involvement_notices import representative_card
from bot.slack.mailing_card import mailing_card
from bot.slack.private_records import PRIVATE_RECORDS, said_of
from bot.slack.proposals import proposal_card
from bot.slack.reminders import told_reminder
from bot.slack.report_posts import post_report, told_trouble
from bot.slack.strangers import stranger_card
from bot.texts import _
from store.actions import Action
from store.administration import MOVED
from store.audit import AuditEntry
from store.break_glass import private_kinds
from store.collaborators import Collaborator
from store.filing import Filing
from store.invitations import Answer, Invitation, InvitationMail
from store.mailboxes import Mailbox
from store.mailings import Mailing
from store.reports.posting import POSTED, TROUBLE

TEMPORARY = {
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
"""Slack's own trouble (https://docs.slack.dev/reference/methods/chat.postMessage). Any other refusal stays as it is."""

Content = dict[str, Any]
Card = tuple[str, list[Json]]
"""What a notification shows of it, and its blocks."""


class NoticeProblem(Exception):
    """The notice did not reach Slack; `is_permanent` says that trying again changes nothing."""

    def __init__(self, text: str, *, is_permanent: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.is_permanent, self.retry_after = is_permanent, retry_after


def send_notice(office: Office, content: Content) -> None:
    """Says it to the collaborator that `content` names; nothing to say any more is no error. Raises NoticeProblem."""
    try:
        _say(office, content)
    except SlackApiError as error:
        raise _problem(error) from error
    except (SlackClientError, OSError) as error:
        raise NoticeProblem(type(error).__name__, is_permanent=False) from error


def _say(office: Office, content: Content) -> None:
    if content["notice"] == "mailing_progress":
        _show_progress(office, content)
        return
    if content["notice"] == POSTED:
        post_report(office, content)
        return
    with office.book.reading() as session:
        collaborator = session.get(Collaborator, content["collaborator_id"])
        if collaborator is None:
            return
        here = collaborator.slack_user_id if collaborator.is_active else None
        channel = content.get("slack_user_id") or here  # named when it is the account that was theirs before
        if not channel:
            return
        card = CARDS[content["notice"]](session, Caller(office, collaborator), content)
    if card is not None:
        text, blocks = card
        office.slack.chat_postMessage(channel=channel, text=escaped(text), blocks=blocks, unfurl_links=False)


def _problem(error: SlackApiError) -> NoticeProblem:
    code, status = str(error.response.get("error")), error.response.status_code
    # A gateway before Slack answers with a page, not with one of Slack's words: the status is all that it says.
    is_temporary = code in TEMPORARY or status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500
    wait = error.response.headers.get("Retry-After") if is_temporary else None
    return NoticeProblem(
        code[:100], is_permanent=not is_temporary, retry_after=timedelta(seconds=int(wait)) if wait else None
    )


def _filed(session: Session, caller: Caller, content: Content) -> Card | None:
    filing = session.get(Filing, content["filing_id"])
    if filing is None or filing.action is None or filing.action.deleted_at is not None:
        return None
    return caller.t(_("Filed under {relation}"), relation=filing.action.relation.name), filed_card(
        session, caller, filing
    )


ANSWERS = {
    Answer.ACCEPTED: _("{name} comes: {subject}"),
    Answer.TENTATIVE: _("{name} may come: {subject}"),
    Answer.DECLINED: _("{name} does not come: {subject}"),
    Answer.NEEDS_ACTION: _("{name} took the answer back: {subject}"),
}


def _answer(session: Session, caller: Caller, content: Content) -> Card | None:
    invitation = session.get(Invitation, content["invitation_id"])
    action = session.get(Action, invitation.action_id) if invitation else None
    if invitation is None or action is None or action.deleted_at is not None:
        return None
    if "proposed" in content:
        return proposal_card(session, caller, invitation, action, content)
    text = caller.t(ANSWERS[invitation.answer], name=invitation.name or invitation.mail, subject=action.subject)
    said = [quoted(invitation.comment)] if invitation.comment else []
    return text, [*action_card(session, caller, action, told=text), *said]


def _mail_failed(session: Session, caller: Caller, content: Content) -> Card | None:
    invitation = session.get(Invitation, content["invitation_id"])
    action = session.get(Action, invitation.action_id) if invitation else None
    if invitation is None or action is None:
        return None
    text = caller.t(
        _("The mail to {name} about {subject} could not be sent. Check the address, then save the action again."),
        name=invitation.name or invitation.mail,
        subject=action.subject,
    )
    return text, action_card(session, caller, action, told=text)


def _mail_unknown(session: Session, caller: Caller, content: Content) -> Card | None:
    mail = session.get(InvitationMail, content["invitation_mail_id"])
    action = session.get(Action, mail.invitation.action_id) if mail else None
    if mail is None or action is None:
        return None
    text = caller.t(
        _("The mail server does not say whether the mail to {name} about {subject} left. Look in your Sent Items."),
        name=mail.invitation.name or mail.invitation.mail,
        subject=action.subject,
    )
    return text, [section(plain(text))]


def _mailbox_failing(session: Session, caller: Caller, content: Content) -> Card | None:
    mailbox = session.get(Mailbox, content["mailbox_id"])
    if mailbox is None or mailbox.failing_since is None:
        return None
    since = caller.t.moment(mailbox.failing_since, zone=caller.collaborator.zone, today=caller.today)
    text = caller.t(
        _("Your mailbox {address} cannot be read since {since}: mails do not file themselves. Tell an administrator."),
        address=mailbox.address,
        since=since,
    )
    return text, [section(plain(text))]


def _mailing_done(session: Session, caller: Caller, content: Content) -> Card | None:
    """A sentence where the card that showed the progress has become the summary, else the card itself."""
    mailing = session.get(Mailing, content["mailing_id"])
    if mailing is None:
        return None
    text = caller.t(_("{name} is finished."), name=mailing.name)
    return text, [section(plain(text))] if mailing.progress_ts else mailing_card(session, caller, mailing)


def _show_progress(office: Office, content: Content) -> None:
    """Posts the card of a mailing, and edits it in place from then on; Slack is not called within a transaction."""
    with office.book.reading() as session:
        mailing = session.get(Mailing, content["mailing_id"])
        collaborator = session.get(Collaborator, content["collaborator_id"])
        if mailing is None or collaborator is None or not collaborator.is_active or not collaborator.slack_user_id:
            return
        blocks = mailing_card(session, Caller(office, collaborator), mailing)
    card: dict[str, Any] = {"text": escaped(mailing.name), "blocks": blocks}
    if mailing.progress_ts:
        office.slack.chat_update(channel=mailing.progress_channel, ts=mailing.progress_ts, **card)
        return
    posted = office.slack.chat_postMessage(channel=collaborator.slack_user_id, unfurl_links=False, **card)
    with office.book.writing() as session:
        row = session.get_one(Mailing, mailing.id)
        row.progress_channel, row.progress_ts = str(posted["channel"]), str(posted["ts"])


def _opened_private(session: Session, caller: Caller, content: Content) -> Card | None:
    """To the owner, or about one who left to an administrator."""
    entry = session.get_one(AuditEntry, content["entry_id"])
    by, row = session.get_one(Collaborator, entry.actor_id), session.get(private_kinds()[entry.kind], entry.row_id)
    what = said_of(caller, entry.kind, row) if row is not None else caller.t(PRIVATE_RECORDS[entry.kind].name)
    owner = session.get_one(Collaborator, content["owner_id"])
    own = _("{name} has opened your private record: {what}. The reason given: {reason}")
    of_other = _("{name} has opened a private record of {owner}: {what}. The reason given: {reason}")
    text = caller.t(
        own if owner.id == caller.collaborator.id else of_other,
        name=by.name,
        owner=owner.name,
        what=what,
        reason=entry.after.get("reason", "–"),
    )
    return text, [section(plain(text))]


def _moved_in_slack(session: Session, caller: Caller, content: Content) -> Card | None:
    """To the account that was theirs."""
    by = session.get_one(Collaborator, session.get_one(AuditEntry, content["entry_id"]).actor_id)
    text = caller.t(
        _(
            "{name} has given your place in Rapport to another Slack account, or to none. Whoever uses that account "
            "sees what you keep private. If you did not ask for this, tell another administrator."
        ),
        name=by.name,
    )
    return text, [section(plain(text))]


CARDS: dict[str, Callable[[Session, Caller, Content], Card | None]] = {
    "filed": _filed,
    "answer": _answer,
    "mail_failed": _mail_failed,
    "mail_unknown": _mail_unknown,
    "mailbox_failing": _mailbox_failing,
    "mailing_done": _mailing_done,
    "representative": representative_card,
    "stranger": stranger_card,
    "handover": handover_card,
    "opened_private": _opened_private,
    MOVED: _moved_in_slack,
    "reminder": told_reminder,
    "action_reminder": told_action_reminder,
    "digest": told_digest,
    TROUBLE: told_trouble,
}
