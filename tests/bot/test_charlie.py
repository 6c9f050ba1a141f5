"""Charlie is a colleague who sees his own files: what is not his, and what is private, he meets at no door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest
from doors import Doors, keep_nothing
from slack_stories import add_action, add_dupont, bind_mailbox_of
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, Person, World

from bot.document_links import document_url
from bot.slack.private_records import PRIVATE_RECORDS
from store.administration import set_rights
from store.break_glass import private_kinds
from store.collaborators import Role, Scope
from store.contact_filters import FilterFacts, save_filter
from store.documents import link_document
from store.domain import line_with_key
from store.dossiers import DossierFacts, open_dossier
from store.feeds import new_feed
from store.links import LinkType, add_link
from store.mailings import MailingMode, prepare_mailing
from store.notes import NoteFacts, write_note
from store.opportunities import LineFacts, OpportunityFacts, OpportunityStage, OpportunityType, open_opportunity
from store.quotes import make_quote
from store.relations import Relation

SECRET = "Zwartkop"
TYPED = "Geheim"

PRIVATE = "Stiekem"
OPEN_TO_COLLEAGUES = {
    ("action", "relation/show"),
    ("action", "relation/history"),
    ("action", "relation/menu/edit"),
    ("action", "relation/menu/links"),
    ("action", "relation/menu/trail"),
    ("action", "contact/menu/edit"),
    ("action", "contact_filter/show"),
    ("action", "contact/menu/sendings"),
    ("action", "action/open"),
    ("action", "action/edit"),
    ("action", "action/menu/documents"),
    ("action", "relation/menu/notes"),
    ("action", "note/open"),
    ("action", "note/edit"),
    ("action", "note/act"),
    ("action", "relation/menu/dossiers"),
    ("action", "dossier/open"),
    ("action", "opportunity/open"),
    ("action", "opportunity/edit"),
    ("action", "opportunity/print"),
    ("action", "opportunity/menu/quotes"),
    ("action", "quote/menu/open"),
    ("action", "relation/menu/opportunities"),
    ("action", "dossier/edit"),
    ("action", "dossier/act"),
    ("action", "dossier/menu/open"),
    ("options", "action/dossier"),
    ("action", "mailing/open"),
    ("action", "mailing/list"),
    ("options", "action/relation"),
    ("options", "action/guests"),
    ("options", "mailing/recipients"),
    ("command", "/crm"),
    ("command", "/crm relation"),
    ("command", "/crm contact"),
    ("command", "/crm action"),
    ("command", "/crm visit"),
    ("command", "/crm notes"),
    ("command", "/crm dossier"),
    ("command", "/crm dossiers"),
    ("command", "/crm opp"),
    ("command", "/crm opps"),
    ("command", "/crm quotes"),
    ("shortcut", "save_note"),
    ("event", "message"),
    ("event", "reaction_added"),
}
"""Some of the doors where a colleague who sees everything meets the file: or Charlie's silence would prove nothing."""


@dataclass
class Secrets:
    doors: Doors
    world: World
    document_ids: list[int]
    feed_url: str


