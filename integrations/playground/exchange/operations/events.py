"""Subscribe, GetEvents and Unsubscribe: pull notifications. A restart forgets subscriptions, as Exchange's does."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode, b64encode
from uuid import uuid4

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.folders import folder_id
from integrations.playground.exchange.item_rows import stamp
from integrations.playground.exchange.items import change_key, item_id
from integrations.playground.exchange.operations.call import Call
from integrations.playground.exchange.server import Subscription
from integrations.playground.exchange.soap import escape

_EVENTS = {"create": ("CreatedEvent", "NewMailEvent"), "delete": ("DeletedEvent",)}
_MOST = 50  # events in one answer


def subscribe(call: Call) -> str:
    """Opens a subscription on folders. Only kinds of event that were asked for are told."""
    request = call.element[0]
    folders = [call.folder(element) for element in soap.find_all(request, "t:FolderIds/*")]
    if not folders:
        rows = call.server.folder_rows
        folders = [folder.row for folder in rows.all(call.owner.key)]
    kinds = frozenset(element.text or "" for element in soap.find_all(request, "t:EventTypes/t:EventType"))
    number = str(uuid4())
    call.server.subscriptions[number] = Subscription(call.owner.key, tuple(folders), kinds)
    last = call.server.database.connection.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0]
    content = f"<m:SubscriptionId>{number}</m:SubscriptionId><m:Watermark>{_mark(last)}</m:Watermark>"
    return soap.response("Subscribe", [soap.success("SubscribeResponseMessage", content)])


def get_events(call: Call) -> str:
    """What happened since the watermark; a StatusEvent when nothing did."""
    number, subscription = _subscription(call)
    watermark = soap.text(call.element, "m:Watermark")
    since = _seq(watermark)
    rows = call.server.database.connection.execute(
        "SELECT c.seq, c.entry, c.kind, c.folder, f.distinguished FROM change c JOIN folder f ON f.id = c.folder "
        "WHERE c.seq > ? AND c.folder IN (SELECT value FROM json_each(?)) ORDER BY c.seq LIMIT ?",
        (since, json.dumps(subscription.folders), _MOST + 1),
    ).fetchall()
    told = rows[:_MOST]
    now = stamp(call.server.now())
    events = "".join(_events(row, subscription.kinds, now) for row in told)
    if not events:
        last = told[-1]["seq"] if told else since
        events = f"<t:StatusEvent><t:Watermark>{_mark(last)}</t:Watermark></t:StatusEvent>"
    content = (
        f"<m:Notification><t:SubscriptionId>{escape(number)}</t:SubscriptionId>"
        f"<t:PreviousWatermark>{escape(watermark)}</t:PreviousWatermark>"
        f"<t:MoreEvents>{str(len(rows) > _MOST).lower()}</t:MoreEvents>{events}</m:Notification>"
    )
    return soap.response("GetEvents", [soap.success("GetEventsResponseMessage", content)])


def _events(row: sqlite3.Row, kinds: frozenset[str], now: str) -> str:
    """The events that a change is, of the kinds that were asked for."""
    names = [name for name in _EVENTS.get(row["kind"], ("ModifiedEvent",)) if name in kinds]
    return "".join(
        f"<t:{name}><t:Watermark>{_mark(row['seq'])}</t:Watermark><t:TimeStamp>{now}</t:TimeStamp>"
        f'<t:ItemId Id="{item_id(row["entry"])}" ChangeKey="{change_key(row["seq"])}"/>'
        f'<t:ParentFolderId Id="{folder_id(row["folder"])}"/></t:{name}>'
        for name in names
        if name != "NewMailEvent" or row["distinguished"] == "inbox"
    )


def unsubscribe(call: Call) -> str:
    """Ends a subscription."""
    number, _ = _subscription(call)
    del call.server.subscriptions[number]
    return soap.response("Unsubscribe", [soap.success("UnsubscribeResponseMessage")])


def _subscription(call: Call) -> tuple[str, Subscription]:
    number = soap.text(call.element, "m:SubscriptionId")
    found = call.server.subscriptions.get(number)
    if found is None or found.owner != call.owner.key:
        raise EwsError("ErrorSubscriptionNotFound", "The subscription was not found or has ended.")
    return number, found


def _mark(seq: int) -> str:
    return b64encode(f"watermark {seq}".encode()).decode()


def _seq(watermark: str) -> int:
    try:
        return int(b64decode(watermark, validate=True).decode().split()[1])
    except (ValueError, IndexError) as problem:
        raise EwsError("ErrorInvalidWatermark", "The watermark is not one of this subscription.") from problem
