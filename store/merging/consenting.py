"""Consent at a merge: of two answers the stricter one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, Fact, MailingTopic, refusal_in, withdraw_consent
from store.merging.model import Steps, table_of


@dataclass(frozen=True)
class Refused:
    """What one of the two refused before, by topic (None: everything)."""

    kept_id: int
    merged_id: int
    topics: tuple[int | None, ...]

    def write(self, steps: Steps, *, by: Collaborator, now: datetime) -> None:
        """Moves the facts over, in their order, and adds a "no" where together they would say yes to a refusal."""
        table = table_of(Consent)
        steps.change(table, table.c.person_id == self.merged_id, person_id=self.kept_id)
        for topic_id in self.topics:
            if refusal_in(_facts(steps.session, self.kept_id), topic_id) is None:
                row = withdraw_consent(
                    steps.session, person_id=self.kept_id, topic_id=topic_id, source=ConsentSource.MERGE, now=now, by=by
                )
                steps.added(table, row.id)


def keep_refusals(session: Session, kept_id: int, merged_id: int) -> Refused:
    """What must still be refused when the two are one."""
    topics: list[int | None] = [None, *session.scalars(select(MailingTopic.id).order_by(MailingTopic.id))]
    both = [_facts(session, person_id) for person_id in (kept_id, merged_id)]
    refused = (topic for topic in topics if any(refusal_in(facts, topic) is not None for facts in both))
    return Refused(kept_id, merged_id, tuple(refused))


def _facts(session: Session, person_id: int) -> list[Fact]:
    query = select(Consent.topic_id, Consent.is_given, Consent.source).where(Consent.person_id == person_id)
    return [Fact(topic, is_given, source) for topic, is_given, source in session.execute(query.order_by(Consent.id))]
