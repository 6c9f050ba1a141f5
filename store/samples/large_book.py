"""A book of any size, written in bulk: what benchmarks run on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.actions import Action, ActionStatus, ActionType, When
from store.addresses import MailAddress, Phone, PostalAddress
from store.base import Row
from store.collaborators import Collaborator
from store.contacts import Contact
from store.domain import line_with_key, listed
from store.involvements import REPRESENTATIVE, Involvement, InvolvementCategory
from store.relations import Relation, RelationKind
from store.samples.places import FIRST_NAMES, LOCALITIES, STREETS, SURNAMES, TOWNS, phone_number
from store.samples.trades import TRADES
from store.search_writing import index_everything
from store.starter import seed_domain_data
from store.statuses import ActionPriority
from store.words import digits_in, name_key

_AT_ONCE = 10_000
_LANGUAGES = ("fr", "nl", "en")


def make_large_book(
    session: Session,
    *,
    collaborators: Sequence[Collaborator],
    now: datetime,
    seed: int,
    relations: int = 250_000,
    contacts: int = 500_000,
    actions: int = 0,
    files_each: int = 300,
    days_back: int = 700,
) -> int:
    """How many rows were written, past the audit trail. Needs an empty book but for the collaborators.

    Of the relations, three in five are companies; contacts are persons among them. Every collaborator is the
    representative of `files_each` relations and carries out their share of the actions, which lie between `days_back`
    days ago and 60 days from now.
    """
    seed_domain_data(session, now)
    random = Random(seed)  # noqa: S311 (not a secret)
    companies = relations * 3 // 5
    written = _write(session, Relation, (_relation(random, number < companies, now) for number in range(relations)))
    ids = session.scalars(select(Relation.id).order_by(Relation.id)).all()
    written += _write(session, PostalAddress, (_postal(random, relation_id) for relation_id in ids[:companies]))
    written += _write(session, MailAddress, (_mail(relation_id) for relation_id in ids[::2]))
    written += _write(session, Phone, (_phone(random, relation_id) for relation_id in ids[::3]))
    places = zip(random.choices(ids[companies:], k=contacts), random.choices(ids[:companies], k=contacts), strict=True)
    written += _write(session, Contact, (_contact(person, company, now) for person, company in places))
    representative = line_with_key(session, InvolvementCategory, REPRESENTATIVE).id
    for one in collaborators:
        files = random.sample(ids, min(files_each, relations))
        written += _write(
            session, Involvement, (_file(relation_id, one.id, representative, now) for relation_id in files)
        )
    kinds = (ActionType, ActionStatus, ActionPriority)
    lists = [[line.id for line in listed(session, kind)] for kind in kinds]
    days = range(-days_back, 60)
    written += _write(
        session,
        Action,
        (_action(random, random.choice(ids), random.choice(collaborators), lists, now, days) for _ in range(actions)),
    )
    index_everything(session)
    return written


def _write(session: Session, kind: type[Row], rows: Iterator[dict[str, Any]]) -> int:
    written = 0
    while some := list(islice(rows, _AT_ONCE)):
        session.execute(insert(Row.metadata.tables[kind.__tablename__]), some)
        written += len(some)
    return written


def _relation(random: Random, is_company: bool, now: datetime) -> dict[str, Any]:
    language = random.choice(_LANGUAGES)
    name = _company(random, language) if is_company else f"{random.choice(FIRST_NAMES[language])} {_surname(random)}"
    kind = RelationKind.COMPANY if is_company else RelationKind.PERSON
    facts = {"language": language, "created_at": now, "changed_at": now}
    return {"kind": kind, "name": name, "folded": name_key(name), **facts}


def _company(random: Random, language: str) -> str:
    shape = random.choice(TRADES[random.choice(tuple(TRADES))].companies[language])
    form = random.choice(LOCALITIES[language].legal_forms)
    return f"{shape.format(name=_surname(random), town=random.choice(TOWNS[language])[1])} {form}".strip()


# fmt: off
# Put together from parts: as many different surnames as a country has, some of them frequent.
_BEGINNINGS = (
    "Ba", "Be", "Bo", "Bra", "Ca", "Cla", "Co", "Da", "De", "Del", "Do", "Du", "Fa", "Fer", "Ga", "Ge", "Go",
    "Ha", "He", "Ho", "Ja", "Jo", "Ka", "Ker", "La", "Le", "Lo", "Ma", "Mar", "Me", "Mo",
)
_MIDDLES = (
    "ba", "be", "ca", "de", "di", "ga", "gen", "la", "le", "li", "lo", "ma", "man", "me", "mi", "na", "ne",
    "ni", "ra", "re", "ri", "ro", "sa", "se", "ta", "te", "ti", "va", "ve", "vi",
)
_ENDINGS = (
    "ck", "ens", "ers", "et", "ot", "in", "ien", "ier", "mans", "mont", "nck", "ssen", "rt", "rs", "s", "t",
    "ux", "ville", "x", "y",
)
# fmt: on


def _surname(random: Random) -> str:
    if random.random() < 0.3:
        return random.choice(SURNAMES[random.choice(_LANGUAGES)])
    return random.choice(_BEGINNINGS) + random.choice(_MIDDLES) + random.choice(_MIDDLES) + random.choice(_ENDINGS)


def _postal(random: Random, relation_id: int) -> dict[str, Any]:
    language = random.choice(_LANGUAGES)
    postal_code, town = random.choice(TOWNS[language])
    street = f"{random.choice(STREETS[language])} {random.randrange(1, 200)}"
    return {"relation_id": relation_id, "street": street, "postal_code": postal_code, "town": town}


def _mail(relation_id: int) -> dict[str, Any]:
    mail = f"info@r{relation_id}.example"
    return {"relation_id": relation_id, "mail": mail, "folded": mail}


def _phone(random: Random, relation_id: int) -> dict[str, Any]:
    number = phone_number(random, random.choice(_LANGUAGES))
    return {"relation_id": relation_id, "number": number, "digits": digits_in(number)}


def _contact(person_id: int, relation_id: int, now: datetime) -> dict[str, Any]:
    return {"person_id": person_id, "relation_id": relation_id, "changed_at": now}


def _file(relation_id: int, collaborator_id: int, category_id: int, now: datetime) -> dict[str, Any]:
    since_on = now.date() - timedelta(days=365)
    return {
        "relation_id": relation_id,
        "collaborator_id": collaborator_id,
        "category_id": category_id,
        "since_on": since_on,
    }


def _action(
    random: Random, relation_id: int, owner: Collaborator, lists: Sequence[Sequence[int]], now: datetime, days: range
) -> dict[str, Any]:
    on = now.date() + timedelta(days=random.choice(days))
    when = When.hours(on, time(random.randrange(8, 18)), None, zone=owner.zone, lasts=timedelta(hours=1))
    return {
        "uid": f"{uuid.UUID(int=random.getrandbits(128), version=4)}@rapport.example",
        "relation_id": relation_id,
        "type_id": random.choice(lists[0]),
        "status_id": random.choice(lists[1]),
        "priority_id": random.choice(lists[2]),
        "owner_id": owner.id,
        "created_by_id": owner.id,
        "subject": random.choice(TRADES["wine"].subjects[owner.language]),
        "starts_on": when.starts_on,
        "starts_time": when.starts_time,
        "ends_on": when.ends_on,
        "ends_time": when.ends_time,
        "zone": when.zone,
        "sort_at": when.starts_at,
        "created_at": now,
        "changed_at": now,
    }
