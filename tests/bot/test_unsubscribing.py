"""Leaving mailings at the address that a mail carries: looking changes nothing, a POST does, once and for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from dupont import new_collaborator, new_person
from itsdangerous import URLSafeSerializer
from lxml import html
from sqlalchemy import select
from world import settings_for

from bot.office import Office, make_office
from bot.slack.app import make_app
from bot.unsubscribe_links import unsubscribe_url
from bot.web.app import make_web_app
from integrations.playground.running import RunningApp
from store.base import Row
from store.collaborators import Collaborator
from store.consent import Consent, ConsentSource, MailingTopic, Refusal, Suppression, refusal
from store.domain import line_with_key
from store.engine import Book
from store.handover import MailState
from store.mailings import (
    Delivery,
    MailingMode,
    SkipReason,
    claim_next_delivery,
    deliveries_of_mailing,
    prepare_mailing,
    start_mailing,
)
from store.starter import seed_domain_data

URL = "http://rapport.test:80"
TEXTS = dict.fromkeys(("fr", "nl", "en"), ("News", "News, {{ salutation }}."))
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Newsletter:
    """Els reads Dutch, Jan French and Kim English; each got the same newsletter. `links` by name, as paths."""

    office: Office
    client: httpx.Client
    anna_id: int
    mailbox_id: int
    people: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def prepare(self, topic: str | None, names: Sequence[str]) -> int:
        with self.office.book.writing() as session:
            return prepare_mailing(
                session,
                by=session.get_one(Collaborator, self.anna_id),
                name="News",
                topic_id=line_with_key(session, MailingTopic, topic).id if topic else None,
                mailbox_id=self.mailbox_id,
                mode=MailingMode.DIRECT,
                delay_s=0,
                texts=TEXTS,
                person_ids=[self.people[name] for name in names],
                now=self.office.now(),
            ).id

    def reasons(self, mailing_id: int) -> dict[str, SkipReason | None]:
        """Why each of the list gets no mail, by name; None for who does."""
        with self.office.book.reading() as session:
            anna = session.get_one(Collaborator, self.anna_id)
            rows = deliveries_of_mailing(session, mailing_id, asked_by=anna)
            return {row.name: row.skipped_because for row in rows}

    def link(self, mailing_id: int, name: str) -> str:
        with self.office.book.reading() as session:
            query = select(Delivery.id).where(Delivery.mailing_id == mailing_id, Delivery.name == name)
            return unsubscribe_url(self.office, session.scalars(query).one()).removeprefix(URL)

    def refusals(self, name: str) -> dict[str, Refusal | None]:
        """What they refuse, by topic."""
        mail = f"{name.lower()}@dupont.example"
        with self.office.book.reading() as session:
            return {
                topic.key: refusal(session, person_id=self.people[name], mail=mail, topic_id=topic.id)
                for topic in session.scalars(select(MailingTopic))
            }

    def everything(self) -> dict[str, list[str]]:
        """Every row of the book, by table."""
        with self.office.book.reading() as session:
            return {
                table.name: sorted(str(tuple(row)) for row in session.execute(table.select()))
                for table in Row.metadata.sorted_tables
            }

    def press(self, link: str, scope: str) -> httpx.Response:
        """Opens the page and sends its form with one of the buttons, as a browser without JavaScript does."""
        (form,) = html.fromstring(self.client.get(link).text).forms
        (button,) = form.xpath(f'.//button[@value="{scope}"]')
        assert (form.method, button.get("type", "submit")) == ("POST", "submit")
        return self.client.post(form.action or link, data={button.get("name"): scope})


@pytest.fixture
def newsletter(new_sqlite_url: Callable[[], str], tmp_path: Path, clock: Any) -> Iterator[Newsletter]:
    office = make_office(settings_for("http://slack.test", URL, new_sqlite_url(), tmp_path))
    office.book.close()
    office = replace(office, now=clock, book=Book(office.book.url.render_as_string(), now=clock, connections=4))
    with office.book.writing() as session:
        seed_domain_data(session, clock())
        anna, mailbox = new_collaborator(session, "Anna")
        languages = {"Els": "nl", "Jan": "fr", "Kim": "en"}
        people = {
            name: new_person(session, name, f"{name.lower()}@dupont.example", language=language).id
            for name, language in languages.items()
        }
    with RunningApp(make_web_app(office, make_app(office))) as served:
        with httpx.Client(base_url=served.url, trust_env=False) as client:
            made = Newsletter(office, client, anna.id, mailbox.id, people)
            mailing_id = made.prepare("newsletter", list(people))
            made.links = {name: made.link(mailing_id, name) for name in people}
            yield made
    office.close()


def test_scanners_that_follow_the_link_change_nothing(newsletter: Newsletter) -> None:
    before = newsletter.everything()
    for _look in range(100):
        assert newsletter.client.get(newsletter.links["Els"]).status_code == 200
    for scope in ("?scope=all", "?List-Unsubscribe=One-Click"):
        assert newsletter.client.get(newsletter.links["Els"] + scope).status_code == 200
    assert newsletter.client.head(newsletter.links["Els"]).status_code == 200
    assert newsletter.everything() == before


@pytest.mark.parametrize("sent", [{"data": ONE_CLICK}, {"files": {name: (None, v) for name, v in ONE_CLICK.items()}}])
def test_one_click_leaves_the_topic_alone(newsletter: Newsletter, sent: dict[str, dict[str, str]]) -> None:
    answer = httpx.post(newsletter.client.base_url.join(newsletter.links["Els"]), trust_env=False, **sent)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    assert newsletter.refusals("Els") == {"newsletter": Refusal.REFUSED_TOPIC, "offers": None, "events": None}
    assert set(newsletter.refusals("Jan").values()) == {None}
    with newsletter.office.book.reading() as session:
        (fact,) = session.scalars(select(Consent)).all()
        assert (fact.person_id, fact.is_given, fact.source) == (newsletter.people["Els"], False, ConsentSource.PERSON)
        assert session.scalars(select(Suppression)).all() == []


def test_one_click_on_a_mailing_without_a_topic_leaves_them_all(newsletter: Newsletter) -> None:
    link = newsletter.link(newsletter.prepare(None, ["Els"]), "Els")
    asked = html.fromstring(newsletter.client.get(link).text)
    assert _words(asked.xpath("//main/p")[0]) == "Wilt u geen mailings van Bureau Dubois meer krijgen?"
    assert [_words(one) for one in asked.xpath("//button")] == ["Mij uitschrijven"]
    assert newsletter.client.post(link, data=ONE_CLICK).status_code == 200
    assert set(newsletter.refusals("Els").values()) == {Refusal.SUPPRESSED}


@pytest.mark.parametrize(
    ("scope", "refused"),
    [
        ("topic", {"newsletter": Refusal.REFUSED_TOPIC, "offers": None, "events": None}),
        ("all", dict.fromkeys(("newsletter", "offers", "events"), Refusal.SUPPRESSED)),
    ],
)
def test_each_button_does_what_it_says_and_again_is_harmless(
    newsletter: Newsletter, scope: str, refused: dict[str, Refusal | None]
) -> None:
    for _time in range(2):
        answer = newsletter.press(newsletter.links["Els"], scope)
        assert (answer.status_code, "U krijgt deze e-mails niet meer" in answer.text) == (200, True)
        assert newsletter.refusals("Els") == refused
    assert set(newsletter.refusals("Jan").values()) == {None}


def test_a_topic_left_after_all_does_not_bring_the_others_back(newsletter: Newsletter) -> None:
    newsletter.press(newsletter.links["Els"], "all")
    newsletter.client.post(newsletter.links["Els"], data=ONE_CLICK)
    assert set(newsletter.refusals("Els").values()) == {Refusal.SUPPRESSED}


@pytest.mark.parametrize("damage", ["wrong", "cut", "longer", "of another office", "for another purpose"])
def test_a_link_that_is_not_whole_or_not_ours_is_a_clear_page_and_changes_nothing(
    newsletter: Newsletter, damage: str
) -> None:
    link, before = newsletter.links["Els"], newsletter.everything()
    links = {
        "wrong": "/unsubscribe/1",
        "cut": link[:-4],
        "longer": link + "x",
        "of another office": f"/unsubscribe/{URLSafeSerializer('another secret', salt='unsubscribe').dumps(1)}",
        "for another purpose": f"/unsubscribe/{newsletter.office.signer('document').dumps(1)}",
    }
    for answer in (
        newsletter.client.get(links[damage]),
        newsletter.client.post(links[damage], data=ONE_CLICK),
        newsletter.client.post(links[damage], data={"scope": "all"}),
    ):
        assert answer.status_code == 404
        assert "Ce lien ne fonctionne pas" in answer.text
        assert "Copiez-le en entier" in answer.text
    assert newsletter.everything() == before


@pytest.mark.parametrize(
    ("name", "language", "title", "buttons", "done"),
    [
        (
            "Els",
            "nl",
            "Uitschrijven",
            ["Geen e-mails meer over dit thema: Nieuwsbrief", "Helemaal geen mailings meer"],
            "In orde. U krijgt deze e-mails niet meer.",
        ),
        (
            "Jan",
            "fr",
            "Se désinscrire",
            ["Plus d’e-mails sur ce thème : Lettre d’information", "Plus aucun envoi"],
            "C’est fait. Vous ne recevrez plus ces e-mails.",
        ),
        (
            "Kim",
            "en",
            "Unsubscribe",
            ["No more mails about: Newsletter", "No more mailings at all"],
            "Done. You will not receive these mails any more.",
        ),
    ],
)
def test_the_page_speaks_the_recipients_language_names_the_office_and_needs_no_script(
    newsletter: Newsletter, name: str, language: str, title: str, buttons: list[str], done: str
) -> None:
    asked = html.fromstring(newsletter.client.get(newsletter.links[name]).text)
    answered = html.fromstring(newsletter.press(newsletter.links[name], "topic").text)
    assert [_words(one) for one in asked.xpath("//button")] == buttons
    assert "Bureau Dubois" in _words(asked.xpath("//main/p")[0])
    assert _words(answered.xpath("//main/p")[0]) == done
    for shown in (asked, answered):
        assert shown.get("lang") == language
        assert _words(shown.xpath("//h1")[0]) == title
        assert _words(shown.xpath("//title")[0]) == f"{title} · Bureau Dubois"
        assert shown.xpath("//script | //@onclick | //@onsubmit | //@onload | //a[starts-with(@href, 'java')]") == []


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("scope", "of_topic", "of_another"),
    [
        ("topic", SkipReason.REFUSED_TOPIC, None),
        ("all", SkipReason.SUPPRESSED, SkipReason.SUPPRESSED),
    ],
)
def test_the_next_mailing_skips_who_left_and_says_why(
    newsletter: Newsletter, scope: str, of_topic: SkipReason, of_another: SkipReason | None
) -> None:
    newsletter.press(newsletter.links["Els"], scope)
    assert newsletter.reasons(newsletter.prepare("newsletter", ["Els", "Jan"])) == {"Els": of_topic, "Jan": None}
    assert newsletter.reasons(newsletter.prepare("offers", ["Els", "Jan"])) == {"Els": of_another, "Jan": None}


def test_a_mailing_that_was_prepared_before_does_not_reach_who_left_since(newsletter: Newsletter) -> None:
    mailing_id = newsletter.prepare("newsletter", ["Els", "Jan"])
    newsletter.press(newsletter.links["Els"], "topic")
    with newsletter.office.book.writing() as session:
        anna = session.get_one(Collaborator, newsletter.anna_id)
        start_mailing(session, by=anna, mailing_id=mailing_id, now=newsletter.office.now())
        claimed = claim_next_delivery(session, newsletter.mailbox_id, now=newsletter.office.now())
        assert claimed is not None
        assert claimed.name == "Jan"
        left = session.scalars(select(Delivery).where(Delivery.mailing_id == mailing_id, Delivery.name == "Els")).one()
        assert (left.state, left.skipped_because) == (MailState.SKIPPED, SkipReason.REFUSED_TOPIC)


def test_who_left_them_all_is_not_brought_back_by_another_row_with_the_address(newsletter: Newsletter) -> None:
    newsletter.press(newsletter.links["Els"], "all")
    with newsletter.office.book.writing() as session:
        newsletter.people["Purchases"] = new_person(session, "Purchases", "ELS@dupont.example").id
    assert newsletter.reasons(newsletter.prepare("offers", ["Purchases"])) == {"Purchases": SkipReason.SUPPRESSED}
