"""Looking after the web addresses that actions are linked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from job_office import JobOffice

from integrations.web_links import Found
from jobs import check_links
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
    return web


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


def test_an_office_that_wants_no_address_asked_asks_none(sqlite_office: JobOffice, web: Web) -> None:
    _link(sqlite_office, sqlite_office.plans(), DEAD)
    settings = sqlite_office.office.settings
    actions = settings.actions.model_copy(update={"linked_addresses": "none"})
    office = replace(sqlite_office.office, settings=settings.model_copy(update={"actions": actions}))
    check_links.check_links(office, sqlite_office.clock())
    assert web.asked == []
