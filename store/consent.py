"""Consent: what a person agreed to receive, as dated facts; and suppression, which belongs to the address.

Contacts of a business are written to about that business until they say no, so without any fact somebody may receive
mailings. A "no" to everything covers every topic; a "no" to one topic is lifted by a "yes" to that topic alone. Only
the person, or a collaborator who says where it comes from, can lift a "no"; an import or a merge can only add one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import access
from store.addresses import folded_mail
from store.audit import Audited, AuditEntry
from store.base import BookError, NotFound, Row, _
from store.batches import batches
from store.collaborators import Collaborator
from store.domain import Listed, line
from store.relations import Relation, standing_id
from store.scopes import require_in_scope
from store.stranger_rows import Stranger


class MailingTopic(Listed, Row):
    """What a mailing is about: newsletter, offers, events …; somebody may refuse one and keep the others."""

    __tablename__ = "mailing_topic"


class ConsentSource(StrEnum):
    """Where a fact comes from. Only the first two can lift a refusal."""

    PERSON = "person"
    COLLABORATOR = "collaborator"
    IMPORT = "import"
    MERGE = "merge"


LIFTING = (ConsentSource.PERSON, ConsentSource.COLLABORATOR)


class Consent(Row):
    """A fact: from then on, this person does (not) want mailings on the topic (None: on any).

    Facts are only ever added (but for a slip that whoever made it takes back at once); the order of the ids is the
    order in which they count. `wording` is what the person was shown, or why the collaborator wrote it down.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("consent_of_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_topic.id"))
    is_given: Mapped[bool]
    source: Mapped[ConsentSource]
    wording: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OFFICE = "office"
    ERASED = "erased"


class Suppression(Audited, Row):
    """No mailing goes to this address (folded), whoever it belongs to.

    Of an erased person's address only a keyed hash remains: enough to know it again, not to write to it.
    """

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[SuppressionReason]
    at: Mapped[datetime]


class Refusal(StrEnum):
    """Why a mailing does not go to somebody."""

    SUPPRESSED = "suppressed"
    REFUSED_ALL = "refused_all"
    REFUSED_TOPIC = "refused_topic"


@dataclass(frozen=True, slots=True)
class Fact:
    topic_id: int | None
    is_given: bool
    source: ConsentSource


def refusal_in(facts: Iterable[Fact], topic_id: int | None) -> Refusal | None:
    """What the facts, oldest first, say about a mailing on this topic (None: on no topic); None: may receive."""
    refuses_all = refuses_topic = False
    for fact in facts:
        if fact.topic_id is not None and fact.topic_id != topic_id:
            continue
        if fact.is_given and fact.source not in LIFTING:
            continue
        if fact.topic_id is None:
            refuses_all = not fact.is_given
        else:
            refuses_topic = not fact.is_given
            # Who asks for one topic after refusing everything wants that one.
            refuses_all = refuses_all and not fact.is_given
    if refuses_all:
        return Refusal.REFUSED_ALL
    return Refusal.REFUSED_TOPIC if refuses_topic else None


def refusals(session: Session, recipients: Sequence[tuple[int, str]], *, topic_id: int | None) -> list[Refusal | None]:
    """Why a mailing must not go there, or None: for each (person id, folded address), in the same order."""
    facts: dict[int, list[Fact]] = {}
    for ids in batches(sorted({person_id for person_id, _mail in recipients})):
        told = select(Consent.person_id, Consent.topic_id, Consent.is_given, Consent.source)
        for person_id, about, is_given, source in session.execute(
            told.where(Consent.person_id.in_(ids)).order_by(Consent.id)
        ):
            facts.setdefault(person_id, []).append(Fact(about, is_given, source))
    suppressed: set[str] = set()
    for mails in batches(sorted({mail for _person_id, mail in recipients})):
        known_as = {**{mail: mail for mail in mails}, **{hashed(session, mail): mail for mail in mails}}
        found = session.scalars(select(Suppression.mail).where(Suppression.mail.in_(known_as)))
        suppressed.update(known_as[one] for one in found)
    return [
        Refusal.SUPPRESSED if mail in suppressed else refusal_in(facts.get(person_id, ()), topic_id)
        for person_id, mail in recipients
    ]


