"""Collaborators: the people of the office, and who they are in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import BookError, Row, Versioned, _

LANGUAGES = ("en", "fr", "nl")


class Collaborator(Versioned, Row):
    """`locale` is an IETF tag ("fr-BE") that follows Slack's until the person chooses one; `zone` is IANA's."""

    __tablename__ = "collaborator"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    mail: Mapped[str] = mapped_column(unique=True)
    slack_user_id: Mapped[str | None] = mapped_column(unique=True)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="en")
    is_locale_chosen: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(default="Europe/Brussels")
    signature: Mapped[str] = mapped_column(default="")
    tells_filings: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def language(self) -> str:
        return language_of(self.locale)


def language_of(locale: str) -> str:
    """ "en", "fr" or "nl": the language in which somebody with this IETF tag is addressed."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def add_collaborator(
    session: Session,
    *,
    name: str,
    mail: str,
    now: datetime,
    is_admin: bool = False,
    locale: str = "en",
    zone: str = "Europe/Brussels",
    slack_user_id: str | None = None,
) -> Collaborator:
    """Raises BookError at `mail` when the address already belongs to a collaborator.

    Who may add is the caller's to check: the first administrator is added from the command line.
    """
    mail = mail.strip().casefold()
    if collaborator_by_mail(session, mail) is not None:
        raise BookError(_("{mail} already belongs to a collaborator."), field="mail", mail=mail)
    row = Collaborator(
        name=name.strip(),
        mail=mail,
        is_admin=is_admin,
        locale=locale,
        zone=zone,
        slack_user_id=slack_user_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def collaborator_by_mail(session: Session, mail: str) -> Collaborator | None:
    return session.scalars(select(Collaborator).where(Collaborator.mail == mail.strip().casefold())).one_or_none()


def collaborator_in_slack(session: Session, slack_user_id: str) -> Collaborator | None:
    return session.scalars(_IN_SLACK, {"slack_user_id": slack_user_id}).one_or_none()


# Every request of Slack begins with it: built once, it takes half the time.
_IN_SLACK = select(Collaborator).where(Collaborator.slack_user_id == bindparam("slack_user_id"))


def active_collaborators(session: Session) -> Sequence[Collaborator]:
    """By name."""
    return session.scalars(select(Collaborator).where(Collaborator.is_active).order_by(Collaborator.name)).all()


def collaborators_matching(session: Session, typed: str, *, limit: int = 50) -> Sequence[Collaborator]:
    """Active ones whose name or address contains what was typed, by name."""
    pattern = f"%{typed.strip().casefold()}%"
    query = select(Collaborator).where(
        Collaborator.is_active, func.lower(Collaborator.name).like(pattern) | Collaborator.mail.like(pattern)
    )
    return session.scalars(query.order_by(Collaborator.name).limit(limit)).all()
