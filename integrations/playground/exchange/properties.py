"""The properties that EWS shows of an item, in the order of its schema, and the shapes that choose among them."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.playground.exchange import soap
from integrations.playground.exchange.event_properties import EVENT_PROPERTIES
from integrations.playground.exchange.extended import field_uri, key_of
from integrations.playground.exchange.folders import folder_id
from integrations.playground.exchange.item_rows import attachments_of, extended_of, whole_mail
from integrations.playground.exchange.items import change_key, item_id
from integrations.playground.exchange.mime_out import build
from integrations.playground.exchange.soap import Element, escape
from integrations.playground.exchange.values import Address, Attachment

_DEFAULT = frozenset(
    {
        "item:Subject", "item:Sensitivity", "item:Body", "item:Attachments", "item:Size", "item:DateTimeSent",
        "item:DateTimeCreated", "item:HasAttachments", "item:IsAssociated", "message:ToRecipients",
        "message:CcRecipients", "message:BccRecipients", "message:From", "message:IsRead", "calendar:Start",
        "calendar:End", "calendar:Location", "calendar:UID",
    }
)  # fmt: skip
# What FindItem and SyncFolderItems never give, whatever is asked (…/web-service-reference/finditem-operation).
SINGLE_ITEM_ONLY = frozenset(
    {
        "item:MimeContent", "item:Body", "item:TextBody", "item:UniqueBody", "item:Attachments", "message:ToRecipients",
        "message:CcRecipients", "message:BccRecipients", "message:ReplyTo", "item:InternetMessageHeaders",
        "item:ResponseObjects",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """Which properties an answer holds. `body_type` is Best, HTML or Text."""

    fields: frozenset[str]
    extended: tuple[dict[str, str], ...] = ()
    body_type: str = "Best"
    is_all: bool = False

    def shows(self, uri: str) -> bool:
        return uri in self.fields or (self.is_all and uri != "item:MimeContent")


def shape_of(element: Element | None, *, is_listing: bool = False) -> Shape:
    """The shape in an ItemShape or AttachmentShape element; a listing leaves out what only GetItem gives."""
    if element is None:
        return Shape(frozenset())
    base = soap.text(element, "t:BaseShape", "IdOnly")
    fields = set(_DEFAULT) if base == "Default" else set()
    if soap.text(element, "t:IncludeMimeContent").lower() in {"true", "1"}:
        fields.add("item:MimeContent")
    extended = []
    for name, path in soap.children(soap.find(element, "t:AdditionalProperties")):
        attributes = {str(key): str(value) for key, value in path.attrib.items()}
        if name == "t:ExtendedFieldURI":
            key_of(attributes)
            extended.append(attributes)
        elif name == "t:FieldURI":
            fields.add(attributes["FieldURI"])
    if is_listing:
        fields -= SINGLE_ITEM_ONLY
    return Shape(frozenset(fields), tuple(extended), soap.text(element, "t:BodyType", "Best"), base == "AllProperties")


@dataclass(slots=True)
class View:
    """An item while it is being shown: reads attachments and extended properties only when they are asked for."""

    connection: sqlite3.Connection
    row: sqlite3.Row
    shape: Shape
    people: dict[str, list[list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self.people = json.loads(self.row["people"])

    def attachments(self) -> tuple[Attachment, ...]:
        return attachments_of(self.connection, self.row["id"], with_content=False)


def render(connection: sqlite3.Connection, row: sqlite3.Row, shape: Shape) -> str:
    """The item as the element of its kind (Message, CalendarItem, MeetingRequest, …)."""
    view = View(connection, row, shape)
    kind = row["kind"]
    shown = [text for uri, show in _ITEM if (uri == "item:ItemId" or shape.shows(uri)) and (text := show(view))]
    if kind == "CalendarItem" or kind.startswith("Meeting"):
        if kind != "CalendarItem":
            shown += [text for uri, show in _MESSAGE if shape.shows(uri) and (text := show(view))]
        shown += [show(row) for kinds, uri, show in EVENT_PROPERTIES if kind in kinds and shape.shows(uri)]
    else:
        shown += [text for uri, show in _MESSAGE if shape.shows(uri) and (text := show(view))]
    return f"<t:{kind}>{''.join(shown)}</t:{kind}>"


def render_id(row: sqlite3.Row) -> str:
    """The item's id and nothing else, as CreateItem and UpdateItem answer."""
    return f"<t:{row['kind']}>{id_element(row)}</t:{row['kind']}>"


