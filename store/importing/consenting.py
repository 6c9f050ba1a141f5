"""What an import may say about mailings: it adds a "no", a "yes" where nothing was said, and never lifts anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailAddress
from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, Fact, Refusal, refusal_in
from store.importing.facts import Wanted
from store.relations import Relation


def take_over_wishes(
    session: Session,
    persons: Sequence[tuple[Wanted, Relation]],
    *,
    wording: str,
    by: Collaborator,
    now: datetime,
) -> list[Consent]:
    """Records what the lines say about mailings, for persons that are stored already. Returns every "yes".

    Whoever refused mailings at an address that one of them now has, refused for that address: a second entry of the
    same person, or a new one after the first was deleted, gets the refusal too.
    """
    refusers = _owners_of(session, {row.folded for _wanted, person in persons for row in person.mail_addresses})
    facts = _facts(session, {person.id for _w, person in persons} | {one for ids in refusers.values() for one in ids})
    given = []
    for wanted, person in persons:
        inherited = {
            topic_id
            for row in person.mail_addresses
            for owner_id in refusers.get(row.folded, ())
            if owner_id != person.id
            for topic_id in _refused(facts[owner_id])
        }
        if wanted.wants_mailings is False:
            inherited.add(None)
        for topic_id in sorted(inherited, key=lambda one: one or 0):
            if refusal_in(facts[person.id], topic_id) is None:
                _record(session, facts, person, topic_id, is_given=False, wording=wording, by=by, now=now)
        if wanted.wants_mailings and not facts[person.id]:
            given.append(_record(session, facts, person, None, is_given=True, wording=wording, by=by, now=now))
    return given


def _owners_of(session: Session, mails: set[str]) -> dict[str, set[int]]:
    """Everybody who has or had one of the addresses: who was deleted since refused all the same."""
    found: dict[str, set[int]] = defaultdict(set)
    for some in _chunks(sorted(mails)):
        query = select(MailAddress.folded, MailAddress.relation_id).where(MailAddress.folded.in_(some))
        for mail, relation_id in session.execute(query):
            found[mail].add(relation_id)
    return found


def _facts(session: Session, person_ids: set[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for some in _chunks(sorted(person_ids)):
        query = select(Consent.person_id, Consent.topic_id, Consent.is_given, Consent.source)
        for person_id, topic_id, is_given, source in session.execute(
            query.where(Consent.person_id.in_(some)).order_by(Consent.id)
        ):
            found[person_id].append(Fact(topic_id, is_given, source))
    return found


def _refused(facts: Sequence[Fact]) -> Iterator[int | None]:
    topics = {fact.topic_id for fact in facts}
    for topic_id in topics | {None} if topics else topics:
        if refusal_in(facts, topic_id) is Refusal.REFUSED_ALL:
            yield None
        elif refusal_in(facts, topic_id) is Refusal.REFUSED_TOPIC:
            yield topic_id


def _record(
    session: Session,
    facts: Mapping[int, list[Fact]],
    person: Relation,
    topic_id: int | None,
    *,
    is_given: bool,
    wording: str,
    by: Collaborator,
    now: datetime,
) -> Consent:
    row = Consent(person_id=person.id, topic_id=topic_id, is_given=is_given, source=ConsentSource.IMPORT, at=now)
    row.wording, row.by_id = wording, by.id
    session.add(row)
    facts[person.id].append(Fact(topic_id, is_given, ConsentSource.IMPORT))
    return row


def _chunks(values: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    return (values[start : start + 500] for start in range(0, len(values), 500))
