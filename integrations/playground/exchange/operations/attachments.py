"""CreateAttachment, GetAttachment and DeleteAttachment."""

from __future__ import annotations

import sqlite3
from base64 import b64decode, b64encode

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Mangling
from integrations.playground.exchange.errors import EwsError, ItemNotFound
from integrations.playground.exchange.grammar import prefixed
from integrations.playground.exchange.items import change_key, item_id
from integrations.playground.exchange.mime_in import parse
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.operations.item_fields import attachment_from
from integrations.playground.exchange.properties import attachment_head, attachment_id, mailbox
from integrations.playground.exchange.soap import Element, escape
from integrations.playground.exchange.values import Attachment

_EMPTY = "<m:Attachments/>"


def create_attachment(call: Call) -> str:
    """Adds attachments to an item, whose change key changes with each."""
    parent = soap.find(call.element, "m:ParentItemId")
    assert parent is not None, "the grammar demands it"

    def one(element: Element) -> str:
        items = call.server.item_rows
        row = items.row(call.owner.key, parent.get("Id", ""))
        (number,) = items.attach(row, [attachment_from(element)])
        changed = items.row(call.owner.key, item_id(row["entry"]))
        kind = prefixed(element)[2:]
        root = f'RootItemId="{item_id(changed["entry"])}" RootItemChangeKey="{change_key(changed["change_key"])}"'
        return (
            f'<m:Attachments><t:{kind}><t:AttachmentId Id="{attachment_id(str(number))}" {root}/></t:{kind}>'
            "</m:Attachments>"
        )

    files = soap.find_all(call.element, "m:Attachments/*")
    answers = answer_each("CreateAttachmentResponseMessage", files, one, on_error=_EMPTY)
    return soap.response("CreateAttachment", answers)


def get_attachment(call: Call) -> str:
    """Attachments with their content: files as base64, attached mails as items, with their MIME when asked for."""
    with_mime = soap.text(call.element, "m:AttachmentShape/t:IncludeMimeContent").lower() in {"true", "1"}
    with_mime = with_mime or any(
        path.get("FieldURI") == "item:MimeContent"
        for path in soap.find_all(call.element, "m:AttachmentShape//t:FieldURI")
    )

    def one(element: Element) -> str:
        file, _ = _stored(call, element)
        if file.is_item:
            shown = f"<t:ItemAttachment>{attachment_head(file)}{_attached(file, with_mime)}</t:ItemAttachment>"
        else:
            content = b64encode(file.content).decode()
            shown = f"<t:FileAttachment>{attachment_head(file)}<t:Content>{content}</t:Content></t:FileAttachment>"
        return f"<m:Attachments>{shown}</m:Attachments>"

    ids = soap.find_all(call.element, "m:AttachmentIds/t:AttachmentId")
    return soap.response("GetAttachment", answer_each("GetAttachmentResponseMessage", ids, one, on_error=_EMPTY))


def delete_attachment(call: Call) -> str:
    """Removes attachments; the answer holds the item's new change key."""

    def one(element: Element) -> str:
        _, stored = _stored(call, element)
        items = call.server.item_rows
        row = items.row(call.owner.key, item_id(stored["entry"]))
        items.detach(row, stored["number"])
        changed = items.row(call.owner.key, item_id(stored["entry"]))
        return (
            f'<m:RootItemId RootItemId="{item_id(changed["entry"])}" '
            f'RootItemChangeKey="{change_key(changed["change_key"])}"/>'
        )

    ids = soap.find_all(call.element, "m:AttachmentIds/t:AttachmentId")
    return soap.response("DeleteAttachment", answer_each("DeleteAttachmentResponseMessage", ids, one))


def _stored(call: Call, element: Element) -> tuple[Attachment, sqlite3.Row]:
    """The attachment that an AttachmentId names in the owner's mailbox. Raises EwsError."""
    try:
        number = int(b64decode(element.get("Id", "").removeprefix("AAAt"), validate=True).decode().split()[1])
    except (ValueError, IndexError) as problem:
        raise EwsError("ErrorInvalidAttachmentId", "The attachment id is malformed.") from problem
    row = call.server.database.connection.execute(
        "SELECT a.id AS number, a.*, i.entry FROM attachment a JOIN item i ON i.id = a.item "
        "JOIN folder f ON f.id = i.folder WHERE a.id = ? AND f.owner = ?",
        (number, call.owner.key),
    ).fetchone()
    if row is None:
        raise ItemNotFound
    file = Attachment(
        row["name"],
        row["media_type"],
        row["content"],
        row["content_id"],
        bool(row["is_inline"]),
        str(number),
        row["size"],
    )
    return file, row


def _attached(file: Attachment, with_mime: bool) -> str:
    mail = parse(file.content, Mangling())
    mime = (
        f'<t:MimeContent CharacterSet="UTF-8">{b64encode(file.content).decode()}</t:MimeContent>' if with_mime else ""
    )
    sender = f"<t:From>{mailbox(mail.sender)}</t:From>" if mail.sender else ""
    message_id = f"<t:InternetMessageId>{escape(mail.message_id)}</t:InternetMessageId>" if mail.message_id else ""
    return (
        f"<t:Message>{mime}<t:ItemClass>{mail.item_class}</t:ItemClass><t:Subject>{escape(mail.subject)}</t:Subject>"
        f'<t:Body BodyType="Text">{escape(mail.text)}</t:Body>{sender}{message_id}</t:Message>'
    )
