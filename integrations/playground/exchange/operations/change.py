"""UpdateItem, SendItem, DeleteItem and MoveItem."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.extended import key_of
from integrations.playground.exchange.grammar import prefixed
from integrations.playground.exchange.item_rows import whole_mail
from integrations.playground.exchange.items import change_key, item_id
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.operations.item_fields import Written, clear_field, set_field
from integrations.playground.exchange.properties import render_id
from integrations.playground.exchange.soap import Element, children


def send_item(call: Call) -> str:
    """Sends drafts. The copy in Sent Items is another id than the draft was."""
    is_saved = call.element.get("SaveItemToFolder", "").strip() in {"true", "1"}
    folder = call.folder_at("m:SavedItemFolderId")
    if folder is not None and not is_saved:
        raise EwsError("ErrorInvalidSendItemSaveSettings", "A folder to save to needs SaveItemToFolder true.")
    if is_saved and folder is None:
        folder = call.server.folder(call.owner.address, "sentitems")

    def one(element: Element) -> str:
        row = _current(call, element)
        if row["event"] is not None or not row["is_draft"]:
            raise EwsError("ErrorInvalidItemForOperationSendItem", "This item can't be sent.")
        call.server.post_office.send(call.owner, row, folder)
        return ""

    ids = soap.find_all(call.element, "m:ItemIds/t:ItemId")
    return soap.response("SendItem", answer_each("SendItemResponseMessage", ids, one))


def delete_item(call: Call) -> str:
    """Deletes items: HardDelete and SoftDelete for good, MoveToDeletedItems into that folder."""
    is_moved = call.element.get("DeleteType") == "MoveToDeletedItems"
    bin_ = call.server.folder(call.owner.address, "deleteditems")

    def one(element: Element) -> str:
        row = call.server.item_rows.row(call.owner.key, element.get("Id", ""))
        if is_moved and row["folder"] != bin_:
            call.server.item_rows.move(row, bin_)
        else:
            call.server.item_rows.remove(row)
        return ""

    ids = soap.find_all(call.element, "m:ItemIds/t:ItemId")
    return soap.response("DeleteItem", answer_each("DeleteItemResponseMessage", ids, one))


def move_item(call: Call) -> str:
    """Moves items; each gets another id, which is what the answer holds."""
    folder = call.needed_folder("m:ToFolderId")

    def one(element: Element) -> str:
        items = call.server.item_rows
        entry = items.move(items.row(call.owner.key, element.get("Id", "")), folder)
        return f"<m:Items>{render_id(items.row(call.owner.key, item_id(entry)))}</m:Items>"

    ids = soap.find_all(call.element, "m:ItemIds/t:ItemId")
    return soap.response("MoveItem", answer_each("MoveItemResponseMessage", ids, one, on_error="<m:Items/>"))


def update_item(call: Call) -> str:
    """Sets and deletes properties, resolving conflicts as asked."""
    resolution = call.element.get("ConflictResolution", "")

    def one(element: Element) -> str:
        with call.server.database.writing():
            row = _to_update(call, element, resolution)
            _update(call, row, element)
            changed = call.server.item_rows.row(call.owner.key, item_id(row["entry"]))
        count = "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"
        return f"<m:Items>{render_id(changed)}</m:Items>{count}"

    changes = soap.find_all(call.element, "m:ItemChanges/t:ItemChange")
    answers = answer_each("UpdateItemResponseMessage", changes, one, on_error="<m:Items/>")
    return soap.response("UpdateItem", answers)


def _current(call: Call, element: Element) -> sqlite3.Row:
    """The item, when the change key is the current one (…/web-service-reference/senditem-operation)."""
    row = call.server.item_rows.row(call.owner.key, element.get("Id", ""))
    given = element.get("ChangeKey")
    if not given:
        raise EwsError("ErrorChangeKeyRequired", "The change key is required for this operation.")
    if given != change_key(row["change_key"]):
        raise EwsError("ErrorIrresolvableConflict", "The change key passed in is not the current one of the item.")
    return row


def _to_update(call: Call, element: Element, resolution: str) -> sqlite3.Row:
    id_element = soap.find(element, "t:ItemId")
    assert id_element is not None, "the grammar demands it"
    row = call.server.item_rows.row(call.owner.key, id_element.get("Id", ""))
    given = id_element.get("ChangeKey")
    if resolution == "AlwaysOverwrite":
        return row
    if not given:
        raise EwsError("ErrorChangeKeyRequiredForWriteOperations", "The change key is required for this operation.")
    if resolution == "NeverOverwrite" and given != change_key(row["change_key"]):
        raise EwsError("ErrorIrresolvableConflict", "The change key passed in is not the current one of the item.")
    return row


def _update(call: Call, row: sqlite3.Row, element: Element) -> None:
    if row["event"] is not None:
        raise EwsError("ErrorInvalidOperation", "Calendar entries can't be updated here.")
    server = call.server
    before = whole_mail(server.database.connection, row)
    written = Written(mail=before)
    for name, change in children(soap.find(element, "t:Updates")):
        path = change[0]
        if prefixed(path) == "t:ExtendedFieldURI" and name == "t:DeleteItemField":
            key = key_of({str(attribute): str(value) for attribute, value in path.attrib.items()})
            written.extended[key] = ()
        elif name == "t:DeleteItemField":
            clear_field(written, str(path.get("FieldURI")))
        elif name == "t:SetItemField":
            if len(change[1]) != 1:
                raise EwsError("ErrorIncorrectUpdatePropertyCount", "Each change sets exactly one property.")
            for child_name, child in children(change[1]):
                set_field(written, child_name, child, server.mangling)
        else:
            raise EwsError("ErrorInvalidPropertyAppend", "Only recipients and bodies could be appended to.")
    _store(call, row, before is written.mail, written)


def _store(call: Call, row: sqlite3.Row, is_same_mail: bool, written: Written) -> None:
    items = call.server.item_rows
    for key, values in written.extended.items():
        items.extend(row, key, values)
    if not is_same_mail:
        items.rewrite(row, replace(written.mail, mime=None))
    flag = {} if written.is_read is None else {"is_read": written.is_read}
    is_read_only = is_same_mail and not written.extended and bool(flag)
    if flag or is_same_mail:
        items.change(row, flag, kind="read" if is_read_only else "update")