def id_element(row: sqlite3.Row) -> str:
    """The ItemId element."""
    return f'<t:ItemId Id="{item_id(row["entry"])}" ChangeKey="{change_key(row["change_key"])}"/>'


def mailbox(person: Address) -> str:
    """A Mailbox element."""
    name = escape(person.name or person.address)
    return (
        f"<t:Mailbox><t:Name>{name}</t:Name><t:EmailAddress>{escape(person.address)}</t:EmailAddress>"
        "<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox>"
    )


def attachment_elements(files: tuple[Attachment, ...]) -> str:
    """ItemAttachment and FileAttachment elements without content."""
    return "".join(f"<t:{_element(file)}>{attachment_head(file)}</t:{_element(file)}>" for file in files)


def _element(file: Attachment) -> str:
    return "ItemAttachment" if file.is_item else "FileAttachment"


def attachment_head(file: Attachment) -> str:
    """What an attachment says of itself before its content."""
    content_id = f"<t:ContentId>{escape(file.content_id)}</t:ContentId>" if file.content_id else ""
    return (
        f'<t:AttachmentId Id="{attachment_id(file.id)}"/><t:Name>{escape(file.name)}</t:Name>'
        f"<t:ContentType>{escape(file.media_type)}</t:ContentType>{content_id}<t:Size>{file.size}</t:Size>"
        f"<t:IsInline>{_flag(file.is_inline)}</t:IsInline>"
    )


def attachment_id(number: str) -> str:
    """An attachment's id as EWS shows it."""
    return "AAAt" + b64encode(f"attachment {number}".encode()).decode()


def _flag(value: object) -> str:
    return "true" if value else "false"


def _column(name: str, column: str) -> Callable[[View], str]:
    def show(view: View) -> str:
        value = view.row[column]
        return f"<t:{name}>{escape(str(value))}</t:{name}>" if value else ""

    return show


def _boolean(name: str, column: str) -> Callable[[View], str]:
    return lambda view: f"<t:{name}>{_flag(view.row[column])}</t:{name}>"


def _always(name: str, value: str) -> Callable[[View], str]:
    return lambda _view: f"<t:{name}>{value}</t:{name}>"


def _group(name: str, group: str) -> Callable[[View], str]:
    def show(view: View) -> str:
        people = view.people[group]
        return f"<t:{name}>{''.join(mailbox(Address(*pair)) for pair in people)}</t:{name}>" if people else ""

    return show


def _display(name: str, group: str) -> Callable[[View], str]:
    def show(view: View) -> str:
        return f"<t:{name}>{escape('; '.join(called or mail for mail, called in view.people[group]))}</t:{name}>"

    return show


def _from(name: str) -> Callable[[View], str]:
    def show(view: View) -> str:
        person = Address(view.row["sender_address"], view.row["sender_name"])
        return f"<t:{name}>{mailbox(person)}</t:{name}>" if person.address else ""

    return show


def _mime(view: View) -> str:
    content = b64encode(build(whole_mail(view.connection, view.row))).decode()
    return f'<t:MimeContent CharacterSet="UTF-8">{content}</t:MimeContent>'


def _body(view: View) -> str:
    row = view.row
    if view.shape.body_type == "Text" or not row["html"]:
        return f'<t:Body BodyType="Text">{escape(row["text"])}</t:Body>'
    return f'<t:Body BodyType="HTML">{escape(row["html"])}</t:Body>'


def _attachments(view: View) -> str:
    files = view.attachments()
    return f"<t:Attachments>{attachment_elements(files)}</t:Attachments>" if files else ""


