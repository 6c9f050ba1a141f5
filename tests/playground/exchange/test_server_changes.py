"""Incremental reading: changes since a state, pull notifications, the folder tree."""

from __future__ import annotations

import pytest
from exchange_drafts import save
from exchange_server import ANNA, ELS
from exchangelib.errors import ErrorInvalidSyncStateData, ErrorSubscriptionNotFound


def changes(folder, **options):
    fields = ["subject", "test_marker", "is_read"]
    return list(folder.sync_items(only_fields=fields, **options))


def test_changes_come_once_in_order_and_page_by_page(exchange):
    account = exchange.open(ANNA)
    for number in range(5):
        save(account, test_marker=f"mark-{number}")
    drafts = account.drafts
    fresh = list(drafts.sync_items(only_fields=["test_marker"], max_changes_returned=2))
    assert [(kind, item.test_marker) for kind, item in fresh] == [("create", f"mark-{n}") for n in range(5)]
    assert changes(drafts) == []
    first, second, third = (item for _, item in fresh[:3])
    drafts.get(id=first.id).delete()
    exchange.server.mark_read(ANNA.address, second.id)
    edited = drafts.get(id=third.id)
    edited.subject = "Changed"
    edited.save(update_fields=["subject"])
    got = changes(drafts)
    assert [kind for kind, _ in got] == ["delete", "read_flag_change", "update"]
    assert got[0][1].id == first.id
    assert got[1][1][1] is True
    assert got[2][1].subject == "Changed"


def test_what_came_and_went_between_two_reads_is_not_reported(exchange):
    account = exchange.open(ANNA)
    drafts = account.drafts
    changes(drafts)
    save(account).delete()
    assert changes(drafts) == []


def test_a_forgotten_sync_state_is_refused(exchange):
    inbox = exchange.open(ANNA).inbox
    changes(inbox)
    state = inbox.item_sync_state
    exchange.server.forget_sync_states()
    for bad in (state, "bm90IG91cnM="):
        with pytest.raises(ErrorInvalidSyncStateData):
            changes(inbox, sync_state=bad)


def test_a_restart_loses_nothing_and_keeps_sync_states(make_exchange):
    before = make_exchange().open(ANNA)
    changes(before.sent)
    save(before, test_marker="mark-1").send()
    after = make_exchange().open(ANNA)
    got = changes(after.sent, sync_state=before.sent.item_sync_state)
    assert [(kind, item.test_marker) for kind, item in got] == [("create", "mark-1")]


def test_a_pull_subscription_tells_of_new_mail_until_it_ends(exchange):
    inbox = exchange.open(ELS).inbox
    number, watermark = inbox.subscribe_to_pull()
    save(exchange.open(ANNA)).send()
    (notification,) = inbox.get_events(number, watermark)
    assert [type(event).__name__ for event in notification.events] == ["CreatedEvent", "NewMailEvent"]
    (notification,) = inbox.get_events(number, notification.events[-1].watermark)
    assert [type(event).__name__ for event in notification.events] == ["StatusEvent"]
    inbox.unsubscribe(number)
    with pytest.raises(ErrorSubscriptionNotFound):
        list(inbox.get_events(number, watermark))


def test_the_folder_tree_is_told_once(exchange):
    root = exchange.open(ANNA).root
    assert "Brouillons" in [folder.name for kind, folder in root.sync_hierarchy() if kind == "create"]
    assert list(root.sync_hierarchy()) == []