@pytest.fixture
def secrets(english: World, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Claire's file Geheim, every word of which says Zwartkop, and a private action of hers at a file of Charlie's."""
    world, office, claire, bram = english, english.office, english.collaborator(CLAIRE), english.collaborator(BRAM)
    bind_mailbox_of(world, claire)
    relation, contact = add_dupont(world, by=claire, name=f"{TYPED} {SECRET}")
    own, own_contact = add_dupont(world, by=bram, name="Charlie's own")
    action = add_action(world, claire, relation, f"{TYPED} {SECRET} visit", contact_id=contact)
    private = add_action(world, claire, own, f"Private {PRIVATE}", is_private=True)
    add_action(world, bram, own, "Charlie's own visit")
    with office.book.writing() as session:
        facts = NoteFacts(relation, f"{TYPED} {SECRET} said", office.now().date(), contact_id=contact)
        note = write_note(session, by=claire, facts=facts, now=office.now()).id
        facts = NoteFacts(own, f"Noted {PRIVATE}", office.now().date(), is_private=True)
        private_note = write_note(session, by=claire, facts=facts, now=office.now()).id
        kind = line_with_key(session, LinkType, "supplier").id
        link = add_link(session, by=claire, source_id=relation, target_id=own, type_id=kind)
        cellar = DossierFacts(f"{TYPED} {SECRET} cellar")
        dossier = open_dossier(session, by=claire, relation_id=relation, facts=cellar, now=office.now()).id
        sale = OpportunityFacts(
            name=f"{TYPED} {SECRET} sale",
            type_id=line_with_key(session, OpportunityType, "sale").id,
            stage_id=line_with_key(session, OpportunityStage, "offer_made").id,
            owner_id=claire.id,
            currency="EUR",
            opened_on=office.now().date(),
            lines=(LineFacts(Decimal(1), Decimal(1), text=SECRET),),
        )
        opened = open_opportunity(session, by=claire, relation_id=relation, facts=sale, now=office.now()).dossier_id
        in_town = FilterFacts("In town", towns="Tournai")
        group = save_filter(session, by=claire, facts=in_town, now=office.now()).id
        quote = make_quote(session, opened, by=claire, on=office.now().date(), now=office.now()).id
        sent: dict[str, Any] = {
            "by": claire,
            "topic_id": None,
            "mailbox_id": 1,
            "mode": MailingMode.DIRECT,
            "delay_s": 0,
        }
        texts = {"en": ("Hello", f"Dear all, {SECRET}. {{unsubscribe}}")}
        mailing = prepare_mailing(
            session, name=f"Mailing {SECRET}", texts=texts, now=office.now(), contact_ids=[contact], **sent
        )
        # What his own contact got he may read, but not who else got it.
        both = {"en": ("To both", "Dear all.")}
        prepare_mailing(
            session, name="To both", texts=both, now=office.now(), contact_ids=[contact, own_contact], **sent
        )
        document = office.shelf.keep(session, SECRET.encode(), media_type="text/plain", now=office.now())
        places = ({"action_id": action}, {"relation_id": relation}, {"contact_id": contact})
        held = [
            link_document(session, document, name=f"{SECRET}.txt", by=claire, now=office.now(), **place).id
            for place in places
        ]
        _feed, token = new_feed(session, by=bram, name="Phone", now=office.now())
        emma = world.collaborator(EMMA)
        set_rights(session, bram.id, by=emma, role=Role.REP, scope=Scope.OWN, team_id=None)
        person = session.scalars(select(Relation.id).order_by(Relation.id)).all()[1]
        ids = {
            "relation": relation,
            "contact": contact,
            "person": person,
            "action": action,
            "private": private,
            "link": link.id,
            "mailing": mailing.id,
            "note": note,
            "private note": private_note,
            "dossier": dossier,
            "opportunity": opened,
            "quote": quote,
            "group": group,
            "own": own,
        }
    keep_nothing(office, monkeypatch)
    return Secrets(
        Doors(office, ids=ids, typed=TYPED), world, held, f"{office.settings.web.public_url}/calendar/{token}.ics"
    )


def _meets(secrets: Secrets, who: Person, *words: str, at: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the doors where the person is shown one of the words."""
    tries = secrets.doors.tries
    return {door for door in at if any(word in said for said in tries(who.id, *door) for word in words)}


def test_charlie_meets_nothing_private_and_nothing_that_is_not_his_at_any_door_of_slack(secrets: Secrets) -> None:
    assert _meets(secrets, BRAM, SECRET, PRIVATE, at=secrets.doors.names()) == set()


def test_the_same_doors_show_the_file_to_a_colleague_who_sees_everything(secrets: Secrets) -> None:
    assert set(secrets.doors.names()) >= OPEN_TO_COLLEAGUES
    assert OPEN_TO_COLLEAGUES - _meets(secrets, CLAIRE, SECRET, at=OPEN_TO_COLLEAGUES) == set()


def test_an_administrator_meets_nothing_private_at_any_door_of_slack(secrets: Secrets) -> None:
    assert _meets(secrets, EMMA, PRIVATE, at=secrets.doors.names()) == set()


def test_charlie_tries_every_kind_of_door_but_those_that_answer_what_he_typed(secrets: Secrets) -> None:
    tried = {kind for kind, _name in secrets.doors.names()}
    assert set(secrets.doors.listening.answered()) - tried == {"view_submission", "view_closed"}


def test_charlie_downloads_nothing_that_is_not_his(secrets: Secrets) -> None:
    office, world = secrets.world.office, secrets.world
    for document_id in secrets.document_ids:
        refused = httpx.get(document_url(office, document_id, world.collaborator(BRAM)))
        assert (refused.status_code, SECRET in refused.text) == (404, False)
        assert httpx.get(document_url(office, document_id, world.collaborator(CLAIRE))).text == SECRET


def test_charlies_feed_holds_nothing_that_is_not_his(secrets: Secrets) -> None:
    feed = httpx.get(secrets.feed_url).text
    assert "Charlie's own visit" in feed
    assert SECRET not in feed
    assert PRIVATE not in feed


def test_every_kind_of_private_record_can_be_opened_by_breaking_the_glass() -> None:
    assert set(PRIVATE_RECORDS) == set(private_kinds())