def _headers(view: View) -> str:
    lines = "".join(
        f'<t:InternetMessageHeader HeaderName="{escape(name)}">{escape(value)}</t:InternetMessageHeader>'
        for name, value in json.loads(view.row["headers"])
    )
    return f"<t:InternetMessageHeaders>{lines}</t:InternetMessageHeaders>" if lines else ""


def _extended(view: View) -> str:
    if not view.shape.extended:
        return ""
    stored = extended_of(view.connection, view.row["id"])
    shown = []
    for attributes in view.shape.extended:
        values = stored.get(key_of(attributes))
        if values is None:
            continue
        if attributes["PropertyType"].endswith("Array"):
            body = "".join(f"<t:Value>{escape(value)}</t:Value>" for value in values)
            body = f"<t:Values>{body}</t:Values>"
        else:
            body = f"<t:Value>{escape(values[0])}</t:Value>"
        shown.append(f"<t:ExtendedProperty>{field_uri(attributes)}{body}</t:ExtendedProperty>")
    return "".join(shown)


_ITEM: tuple[tuple[str, Callable[[View], str]], ...] = (
    ("item:MimeContent", _mime),
    ("item:ItemId", lambda view: id_element(view.row)),
    ("item:ParentFolderId", lambda view: f'<t:ParentFolderId Id="{folder_id(view.row["folder"])}"/>'),
    ("item:ItemClass", _column("ItemClass", "item_class")),
    ("item:Subject", _column("Subject", "subject")),
    ("item:Sensitivity", _column("Sensitivity", "sensitivity")),
    ("item:Body", _body),
    ("item:Attachments", _attachments),
    ("item:DateTimeReceived", _column("DateTimeReceived", "received_at")),
    ("item:Size", _column("Size", "size")),
    ("item:Importance", _column("Importance", "importance")),
    ("item:InReplyTo", _column("InReplyTo", "in_reply_to")),
    ("item:IsSubmitted", _always("IsSubmitted", "false")),
    ("item:IsDraft", _boolean("IsDraft", "is_draft")),
    ("item:IsFromMe", _always("IsFromMe", "false")),
    ("item:IsResend", _always("IsResend", "false")),
    ("item:IsUnmodified", _always("IsUnmodified", "true")),
    ("item:InternetMessageHeaders", _headers),
    ("item:DateTimeSent", _column("DateTimeSent", "sent_at")),
    ("item:DateTimeCreated", _column("DateTimeCreated", "created_at")),
    ("item:ReminderIsSet", _always("ReminderIsSet", "false")),
    ("item:DisplayCc", _display("DisplayCc", "cc")),
    ("item:DisplayTo", _display("DisplayTo", "to")),
    ("item:HasAttachments", _boolean("HasAttachments", "has_attachments")),
    ("item:ItemId", _extended),
    ("item:LastModifiedTime", _column("LastModifiedTime", "modified_at")),
    ("item:IsAssociated", _always("IsAssociated", "false")),
    ("item:TextBody", lambda view: f'<t:TextBody BodyType="Text">{escape(view.row["text"])}</t:TextBody>'),
)
_MESSAGE: tuple[tuple[str, Callable[[View], str]], ...] = (
    ("message:Sender", _from("Sender")),
    ("message:ToRecipients", _group("ToRecipients", "to")),
    ("message:CcRecipients", _group("CcRecipients", "cc")),
    ("message:BccRecipients", _group("BccRecipients", "bcc")),
    ("message:IsReadReceiptRequested", _always("IsReadReceiptRequested", "false")),
    ("message:IsDeliveryReceiptRequested", _always("IsDeliveryReceiptRequested", "false")),
    ("message:ConversationTopic", _column("ConversationTopic", "subject")),
    ("message:From", _from("From")),
    ("message:InternetMessageId", _column("InternetMessageId", "message_id")),
    ("message:IsRead", _boolean("IsRead", "is_read")),
    ("message:IsResponseRequested", _always("IsResponseRequested", "false")),
    ("message:References", _column("References", "refs")),
    ("message:ReplyTo", _group("ReplyTo", "reply_to")),
)
