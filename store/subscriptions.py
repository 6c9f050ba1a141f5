"""What a person is subscribed to, topic by topic, since when and because of what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_active
from store.base import BookError, ChangedMeanwhile, _
from store.collaborators import Collaborator
from store.consent import (
    LIFTING,
    Consent,
    ConsentSource,
    Fact,
    MailingTopic,
    Suppression,
    facts_of,
    give_consent,
    refusal_in,
    suppression_of,
    withdraw_consent,
)
from store.contacts import Contact, mail_for
from store.domain import listed
from store.relations import Relation
from store.scopes import require_in_scope


@dataclass(frozen=True, slots=True)
class Subscription:
    """What stands for one topic.

    `is_wanted` is what a mailing on it would find, but for a suppressed address; `when_lifted` what it would find if a
    refusal of everything were lifted. `fact` is the one that decides; None while nobody said anything.
    """

    topic: MailingTopic
    is_wanted: bool
    when_lifted: bool
    fact: Consent | None


def subscriptions_of(session: Session, person_id: int) -> Sequence[Subscription]:
    """One for each topic in use, in the office's order."""
    facts = list(reversed(facts_of(session, person_id)))
    known = [Fact(one.topic_id, one.is_given, one.source) for one in facts]
    lifted = [*known, Fact(None, True, ConsentSource.COLLABORATOR)]
    return [
        Subscription(
            topic,
            is_wanted=(is_wanted := refusal_in(known, topic.id) is None),
            when_lifted=refusal_in(lifted, topic.id) is None,
            fact=_deciding(facts, topic.id, is_wanted),
        )
        for topic in listed(session, MailingTopic)
    ]


def _deciding(facts: Sequence[Consent], topic_id: int, is_wanted: bool) -> Consent | None:
    """The latest fact about the topic, or about all, that says what stands."""
    for fact in reversed(facts):
        counts = not fact.is_given or fact.source in LIFTING
        if fact.topic_id in (None, topic_id) and fact.is_given is is_wanted and counts:
            return fact
    return None


@dataclass(frozen=True, slots=True)
class Mailings:
    """What a contact may be sent.

    `receives` is the master switch: off for who refused everything since, and for an address to which nothing goes
    (`suppression`); `wants_any` leaves the address aside. `last_fact_id` is 0 while nobody said anything.
    """

    receives: bool
    wants_any: bool
    last_fact_id: int
    topics: Sequence[Subscription]
    suppression: Suppression | None


def mailings_of(session: Session, contact: Contact) -> Mailings:
    topics = subscriptions_of(session, contact.person_id)
    facts = facts_of(session, contact.person_id)
    known = [Fact(one.topic_id, one.is_given, one.source) for one in reversed(facts)]
    suppression = suppression_of(session, mail_for(session, contact) or "")
    wants_any = refusal_in(known, None) is None or any(one.is_wanted for one in topics)
    last = facts[0].id if facts else 0
    return Mailings(wants_any and suppression is None, wants_any, last, topics, suppression)


def put_mailings(
    session: Session,
    contact: Contact,
    *,
    receives: bool,
    topic_ids: Collection[int],
    wording: str,
    by: Collaborator,
    now: datetime,
    last_fact_id: int | None = None,
) -> None:
    """Writes down what changes towards this: the master switch, and the topics that they want when it is on.

    What stands already adds no fact. Raises ChangedMeanwhile when there is a later fact than the one that was seen
    (None: do not check), BookError at `wording` when a "yes" does not say where it comes from, and at `receives` when a
    rep lets in a suppressed address.
    """
    _lock(session, contact.person_id)
    before = mailings_of(session, contact)
    if last_fact_id not in (None, before.last_fact_id):
        raise ChangedMeanwhile(version=before.last_fact_id, kept_as="last_fact_id")
    said: dict[str, Any] = {
        "person_id": contact.person_id,
        "source": ConsentSource.COLLABORATOR,
        "wording": wording.strip(),
        "by": by,
        "now": now,
    }
    if not receives:
        if before.receives:
            withdraw_consent(session, topic_id=None, **said)
        return
    if not before.receives:
        _lift(session, before.suppression, by)
        give_consent(session, topic_id=None, **said)
    for one in before.topics:
        stands, wanted = one.is_wanted if before.receives else one.when_lifted, one.topic.id in topic_ids
        if wanted and not stands:
            give_consent(session, topic_id=one.topic.id, **said)
        elif stands and not wanted:
            withdraw_consent(session, topic_id=one.topic.id, **said)


def refuse_all(session: Session, contact: Contact, *, wording: str, by: Collaborator, now: datetime) -> Consent | None:
    """The "no" to every mailing that a collaborator was told; None when it stands already. Raises NotAllowed."""
    _lock(session, contact.person_id)
    if not mailings_of(session, contact).wants_any:
        return None
    said: dict[str, Any] = {"source": ConsentSource.COLLABORATOR, "wording": wording, "by": by, "now": now}
    return withdraw_consent(session, person_id=contact.person_id, topic_id=None, **said)


def take_back_refusal(session: Session, contact: Contact, fact_id: int, *, by: Collaborator) -> None:
    """What `refuse_all` wrote down for `by` never stood: a slip of theirs is no "yes" of the person.

    A second time changes nothing. Raises NotAllowed, and BookError when something was said since.
    """
    require_active(by)
    require_in_scope(session, contact.person_id, by=by)
    _lock(session, contact.person_id)
    fact = session.get(Consent, fact_id)
    is_own = {"by_id": by.id, "person_id": contact.person_id, "source": ConsentSource.COLLABORATOR, "topic_id": None}
    if fact is None or fact.is_given or any(getattr(fact, key) != value for key, value in is_own.items()):
        return
    if facts_of(session, contact.person_id)[0].id != fact_id:
        raise BookError(_("Something was noted about their mailings since: change it under “Mailings”."))
    session.delete(fact)
    session.flush()


def _lock(session: Session, person_id: int) -> None:
    """Or a "no" written down at this moment would be overlooked."""
    session.execute(select(Relation.id).where(Relation.id == person_id).with_for_update())


def _lift(session: Session, suppression: Suppression | None, by: Collaborator) -> None:
    if suppression is None:
        return
    if not by.is_admin:
        text = _("Nothing goes to this address: only an administrator can let it back in.")
        raise BookError(text, field="receives")
    session.delete(suppression)
    session.flush()
