"""Administering collaborators: who is of the office, what they may do, and what they choose for themselves."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_admin, require_present
from store.addresses import MailLine, folded_mail
from store.audit import note_deed
from store.base import BookError, NotFound, _
from store.collaborators import (
    Collaborator,
    FormLayout,
    Role,
    Scope,
    Team,
    collaborator_by_mail,
    collaborator_in_slack,
    language_of,
)
from store.domain import line
from store.mailboxes import Mailbox
from store.mailings import pause_mailings_from
from store.outbox import put_in_outbox, slack_lane
from store.typed import line_typed, text_typed

MOVED = "moved_in_slack"
"""The deed that the audit trail names: somebody came in with another Slack account from then on."""


def edit_collaborator(
    session: Session,
    collaborator_id: int,
    *,
    by: Collaborator,
    version: int | None = None,
    name: str | None = None,
    mail: str | None = None,
    zone: str | None = None,
    signature: str | None = None,
    tells_filings: bool | None = None,
    form_layout: FormLayout | None = None,
    bills_inline: bool | None = None,
    shows_done: bool | None = None,
) -> Collaborator:
    """What is None stays. Name and mail are an administrator's to change, the rest also one's own.

    Raises NotAllowed, NotFound, ChangedMeanwhile, and BookError at the field.
    """
    require_present(by)
    if collaborator_id != by.id or not (name is None and mail is None):
        require_admin(by)
    row = _collaborator(session, collaborator_id)
    row.expect_version(version)
    if name is not None:
        row.name = line_typed(name, field="name", limit=150, required=True)
    if mail is not None:
        row.mail = _free_mail(session, row, mail)
    if zone is not None:
        row.zone = _known_zone(zone)
    row.signature = row.signature if signature is None else text_typed(signature, field="signature", limit=2_000)
    row.tells_filings = row.tells_filings if tells_filings is None else tells_filings
    row.form_layout = form_layout or row.form_layout
    row.bills_inline = row.bills_inline if bills_inline is None else bills_inline
    row.shows_done = row.shows_done if shows_done is None else shows_done
    session.flush()
    return row


def set_rights(
    session: Session,
    collaborator_id: int,
    *,
    by: Collaborator,
    role: Role,
    scope: Scope,
    team_id: int | None,
    version: int | None = None,
) -> Collaborator:
    """What they may do, whose files they see, and their team; it holds from their next click.

    Raises NotAllowed, NotFound, ChangedMeanwhile, and BookError at `role` for the last administrator, at `team_id`
    for a scope that needs a team.
    """
    require_admin(by)
    row = _collaborator(session, collaborator_id)
    row.expect_version(version)
    if row.is_admin and role is not Role.ADMIN:
        _refuse_last(session, row)
    if scope is Scope.TEAM and team_id is None:
        raise BookError(_("Choose the team whose files {name} sees."), field="team_id", name=row.name)
    if team_id is not None:
        line(session, Team, team_id, field="team_id")
    row.role, row.scope, row.team_id = role, scope, team_id
    session.flush()
    return row


def _collaborator(session: Session, collaborator_id: int) -> Collaborator:
    row = session.get(Collaborator, collaborator_id)
    if row is None:
        raise NotFound
    return row


def _free_mail(session: Session, row: Collaborator, typed: str) -> str:
    mail = folded_mail(MailLine(line_typed(typed, field="mail", required=True)).checked(field="mail").mail)
    owner = collaborator_by_mail(session, mail)
    bound = session.scalars(select(Mailbox).where(Mailbox.address == mail)).one_or_none()
    if (owner is not None and owner.id != row.id) or (bound is not None and bound.collaborator_id != row.id):
        raise BookError(_("{mail} already belongs to a collaborator."), field="mail", mail=mail)
    return mail


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise BookError(_("{zone} is not a time zone; one is “Europe/Brussels”."), field="zone", zone=zone)
    return zone


def _refuse_last(session: Session, row: Collaborator) -> None:
    # Locked, or two administrators who demote each other at the same time would leave none.
    admins = select(Collaborator).where(Collaborator.is_admin, Collaborator.is_active).order_by(Collaborator.id)
    others = [one for one in session.scalars(admins.with_for_update()) if one.id != row.id]
    if row.is_active and not others:
        raise BookError(_("{name} is the last administrator. Name another one first."), field="role", name=row.name)


def deactivate_collaborator(
    session: Session, collaborator_id: int, *, by: Collaborator, version: int | None = None
) -> Collaborator:
    """They can do and see nothing any more; their actions, open ones too, stay as they are for others to take over.

    Rapport stops reading and sending through their mailboxes, and the mailings from there are paused. Raises
    NotAllowed, NotFound, ChangedMeanwhile, and BookError for the last administrator.
    """
    require_admin(by)
    row = _collaborator(session, collaborator_id)
    row.expect_version(version)
    if row.is_admin:
        _refuse_last(session, row)
    row.is_active = False
    for mailbox in session.scalars(select(Mailbox).where(Mailbox.collaborator_id == row.id)):
        _close(session, mailbox)
    session.flush()
    return row


def unbind_mailbox(session: Session, *, by: Collaborator, mailbox_id: int) -> Mailbox:
    """Rapport stops reading and sending through it, and mailings from there are paused; what was filed stays.

    Raises NotAllowed, NotFound.
    """
    require_admin(by)
    row = session.get(Mailbox, mailbox_id)
    if row is None:
        raise NotFound
    _close(session, row)
    session.flush()
    return row


def _close(session: Session, mailbox: Mailbox) -> None:
    mailbox.is_active = False
    pause_mailings_from(session, mailbox.id)


def reactivate_collaborator(session: Session, collaborator_id: int, *, by: Collaborator) -> Collaborator:
    """They are of the office again, not as an administrator; their mailboxes are to be bound anew.

    Raises NotAllowed, NotFound.
    """
    require_admin(by)
    row = _collaborator(session, collaborator_id)
    if row.is_admin and not row.is_active:
        row.role = Role.REP
    row.is_active = True
    session.flush()
    return row


def set_slack_user(
    session: Session, collaborator_id: int, slack_user_id: str | None, *, by: Collaborator, now: datetime
) -> Collaborator:
    """Who the collaborator is in Slack; None: nobody. The account that was theirs is told who gave its place away.

    Raises NotAllowed, NotFound, and BookError at `slack_user_id` when that user is another collaborator.
    """
    require_admin(by)
    row = _collaborator(session, collaborator_id)
    known = collaborator_in_slack(session, slack_user_id) if slack_user_id else None
    if known is not None and known.id != row.id:
        raise BookError(_("This Slack user is {name} already."), field="slack_user_id", name=known.name)
    before, row.slack_user_id = row.slack_user_id, slack_user_id or None
    session.flush()
    if before is not None and before != row.slack_user_id:
        _tell_account(session, row, before, by=by, now=now)
    return row


def _tell_account(session: Session, row: Collaborator, before: str, *, by: Collaborator, now: datetime) -> None:
    """Whoever comes in as somebody sees all that they keep private: that must not happen behind their back."""
    changed = {"slack_user_id": row.slack_user_id, "instead_of": before}
    entry = note_deed(session, MOVED, kind="collaborator", row_id=row.id, by_id=by.id, after=changed)
    content = {"notice": MOVED, "entry_id": entry.id, "collaborator_id": row.id, "slack_user_id": before}
    key = f"{MOVED}/{entry.id}"
    put_in_outbox(session, kind="notice", key=key, lane=slack_lane(row.id), content=content, now=now)


def follow_slack_locale(session: Session, collaborator_id: int, locale: str) -> Collaborator:
    """Takes over Slack's locale ("nl-NL") unless the person chose one. Raises NotFound."""
    row = _collaborator(session, collaborator_id)
    if not row.is_locale_chosen and locale:
        row.locale = _tag(locale)
        session.flush()
    return row


def choose_locale(session: Session, *, by: Collaborator, locale: str | None) -> Collaborator:
    """One's own choice ("nl-BE"); None follows Slack again. Raises NotAllowed, and BookError at `locale`."""
    require_present(by)
    row = _collaborator(session, by.id)
    if locale is not None:
        tag = _tag(locale)
        if language_of(tag) != tag.partition("-")[0]:
            raise BookError(_("Rapport speaks English, French and Dutch."), field="locale")
        row.locale = tag
    row.is_locale_chosen = locale is not None
    session.flush()
    return row


def _tag(locale: str) -> str:
    language, _dash, region = line_typed(locale, field="locale", limit=35).replace("_", "-").partition("-")
    return "-".join(part for part in (language.lower(), region.upper() if len(region) == 2 else region) if part)
