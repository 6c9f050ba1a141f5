"""Looking after the web addresses that actions are linked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from job_office import JobOffice

from bot.office import Office
from integrations.web_links import Found
from jobs import check_links, holding
from jobs.holding import Hold
from store.action_facts import facts_of
from store.actions import Action
from store.collaborators import Collaborator
from store.endings import delete_action
from store.linked_addresses import LinkedAddress
from store.linked_documents import LinkedDocument
from store.planning import edit_action

DAY = timedelta(days=1)
DEAD, ALIVE = "https://erp.example/118", "https://erp.example/119"


class Web:
    """What is found where; `asked` are the addresses that were asked, in order."""

    def __init__(self) -> None:
        self.found: dict[str, Found] = {}
        self.asked: list[str] = []

    def ask(self, url: str, *, allows_private: bool) -> Found:
        assert not allows_private
        self.asked.append(url)
        return self.found[url]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    web = Web()
    monkeypatch.setattr(check_links, "ask", web.ask)
    monkeypatch.setattr(holding, "TURN_S", 60.0)
    return web


@pytest.fixture
def office(office: JobOffice) -> JobOffice:
    """One that wants what is on the web looked at."""
    return replace(office, office=_wanting(office, "public"))


def _wanting(office: JobOffice, addresses: str) -> Office:
    settings = office.office.settings
    actions = settings.actions.model_copy(update={"linked_addresses": addresses})
    return replace(office.office, settings=settings.model_copy(update={"actions": actions}))


def _link(office: JobOffice, action_id: int, url: str) -> None:
    with office.office.book.writing() as session:
        action, anna = session.get_one(Action, action_id), session.get_one(Collaborator, office.anna_id)
        facts = replace(facts_of(action), linked=LinkedDocument("Invoice", number="118", url=url))
        edit_action(session, action_id=action_id, by=anna, version=action.version, facts=facts, now=office.clock())


def _dead_since(office: JobOffice, action_id: int) -> timedelta | None:
    """How long ago the action's address ceased to open, None while it may."""
    with office.office.book.reading() as session:
        address = session.get_one(Action, action_id).linked_address
        return office.clock() - address.dead_since_at if address and address.dead_since_at else None


def _looks(office: JobOffice, *, days: int = 1) -> None:
    for _day in range(days):
        check_links.check_links(office.office, office.clock())
        check_links.check_links(office.office, office.clock())
        office.clock.advance(DAY)


def test_an_address_is_asked_once_a_day_marked_dead_after_three_and_unmarked_when_it_opens(
    office: JobOffice, web: Web
) -> None:
    web.found = {DEAD: Found.GONE, ALIVE: Found.THERE}
    first, second, other, on_a_share = (office.plans(subject=subject) for subject in ("One", "Two", "Three", "Four"))
    for action_id, url in ((first, DEAD), (second, DEAD), (other, ALIVE), (on_a_share, "file://srv/offer.pdf")):
        _link(office, action_id, url)
    with office.office.book.reading() as session:
        versions = [session.get_one(Action, one).version for one in (first, other)]
    _looks(office, days=2)
    assert sorted(web.asked) == [DEAD, DEAD, ALIVE, ALIVE]
    assert _dead_since(office, first) is None
    _looks(office)
    assert [_dead_since(office, one) for one in (first, second, other, on_a_share)] == [3 * DAY, 3 * DAY, None, None]
    web.found[DEAD] = Found.UNKNOWN
    _looks(office)
    assert _dead_since(office, first) == 4 * DAY
    web.found[DEAD] = Found.THERE
    _looks(office)
    assert _dead_since(office, first) is None
    with office.office.book.reading() as session:
        assert [session.get_one(Action, one).version for one in (first, other)] == versions


def test_a_changed_address_is_not_dead_and_one_that_nothing_links_to_is_forgotten(office: JobOffice, web: Web) -> None:
    web.found = {DEAD: Found.GONE, ALIVE: Found.THERE}
    action_id, deleted_id = office.plans(), office.plans(subject="Two")
    _link(office, action_id, DEAD)
    _looks(office, days=3)
    assert _dead_since(office, action_id) == 3 * DAY
    _link(office, action_id, ALIVE)
    assert _dead_since(office, action_id) is None
    _link(office, deleted_id, "https://erp.example/120")
    with office.office.book.writing() as session:
        anna = session.get_one(Collaborator, office.anna_id)
        delete_action(session, action_id=deleted_id, by=anna, now=office.clock())
    web.asked.clear()
    _looks(office)
    assert web.asked == [ALIVE]
    assert [row.url for row in office.rows(LinkedAddress) if row.url == DEAD] == []


def test_an_address_on_a_share_is_forgotten_once_nothing_links_to_it(office: JobOffice, web: Web) -> None:
    web.found = {ALIVE: Found.THERE}
    action_id = office.plans()
    _link(office, action_id, "file://srv/els.pdf")
    _looks(office)
    _link(office, action_id, ALIVE)
    _looks(office)
    assert [row.url for row in office.rows(LinkedAddress)] == [ALIVE]


def test_who_is_asked_to_let_others_have_a_turn_stops_and_the_rest_stays_due(
    office: JobOffice, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.found = {DEAD: Found.GONE, ALIVE: Found.THERE}
    for url in (DEAD, ALIVE):
        _link(office, office.plans(subject=url), url)
    before = 0
    monkeypatch.setattr(Hold, "is_over", property(lambda _hold: len(web.asked) > before))
    check_links.check_links(office.office, office.clock())
    before = len(web.asked)
    check_links.check_links(office.office, office.clock())
    assert (before, set(web.asked)) == (1, {DEAD, ALIVE})


def test_an_office_that_wants_no_address_asked_asks_none_and_forgets_what_it_knew(office: JobOffice, web: Web) -> None:
    web.found = {DEAD: Found.GONE}
    action_id = office.plans()
    _link(office, action_id, DEAD)
    _looks(office, days=3)
    assert _dead_since(office, action_id) == 3 * DAY
    web.asked.clear()
    check_links.check_links(_wanting(office, "none"), office.clock())
    assert web.asked == []
    assert _dead_since(office, action_id) is None
    assert office.rows(LinkedAddress) == []
    _looks(office)
    assert web.asked == [DEAD], "for an office that wants it again"
