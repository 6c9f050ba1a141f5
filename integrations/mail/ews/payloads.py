"""What is asked of Exchange, as XML in the order of Microsoft's schema (messages.xsd, types.xsd)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

import lxml.etree
from lxml.etree import _Element

from integrations.mail.ews.operations import NAMESPACES
from integrations.mail.message import Folder

_ID_ONLY = "<t:BaseShape>IdOnly</t:BaseShape>"
# SyncFolderItems gives at most this many.
MAX_CHANGES = 512

# The property that marks a mail as ours: a named one in a set of our own, kept by Exchange from draft to sent copy.
MARKER_SET_ID = "5f1ce1a6-2c61-4a0e-9c55-6b3d7a1d8e42"
MARKER_NAME = "RapportMail"
_MARKER_URI = (
    f'<t:ExtendedFieldURI PropertySetId="{MARKER_SET_ID}" PropertyName="{MARKER_NAME}" PropertyType="String"/>'
)

# https://learn.microsoft.com/exchange/client-developer/web-service-reference/distinguishedfolderid
_FOLDER_IDS = {Folder.INBOX: "inbox", Folder.SENT: "sentitems", Folder.DRAFTS: "drafts"}
_CHANGE_PROPERTIES = (
    "item:ItemClass",
    "item:Sensitivity",
    "item:HasAttachments",
    "item:DateTimeSent",
    "item:DateTimeReceived",
    "item:Size",
)
_MAIL_PROPERTIES = (
    "item:ItemClass",
    "item:Subject",
    "item:Sensitivity",
    "item:DateTimeSent",
    "item:DateTimeCreated",
    "item:InReplyTo",
    "message:From",
    "message:ToRecipients",
    "message:CcRecipients",
    "message:BccRecipients",
    "message:InternetMessageId",
)


def get_folders(folders: Iterable[Folder], owner: str) -> _Element:
    """Only whether they can be opened."""
    ids = "".join(_folder_id(folder, owner) for folder in folders)
    return _element("GetFolder", f"<m:FolderShape>{_ID_ONLY}</m:FolderShape><m:FolderIds>{ids}</m:FolderIds>")


def sync_items(folder: Folder, owner: str, sync_state: str, *, ids_only: bool) -> _Element:
    """What changed since the state; `ids_only` is all it takes to learn the present state."""
    shape = _ID_ONLY if ids_only else _ID_ONLY + _properties(_CHANGE_PROPERTIES, _MARKER_URI)
    payload = _element(
        "SyncFolderItems",
        f"<m:ItemShape>{shape}</m:ItemShape>"
        f"<m:SyncFolderId>{_folder_id(folder, owner)}</m:SyncFolderId>"
        f"<m:SyncState/><m:MaxChangesReturned>{MAX_CHANGES}</m:MaxChangesReturned>",
    )
    state = payload.find("m:SyncState", NAMESPACES)
    assert state is not None
    if sync_state:
        state.text = sync_state
    else:
        payload.remove(state)
    return payload


def get_mail(item_id: str) -> _Element:
    """A mail's MIME and the properties that its MIME does not tell (blind copies) or tells worse."""
    shape = f"{_ID_ONLY}<t:IncludeMimeContent>true</t:IncludeMimeContent>{_properties(_MAIL_PROPERTIES)}"
    return _element("GetItem", f"<m:ItemShape>{shape}</m:ItemShape><m:ItemIds>{_item_id(item_id)}</m:ItemIds>")


def get_mail_in_parts(item_id: str) -> _Element:
    """A mail's properties, its text, and its attachments without content."""
    properties = _properties((*_MAIL_PROPERTIES, "item:Body", "item:InternetMessageHeaders", "item:Attachments"))
    shape = f"{_ID_ONLY}<t:BodyType>Text</t:BodyType>{properties}"
    return _element("GetItem", f"<m:ItemShape>{shape}</m:ItemShape><m:ItemIds>{_item_id(item_id)}</m:ItemIds>")


def get_key(item_id: str) -> _Element:
    """An item's id with its present change key."""
    exchange_id = _item_id(item_id.partition(" ")[0])
    return _element("GetItem", f"<m:ItemShape>{_ID_ONLY}</m:ItemShape><m:ItemIds>{exchange_id}</m:ItemIds>")


def get_attachment(attachment_id: str) -> _Element:
    """An attachment's content; of an attached item its MIME."""
    return _element(
        "GetAttachment",
        "<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>"
        f"<m:AttachmentIds><t:AttachmentId Id={quoteattr(attachment_id)}/></m:AttachmentIds>",
    )


def find_marked(folders: Iterable[Folder], owner: str, marker: str) -> _Element:
    """The mails that carry the marker."""
    return _find(folders, owner, _MARKER_URI, marker)