def refusal(session: Session, *, person_id: int, mail: str, topic_id: int | None) -> Refusal | None:
    """Why a mailing on the topic must not go to this person at this address; None when it may."""
    return refusals(session, [(person_id, folded_mail(mail))], topic_id=topic_id)[0]


def give_consent(
    session: Session,
    *,
    person_id: int,
    topic_id: int | None,
    source: ConsentSource,
    now: datetime,
    wording: str = "",
    by: Collaborator | None = None,
) -> Consent:
    """Records a "yes" to the topic (None: to mailings at all); whether it counts is `refusal_in`'s to say.

    Raises BookError at `wording` when a collaborator does not say where the "yes" comes from.
    """
    if source is ConsentSource.COLLABORATOR and not wording.strip():
        raise BookError(_("Say how and when they asked for it."), field="wording")
    return _record(session, True, person_id, topic_id, source, wording, now, by)


def withdraw_consent(
    session: Session,
    *,
    person_id: int,
    topic_id: int | None,
    source: ConsentSource,
    now: datetime,
    wording: str = "",
    by: Collaborator | None = None,
) -> Consent:
    """Records a "no" to the topic; None: to every mailing."""
    return _record(session, False, person_id, topic_id, source, wording, now, by)


def suppression_of(session: Session, mail: str) -> Suppression | None:
    return session.scalars(_suppression(session, mail)).one_or_none()


def facts_of(session: Session, person_id: int) -> Sequence[Consent]:
    """The person's facts, newest first."""
    return session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc())).all()


def suppress(session: Session, mail: str, *, reason: SuppressionReason, now: datetime) -> Suppression:
    """No mailing goes to this address any more, and nobody is asked about it; the first reason stands."""
    session.execute(delete(Stranger).where(Stranger.address == folded_mail(mail)))
    if (row := suppression_of(session, mail)) is not None:
        return row
    try:
        with session.begin_nested():
            session.add(Suppression(mail=folded_mail(mail), reason=reason, at=now))
    except IntegrityError:
        pass  # another transaction suppressed it at the same moment, which is as good
    return session.scalars(_suppression(session, mail)).one()


def suppress_erased(session: Session, mail: str, *, now: datetime) -> Suppression:
    """The address of somebody who was erased: suppressed from now on, and known by its keyed hash alone."""
    row = suppress(session, mail, reason=SuppressionReason.ERASED, now=now)
    row.mail = hashed(session, folded_mail(mail))
    session.flush()
    return row


def suppressed_before(session: Session, mail: str) -> Sequence[int]:
    """The ids of the rows, also of those let back in since, of which the trail tells this address."""
    told = or_(*(values["mail"].as_string() == folded_mail(mail) for values in (AuditEntry.before, AuditEntry.after)))
    query = select(AuditEntry.row_id).where(AuditEntry.kind == Suppression.__tablename__, told)
    return session.scalars(query.distinct()).all()


def hashed(session: Session, folded: str) -> str:
    """What stands for a folded address that may not be kept: "#" and 64 hexadecimal figures, by the office's key."""
    key = session.info.get("hash_key", b"")
    return "#" + hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()


def _suppression(session: Session, mail: str) -> Select[Suppression]:
    folded = folded_mail(mail)
    both = Suppression.mail.in_((folded, hashed(session, folded)))
    return select(Suppression).where(both).order_by(Suppression.mail).limit(1)  # two doors at once may leave both


def _record(
    session: Session,
    is_given: bool,
    person_id: int,
    topic_id: int | None,
    source: ConsentSource,
    wording: str,
    now: datetime,
    by: Collaborator | None,
) -> Consent:
    person_id = standing_id(session, person_id)
    if by is not None:
        access.require_active(by)
        require_in_scope(session, person_id, by=by)
    if session.get(Relation, person_id) is None:
        raise NotFound
    if topic_id is not None:  # an old mail may name a topic that was merged since
        topic_id = line(session, MailingTopic, topic_id).id
    row = Consent(person_id=person_id, topic_id=topic_id, is_given=is_given, source=source, wording=wording, at=now)
    row.by_id = by.id if by is not None else None
    session.add(row)
    session.flush()
    return row
