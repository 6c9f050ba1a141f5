"""Which status of a relation may come after which."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dupont import new_collaborator, new_relation

from store.base import BookError
from store.collaborators import Role
from store.domain import Listed, line_with_key
from store.engine import Book
from store.lists.lines import add_line, edit_line
from store.lists.merging import merge_lines, undo_merge
from store.lists.registry import list_of
from store.relation_facts import What, note_by_hand, value_on
from store.starter import seed_domain_data
from store.statuses import RelationStatus

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


def test_a_status_follows_only_those_that_the_office_lets_it_follow(book: Book) -> None:
    with book.writing() as session:
        seed_domain_data(session, book.now())
        anna, _mailbox = new_collaborator(session, "Anna")
        anna.role = Role.ADMIN
        dupont = new_relation(session, "Dupont")
        prospect, client, former = (
            line_with_key(session, RelationStatus, key) for key in ("prospect", "client", "former_client")
        )

        def note(status: RelationStatus, on: date) -> None:
            with session.begin_nested():
                note_by_hand(session, dupont.id, What.STATUS, status.id, on=on, by=anna, now=book.now())

        note(former, TODAY - 9 * DAY)
        note(prospect, TODAY - 3 * DAY)
        edit_line(session, list_of(RelationStatus), prospect.id, {"next_keys": "client, no_such"}, by=anna)
        assert prospect.next_keys == "client,no_such"
        with pytest.raises(BookError) as refused:
            note(former, TODAY)
        assert (refused.value.field, refused.value.values["names"]) == ("status", ["Client"])
        note(prospect, TODAY)
        note(client, TODAY - DAY)
        shown = value_on(session, dupont.id, What.STATUS, TODAY, asked_by=anna)
        assert shown is prospect, "what was noted for later stays"
        client.retired_at = book.now()
        session.flush()
        note(former, TODAY - 2 * DAY)


def test_a_status_that_was_merged_leads_to_the_other_also_where_it_might_follow(book: Book) -> None:
    with book.writing() as session:
        seed_domain_data(session, book.now())
        anna, _mailbox = new_collaborator(session, "Anna")
        anna.role = Role.ADMIN
        statuses, by_anna = list_of(RelationStatus), {"by": anna, "now": book.now()}
        labels = {f"label_{language}": "Customer" for language in ("en", "fr", "nl")}
        customer = add_line(session, statuses, {**labels, "meaning": "client", "emoji": "wine_glass"}, **by_anna)
        prospect, client, former = (
            line_with_key(session, RelationStatus, key) for key in ("prospect", "client", "former_client")
        )
        edit_line(session, statuses, prospect.id, {"next_keys": "client"}, by=anna)
        merge_lines(session, statuses, client.id, customer.id, **by_anna)

        def follows_prospect(status: Listed, name: str) -> bool:
            relation_id = new_relation(session, name).id
            for one, on in ((prospect, TODAY - DAY), (status, TODAY)):
                try:
                    with session.begin_nested():
                        note_by_hand(session, relation_id, What.STATUS, one.id, on=on, **by_anna)
                except BookError:
                    return False
            return True

        assert (follows_prospect(customer, "Dupont"), follows_prospect(former, "Orval")) == (True, False)
        undo_merge(session, statuses, client.id, **by_anna)
        assert (follows_prospect(client, "Chimay"), follows_prospect(customer, "Rochefort")) == (True, False)
