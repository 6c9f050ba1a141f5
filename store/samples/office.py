"""A made-up office: relations, contacts, links, involvements and a history of actions. Same seed, same office."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from sqlalchemy.orm import Session

from store.action_checks import usual_priority
from store.actions import Action, ActionPoint, ActionStatus, ActionType, Meaning, Participant, When
from store.addresses import AddressKind, MailLine, PhoneLine, PostalLine
from store.collaborators import Collaborator
from store.contacts import Contact, ContactKind, add_contact
from store.domain import line_with_key, listed
from store.involvements import REPRESENTATIVE, Involvement, InvolvementCategory
from store.links import Link, LinkType
from store.relations import Relation, RelationKind, add_relation
from store.samples.dossiers import open_dossiers
from store.samples.places import STREETS, TOWNS, country_of, person_name, phone_number
from store.samples.relation_book import live_in
from store.samples.sales import open_sales
from store.samples.trades import FUNCTIONS, TRADES, Trade, company_name
from store.samples.years import pass_years
from store.starter import seed_domain_data, seed_trade
from store.starter_trades import Trade as StartingTrade
from store.words import fold, words_in

OfficeKind = Literal["broker", "wine", "wholesale"]

_OTHER_LANGUAGES = {"fr": ("fr", "fr", "fr", "nl"), "nl": ("nl", "nl", "nl", "fr"), "en": ("en", "fr", "fr", "en")}
"""In which languages an office of each language deals with its relations, and how often."""


@dataclass(frozen=True, slots=True)
class _Maker:
    session: Session
    trade: Trade
    collaborators: Sequence[Collaborator]
    now: datetime
    random: Random
    domains: set[str]

    @property
    def today(self) -> date:
        return self.now.date()


def make_office(
    session: Session,
    *,
    kind: OfficeKind,
    language: str,
    collaborators: Sequence[Collaborator],
    relations: int,
    now: datetime,
    seed: int,
) -> Sequence[Relation]:
    """Fills the book around these collaborators and returns the relations; persons of contacts and a look-alike beside.

    Seeds the domain data if need be. Mail addresses end in ".example" (RFC 2606); nothing is sent to anyone.
    """
    seed_domain_data(session, now)
    seed_trade(session, StartingTrade(kind), now)
    maker = _Maker(session, TRADES[kind], collaborators, now, Random(seed), set())  # noqa: S311 (not a secret)
    made = [_relation(maker, maker.random.choice(_OTHER_LANGUAGES[language])) for _number in range(relations)]
    _link(maker, made)
    session.flush()
    live_in(session, made, by=collaborators[0], now=now, random=maker.random)
    pass_years(session, made, by=collaborators[0], language=language, now=now, random=maker.random)
    open_dossiers(session, made, by=collaborators[0], language=language, now=now, random=maker.random)
    open_sales(session, made, by=collaborators[0], language=language, now=now, random=maker.random)
    return made


def _relation(maker: _Maker, language: str) -> Relation:
    random = maker.random
    is_person = random.random() < maker.trade.persons
    name = person_name(random, language) if is_person else company_name(random, maker.trade, language)
    domain = _domain(maker, name)
    place = random.choice(TOWNS[language])
    relation = add_relation(
        maker.session,
        by=random.choice(maker.collaborators),
        now=maker.now - timedelta(days=random.randrange(30, 1500)),
        name=name,
        kind=RelationKind.PERSON if is_person else RelationKind.COMPANY,
        language=language,
        mails=[MailLine(f"{_local(name) if is_person else 'info'}@{domain}")],
        phones=[PhoneLine(phone_number(random, language))],
        postal_addresses=[
            PostalLine(f"{random.choice(STREETS[language])} {random.randrange(1, 180)}", *place, country_of(*place))
        ],
    )
    contacts = [] if is_person else _contacts(maker, relation, domain)
    owner = _involve(maker, relation)
    for _number in range(random.randrange(1, 6)):
        _action(maker, relation, owner, contacts)
    return relation


def _domain(maker: _Maker, name: str) -> str:
    stem = "-".join(word for word in words_in(name) if word.isascii()) or "relation"
    domain, number = f"{stem}.example", 1
    while domain in maker.domains:
        number += 1
        domain = f"{stem}-{number}.example"
    maker.domains.add(domain)
    return domain


def _local(name: str) -> str:
    return ".".join(words_in(fold(name)))


def _contacts(maker: _Maker, relation: Relation, domain: str) -> list[Contact]:
    random, language = maker.random, relation.language
    kinds = listed(maker.session, ContactKind)
    made: list[Contact] = []
    names = dict.fromkeys(person_name(random, language) for _number in range(random.randrange(1, 4)))
    for name in names:
        since_on = maker.today - timedelta(days=random.randrange(100, 2000))
        contact = add_contact(
            maker.session,
            by=maker.collaborators[0],
            now=maker.now,
            relation_id=relation.id,
            name=name,
            mail=f"{_local(name)}@{domain}",
            phone=phone_number(random, language),
            function=random.choice(FUNCTIONS[language]),
            language=language,
            since_on=since_on,
            kind_ids=[kind.id for kind in random.sample(kinds, random.randrange(0, 3))],
        )
        contact.person.mail_addresses[0].kind = AddressKind.WORK
        made.append(contact)
    return made


def _involve(maker: _Maker, relation: Relation) -> Collaborator:
    random = maker.random
    owner = random.choice(maker.collaborators)
    since_on = maker.today - timedelta(days=random.randrange(60, 1200))
    representative = line_with_key(maker.session, InvolvementCategory, REPRESENTATIVE)
    commission = random.choice((None, Decimal("5.00"), Decimal("7.50"), Decimal("30.00")))
    maker.session.add(
        Involvement(
            relation_id=relation.id,
            collaborator_id=owner.id,
            category_id=representative.id,
            since_on=since_on,
            commission=commission,
        )
    )
    if random.random() < 0.3:
        category = line_with_key(maker.session, InvolvementCategory, "account_manager")
        colleague = random.choice(maker.collaborators)
        maker.session.add(
            Involvement(
                relation_id=relation.id, collaborator_id=colleague.id, category_id=category.id, since_on=since_on
            )
        )
    return owner


def _action(maker: _Maker, relation: Relation, owner: Collaborator, contacts: Sequence[Contact]) -> None:
    random, language = maker.random, relation.language
    action_type = random.choice(listed(maker.session, ActionType))
    day = _weekday(maker.today + timedelta(days=random.randrange(-400, 30)))
    when = When.day(day, zone=owner.zone)
    if not action_type.is_all_day or random.random() < 0.5:
        starts = time(random.randrange(8, 17), random.choice((0, 15, 30, 45)))
        when = When.hours(day, starts, None, zone=owner.zone, lasts=timedelta(minutes=action_type.duration_min))
    is_over = day < maker.today
    contact = random.choice(contacts) if contacts else None
    made_at = datetime.combine(min(day, maker.today) - timedelta(days=7), time(9), UTC)
    action = Action(
        uid=f"{uuid.UUID(int=random.getrandbits(128), version=4)}@rapport.example",
        relation_id=relation.id,
        contact_id=contact.id if contact else None,
        type_id=action_type.id,
        status_id=line_with_key(maker.session, ActionStatus, _status(maker, is_over)).id,
        owner_id=owner.id,
        created_by_id=owner.id,
        followed_by_id=owner.id,
        subject=random.choice(maker.trade.subjects[language]),
        place=relation.address_on(when.starts_on, language) if action_type.key in {"visit", "lunch"} else "",
        priority_id=usual_priority(maker.session).id,
        headline=random.choice(maker.trade.reports[language]) if is_over else "",
        starts_on=when.starts_on,
        starts_time=when.starts_time,
        ends_on=when.ends_on,
        ends_time=when.ends_time,
        zone=when.zone,
        sort_at=when.starts_at,
        created_at=made_at,
        changed_at=made_at,
    )
    points = random.choice(maker.trade.points[language]).split("\n")
    action.point_rows = [
        ActionPoint(position=position, text=text, is_discussed=is_over) for position, text in enumerate(points)
    ]
    if random.random() < 0.2:
        colleague = random.choice(maker.collaborators)
        action.participants.append(Participant(collaborator_id=colleague.id))
    maker.session.add(action)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _status(maker: _Maker, is_over: bool) -> Meaning:
    if not is_over:
        return Meaning.PLANNED
    return maker.random.choices((Meaning.DONE, Meaning.CANCELLED, Meaning.NO_SHOW), (90, 7, 3))[0]


def _link(maker: _Maker, made: Sequence[Relation]) -> None:
    """Links about one relation in five, by types that suit the kinds of both."""
    random = maker.random
    companies = [relation for relation in made if relation.kind is RelationKind.COMPANY]
    persons = [relation for relation in made if relation.kind is RelationKind.PERSON]
    pairs: list[tuple[str, Relation, Relation]] = []
    if len(companies) > 1:
        pairs += [(key, *_two(random, companies)) for key in _COMPANY_LINKS]
    if persons and companies:
        pairs += [("director", random.choice(persons), random.choice(companies)) for _number in range(len(made) // 5)]
    for key, source, target in dict.fromkeys(pairs):
        since_on = maker.today - timedelta(days=random.randrange(100, 3000))
        type_id = line_with_key(maker.session, LinkType, key).id
        maker.session.add(Link(source_id=source.id, target_id=target.id, type_id=type_id, since_on=since_on))


def _two(random: Random, companies: Sequence[Relation]) -> tuple[Relation, Relation]:
    one, other = random.sample(companies, 2)
    return one, other


_COMPANY_LINKS = ("parent_company", "supplier", "accountant", "billed_to")
