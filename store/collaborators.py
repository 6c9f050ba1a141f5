"""Collaborators: the people of the office, and who they are in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ForeignKey, bindparam, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.addresses import folded_mail
from store.audit import Audited
from store.base import BookError, Row, Versioned, _
from store.domain import Listed
from store.words import fold

LANGUAGES = ("en", "fr", "nl")


class Role(StrEnum):
    """A reader sees and changes nothing, a rep works, an administrator also runs the office."""

    READER = "reader"
    REP = "rep"
    ADMIN = "admin"


class Scope(StrEnum):
    """Whose files somebody sees: their own, those of their team too, or everybody's."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class FormLayout(StrEnum):
    """How somebody likes the form of an action: the rare fields folded away, all in one, or in steps."""

    SHORT = "short"
    ALL = "all"
    STEPS = "steps"


class Team(Listed, Row):
    __tablename__ = "team"


class Collaborator(Audited, Versioned, Row):
    """`locale` is an IETF tag ("fr-BE") that follows Slack's until the person chooses one; `zone` is IANA's.

    `digest_time` is the hour of the morning digest there, None for no digest.
    `is_before_others` is no column: others look on (`access.before_others`), and nothing private is told, not even
    their own.
    """

    __tablename__ = "collaborator"
    is_before_others = False

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    mail: Mapped[str] = mapped_column(unique=True)
    slack_user_id: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(default=Role.REP)
    scope: Mapped[Scope] = mapped_column(default=Scope.ALL)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="en")
    is_locale_chosen: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(default="Europe/Brussels")
    signature: Mapped[str] = mapped_column(default="")
    tells_filings: Mapped[bool] = mapped_column(default=True)
    form_layout: Mapped[FormLayout] = mapped_column(default=FormLayout.SHORT)
    bills_inline: Mapped[bool] = mapped_column(default=True)
    digest_time: Mapped[time | None] = mapped_column(default=time(7, 30))
    shows_done: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @hybrid_property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @is_admin.inplace.expression
    @classmethod
    def _is_admin_in_sql(cls) -> ColumnElement[bool]:
        return cls.role == Role.ADMIN

    @property
    def language(self) -> str:
        return language_of(self.locale)

    def day_of(self, at: datetime) -> date:
        """In their own zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()


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
    role: Role = Role.REP,
    scope: Scope = Scope.ALL,
    team_id: int | None = None,
    locale: str = "en",
    zone: str = "Europe/Brussels",
    slack_user_id: str | None = None,
) -> Collaborator:
    """Raises BookError at `mail` or `slack_user_id` when it already belongs to a collaborator, who may have left.

    Who may add is the caller's to check: the first administrator is added from the command line.
    """
    mail = folded_mail(mail)
    if (owner := collaborator_by_mail(session, mail)) is not None:
        raise _taken(owner, _("{mail} already belongs to a collaborator."), field="mail", mail=mail)
    known = collaborator_in_slack(session, slack_user_id) if slack_user_id else None
    if known is not None:
        raise _taken(known, _("This Slack user is {name} already."), field="slack_user_id")
    row = Collaborator(
        name=name.strip(),
        mail=mail,
        role=role,
        scope=scope,
        team_id=team_id,
        locale=locale,
        zone=zone,
        slack_user_id=slack_user_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _taken(owner: Collaborator, text: str, *, field: str, **values: object) -> BookError:
    if not owner.is_active:
        text = _("{name} was a collaborator before: the list of collaborators shows who has left, with “Is back”.")
    return BookError(text, field=field, name=owner.name, **values)


def collaborator_by_mail(session: Session, mail: str) -> Collaborator | None:
    """Who has this address, also somebody who left."""
    return session.scalars(select(Collaborator).where(Collaborator.mail == folded_mail(mail))).one_or_none()


def collaborator_in_slack(session: Session, slack_user_id: str) -> Collaborator | None:
    return session.scalars(_IN_SLACK, {"slack_user_id": slack_user_id}).one_or_none()


# Every request of Slack begins with it: built once, it takes half the time.
_IN_SLACK = select(Collaborator).where(Collaborator.slack_user_id == bindparam("slack_user_id"))


def active_collaborators(session: Session) -> Sequence[Collaborator]:
    """By name."""
    return session.scalars(select(Collaborator).where(Collaborator.is_active).order_by(Collaborator.name)).all()


def team_of(session: Session, one: Collaborator) -> Sequence[Collaborator]:
    """Who is active in the collaborator's team, by name, themselves among them; in no team: everybody."""
    everybody = active_collaborators(session)
    return [other for other in everybody if one.team_id is None or other.team_id == one.team_id]


def collaborators_who_left(session: Session) -> Sequence[Collaborator]:
    """By name."""
    query = select(Collaborator).where(Collaborator.is_active.is_(False))
    return session.scalars(query.order_by(Collaborator.name)).all()


def collaborators_matching(session: Session, typed: str, *, limit: int = 50) -> Sequence[Collaborator]:
    """Active ones whose name or address contains what was typed, without accents or case, by name.

    Compared here and not by the database: an office has few people, and SQLite knows the case of ASCII alone.
    """
    wanted = fold(typed.strip())
    everybody = active_collaborators(session)
    return [one for one in everybody if wanted in fold(one.name) or wanted in fold(one.mail)][:limit]