def find_message_id(folders: Iterable[Folder], owner: str, message_id: str) -> _Element:
    """The mails with this Message-ID."""
    return _find(folders, owner, '<t:FieldURI FieldURI="message:InternetMessageId"/>', message_id)


def create_draft(mime: bytes, marker: str, owner: str) -> _Element:
    """A marked draft from MIME."""
    payload = _element(
        "CreateItem",
        f"<m:SavedItemFolderId>{_folder_id(Folder.DRAFTS, owner)}</m:SavedItemFolderId><m:Items><t:Message>"
        f'<t:MimeContent CharacterSet="UTF-8"/>'
        f"<t:ExtendedProperty>{_MARKER_URI}<t:Value/></t:ExtendedProperty></t:Message></m:Items>",
        MessageDisposition="SaveOnly",
    )
    content = payload.find(".//t:MimeContent", NAMESPACES)
    value = payload.find(".//t:Value", NAMESPACES)
    assert content is not None
    assert value is not None
    content.text = base64.b64encode(mime).decode()
    value.text = marker
    return payload


def send_draft(item_id: str, owner: str) -> _Element:
    """Submission of a draft with a copy in Sent Items."""
    return _element(
        "SendItem",
        f"<m:ItemIds>{_item_id(item_id)}</m:ItemIds>"
        f"<m:SavedItemFolderId>{_folder_id(Folder.SENT, owner)}</m:SavedItemFolderId>",
        SaveItemToFolder="true",
    )


def delete_item(item_id: str) -> _Element:
    """Removal without a stop in Deleted Items."""
    return _element("DeleteItem", f"<m:ItemIds>{_item_id(item_id)}</m:ItemIds>", DeleteType="HardDelete")


def get_user_availability(addresses: Iterable[str], begins_at: datetime, ends_at: datetime) -> _Element:
    """When people are taken, and no more than that. The times are UTC there and back: no zone can be mistaken."""
    people = "".join(
        f"<t:MailboxData><t:Email><t:Address>{escape(address)}</t:Address></t:Email>"
        "<t:AttendeeType>Required</t:AttendeeType></t:MailboxData>"
        for address in addresses
    )
    begins, ends = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") for moment in (begins_at, ends_at))
    return _element(
        "GetUserAvailabilityRequest",
        f"<t:TimeZone><t:Bias>0</t:Bias>{_no_change('StandardTime', 10)}{_no_change('DaylightTime', 3)}</t:TimeZone>"
        f"<m:MailboxDataArray>{people}</m:MailboxDataArray><t:FreeBusyViewOptions>"
        f"<t:TimeWindow><t:StartTime>{begins}</t:StartTime><t:EndTime>{ends}</t:EndTime></t:TimeWindow>"
        "<t:RequestedView>FreeBusy</t:RequestedView></t:FreeBusyViewOptions>",
    )


def _no_change(name: str, month: int) -> str:
    """The schema demands two changes of the clock a year, Exchange a day for them; by no minute they change nothing."""
    return (
        f"<t:{name}><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>{month}</t:Month>"
        f"<t:DayOfWeek>Sunday</t:DayOfWeek></t:{name}>"
    )


def _element(operation: str, content: str, **attributes: str) -> _Element:
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return lxml.etree.fromstring(f"<m:{operation} {namespaces} {written}>{content}</m:{operation}>")


def _properties(uris: Iterable[str], more: str = "") -> str:
    fields = "".join(f'<t:FieldURI FieldURI="{uri}"/>' for uri in uris)
    return f"<t:AdditionalProperties>{fields}{more}</t:AdditionalProperties>"


def _folder_id(folder: Folder, owner: str) -> str:
    mailbox = f"<t:Mailbox><t:EmailAddress>{escape(owner)}</t:EmailAddress></t:Mailbox>"
    return f'<t:DistinguishedFolderId Id="{_FOLDER_IDS[folder]}">{mailbox}</t:DistinguishedFolderId>'


def _item_id(item_id: str) -> str:
    """Our item ids are Exchange's id and, after a space, the change key when it is known."""
    exchange_id, _, change_key = item_id.partition(" ")
    key = f" ChangeKey={quoteattr(change_key)}" if change_key else ""
    return f"<t:ItemId Id={quoteattr(exchange_id)}{key}/>"


def _find(folders: Iterable[Folder], owner: str, field: str, value: str) -> _Element:
    ids = "".join(_folder_id(folder, owner) for folder in folders)
    return _element(
        "FindItem",
        f"<m:ItemShape>{_ID_ONLY}</m:ItemShape>"
        '<m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="Beginning"/>'
        f"<m:Restriction><t:IsEqualTo>{field}<t:FieldURIOrConstant><t:Constant Value={quoteattr(value)}/>"
        "</t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>"
        f"<m:ParentFolderIds>{ids}</m:ParentFolderIds>",
        Traversal="Shallow",
    )
