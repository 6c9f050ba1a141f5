"""SyncFolderItems: what changed in a folder since a state that the client keeps for the server."""

from __future__ import annotations

import sqlite3
from base64 import b64decode, b64encode

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError, SchemaViolation
from integrations.playground.exchange.items import change_key, entry_of, item_id
from integrations.playground.exchange.operations.call import Call
from integrations.playground.exchange.properties import Shape, id_element, render, shape_of

_MOST = 512  # what MaxChangesReturned may be at most (…/web-service-reference/maxchangesreturned)


def sync_folder_items(call: Call) -> str:
    """Changes in the order in which they happened, at most MaxChangesReturned of them, and the state after them."""
    folder = call.needed_folder("m:SyncFolderId")
    since = _seq_in(call, soap.text(call.element, "m:SyncState"), folder)
    limit = _limit(soap.text(call.element, "m:MaxChangesReturned"))
    shape = shape_of(soap.find(call.element, "m:ItemShape"), is_listing=True)
    ignored = {entry_of(element.get("Id", "")) for element in soap.find_all(call.element, "m:Ignore/t:ItemId")}
    connection = call.server.database.connection
    shown: list[str] = []
    seen, is_last = since, True
    for change in connection.execute(
        "SELECT c.seq, c.entry, c.kind FROM change c WHERE c.folder = ? AND c.seq > ? ORDER BY c.seq", (folder, since)
    ):
        text = "" if change["entry"] in ignored else _shown(connection, change, since, shape)
        if text and len(shown) == limit:
            is_last = False
            break
        if text:
            shown.append(text)
        seen = change["seq"]
    content = (
        f"<m:SyncState>{_state(call, folder, seen)}</m:SyncState>"
        f"<m:IncludesLastItemInRange>{str(is_last).lower()}</m:IncludesLastItemInRange>"
        f"<m:Changes>{''.join(shown)}</m:Changes>"
    )
    return soap.response("SyncFolderItems", [soap.success("SyncFolderItemsResponseMessage", content)])


def _shown(connection: sqlite3.Connection, change: sqlite3.Row, since: int, shape: Shape) -> str:
    """The change as the client should hear of it; "" when a later one, or its absence so far, makes it pointless."""
    entry, kind = change["entry"], change["kind"]
    if kind == "delete":
        was_known = entry <= since
        return (
            f'<t:Delete><t:ItemId Id="{item_id(entry)}" ChangeKey="{change_key(entry)}"/></t:Delete>'
            if was_known
            else ""
        )
    row = connection.execute("SELECT * FROM item WHERE entry = ?", (entry,)).fetchone()
    if row is None:
        return ""
    if kind == "create":
        return f"<t:Create>{render(connection, row, shape)}</t:Create>"
    is_superseded = connection.execute(
        "SELECT 1 FROM change WHERE entry = ? AND kind = ? AND seq > ?", (entry, kind, change["seq"])
    ).fetchone()
    if entry > since or is_superseded:
        return ""
    if kind == "read":
        read = str(bool(row["is_read"])).lower()
        return f"<t:ReadFlagChange>{id_element(row)}<t:IsRead>{read}</t:IsRead></t:ReadFlagChange>"
    return f"<t:Update>{render(connection, row, shape)}</t:Update>"


def _state(call: Call, folder: int, seq: int) -> str:
    return b64encode(f"{call.server.database.instance}/{folder}/{seq}".encode()).decode()


def _seq_in(call: Call, state: str, folder: int) -> int:
    if not state:
        return 0
    try:
        instance, known_folder, seq = b64decode(state, validate=True).decode().split("/")
        if instance == call.server.database.instance and int(known_folder) == folder:
            return int(seq)
    except ValueError:
        pass  # the state is malformed, which is as bad as somebody else's
    raise EwsError("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.")


def _limit(text: str) -> int:
    limit = soap.number(text)
    if not 1 <= limit <= _MOST:
        raise SchemaViolation(f"MaxChangesReturned is not between 1 and {_MOST}.")
    return limit
