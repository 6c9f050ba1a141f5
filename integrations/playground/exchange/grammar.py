"""What a request may look like: which children each element takes, in which order, and which attributes.

Names and orders are those of the EWS reference (learn.microsoft.com/exchange/client-developer/web-service-reference).
An element that is not in `_CHILDREN` holds text alone.
"""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

from integrations.playground.exchange.errors import EwsError, SchemaViolation

_PREFIXES = {
    "http://schemas.xmlsoap.org/soap/envelope/": "s",
    "http://schemas.microsoft.com/exchange/services/2006/messages": "m",
    "http://schemas.microsoft.com/exchange/services/2006/types": "t",
}
_PATH = "(t:FieldURI|t:IndexedFieldURI|t:ExtendedFieldURI)"
_FOLDER_ID = "(t:FolderId|t:DistinguishedFolderId)"
_SEARCH = (
    "(t:And|t:Or|t:Not|t:Contains|t:Exists|t:IsEqualTo|t:IsNotEqualTo|t:IsGreaterThan|t:IsGreaterThanOrEqualTo"
    "|t:IsLessThan|t:IsLessThanOrEqualTo|t:Excludes)"
)
_COMPARISON = f"{_PATH} t:FieldURIOrConstant"
_ITEM = (
    "MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments DateTimeReceived Size Categories "
    "Importance InReplyTo IsSubmitted IsDraft IsFromMe IsResend IsUnmodified InternetMessageHeaders DateTimeSent "
    "DateTimeCreated ResponseObjects ReminderDueBy ReminderIsSet ReminderNextTime ReminderMinutesBeforeStart DisplayCc "
    "DisplayTo HasAttachments ExtendedProperty* Culture EffectiveRights LastModifiedName LastModifiedTime IsAssociated "
    "Flag"
)
_MESSAGE = (
    f"{_ITEM} Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested "
    "ConversationIndex ConversationTopic From InternetMessageId IsRead IsResponseRequested References ReplyTo"
)
_CALENDAR_ITEM = (
    f"{_ITEM} UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When "
    "IsMeeting IsCancelled IsRecurring MeetingRequestWasSent IsResponseRequested CalendarItemType MyResponseType "
    "Organizer RequiredAttendees OptionalAttendees Resources StartTimeZone EndTimeZone"
)


def _optional(names: str) -> str:
    return " ".join(f"t:{name}" if name.endswith("*") else f"t:{name}?" for name in names.split())


_ANY_ITEM = "(t:Item|t:Message|t:CalendarItem)"
_CHILDREN = {
    "s:Envelope": "s:Header? s:Body",
    "s:Header": "(t:RequestServerVersion|t:ExchangeImpersonation|t:TimeZoneContext|t:MailboxCulture"
    "|t:DateTimePrecision)*",
    "t:ExchangeImpersonation": "t:ConnectingSID",
    "t:ConnectingSID": "(t:PrincipalName|t:SID|t:PrimarySmtpAddress|t:SmtpAddress)",
    "t:TimeZoneContext": "t:TimeZoneDefinition",
    "t:TimeZoneDefinition": "",
    "m:GetFolder": "m:FolderShape m:FolderIds",
    "m:FindFolder": "m:FolderShape m:IndexedPageFolderView? m:Restriction? m:ParentFolderIds",
    "m:SyncFolderHierarchy": "m:FolderShape m:SyncFolderId? m:SyncState?",
    "m:FindItem": "m:ItemShape (m:IndexedPageItemView|m:CalendarView)? m:Restriction? m:SortOrder? "
    "m:ParentFolderIds m:QueryString?",
    "m:GetItem": "m:ItemShape m:ItemIds",
    "m:SyncFolderItems": "m:ItemShape m:SyncFolderId m:SyncState? m:Ignore? m:MaxChangesReturned m:SyncScope?",
    "m:CreateItem": "m:SavedItemFolderId? m:Items",
    "m:UpdateItem": "m:SavedItemFolderId? m:ItemChanges",
    "m:SendItem": "m:ItemIds m:SavedItemFolderId?",
    "m:DeleteItem": "m:ItemIds",
    "m:MoveItem": "m:ToFolderId m:ItemIds m:ReturnNewItemIds?",
    "m:CreateAttachment": "m:ParentItemId m:Attachments",
    "m:GetAttachment": "m:AttachmentShape? m:AttachmentIds",
    "m:DeleteAttachment": "m:AttachmentIds",
    "m:ResolveNames": "m:ParentFolderIds? m:UnresolvedEntry",
    "m:GetServerTimeZones": "m:Ids?",
    "m:Ids": "t:Id*",
    "m:GetUserAvailabilityRequest": "t:TimeZone? m:MailboxDataArray t:FreeBusyViewOptions?",
    "t:TimeZone": "t:Bias t:StandardTime t:DaylightTime",
    **dict.fromkeys(("t:StandardTime", "t:DaylightTime"), "t:Bias t:Time t:DayOrder t:Month t:DayOfWeek t:Year?"),
    "m:MailboxDataArray": "t:MailboxData*",
    "t:MailboxData": "t:Email t:AttendeeType t:ExcludeConflicts?",
    "t:Email": "t:Name? t:Address t:RoutingType?",
    "t:FreeBusyViewOptions": "t:TimeWindow t:MergedFreeBusyIntervalInMinutes? t:RequestedView?",
    "t:TimeWindow": "t:StartTime t:EndTime",
    "m:ConvertId": "m:SourceIds",
    "m:SourceIds": "t:AlternateId+",
    "m:Subscribe": "m:PullSubscriptionRequest",
    "m:PullSubscriptionRequest": "t:FolderIds? t:EventTypes t:Watermark? t:Timeout",
    "t:EventTypes": "t:EventType+",
    "m:GetEvents": "m:SubscriptionId m:Watermark",
    "m:Unsubscribe": "m:SubscriptionId",
    "m:FolderShape": "t:BaseShape t:AdditionalProperties?",
    "m:ItemShape": "t:BaseShape t:IncludeMimeContent? t:BodyType? t:UniqueBodyType? t:NormalizedBodyType? "
    "t:FilterHtmlContent? t:ConvertHtmlCodePageToUTF8? t:AdditionalProperties?",
    "m:AttachmentShape": "t:IncludeMimeContent? t:BodyType? t:FilterHtmlContent? t:AdditionalProperties?",
    "t:AdditionalProperties": f"{_PATH}+",
    **dict.fromkeys(("m:FolderIds", "m:ParentFolderIds", "t:FolderIds"), f"{_FOLDER_ID}+"),
    **dict.fromkeys(("m:SyncFolderId", "m:SavedItemFolderId", "m:ToFolderId"), _FOLDER_ID),
    **dict.fromkeys(("m:ItemIds", "m:Ignore"), "t:ItemId+"),
    "m:AttachmentIds": "t:AttachmentId+",
    "t:DistinguishedFolderId": "t:Mailbox?",
    **dict.fromkeys(("t:FolderId", "t:ItemId", "t:AttachmentId", "m:ParentItemId"), ""),
    "t:Mailbox": "t:Name? t:EmailAddress? t:RoutingType? t:MailboxType? t:ItemId? t:OriginalDisplayName?",
    **dict.fromkeys(("t:ToRecipients", "t:CcRecipients", "t:BccRecipients", "t:ReplyTo"), "t:Mailbox*"),
    **dict.fromkeys(("t:Sender", "t:From", "t:Organizer"), "t:Mailbox"),
    **dict.fromkeys(("t:RequiredAttendees", "t:OptionalAttendees", "t:Resources"), "t:Attendee+"),
    "t:Attendee": "t:Mailbox t:ResponseType? t:LastResponseTime?",
    "m:Items": f"{_ANY_ITEM}+",
    "t:Item": _optional(_ITEM),
    "t:Message": _optional(_MESSAGE),
    "t:CalendarItem": _optional(_CALENDAR_ITEM),
    **dict.fromkeys(("m:Attachments", "t:Attachments"), "(t:FileAttachment|t:ItemAttachment)*"),
    "t:FileAttachment": "t:AttachmentId? t:Name? t:ContentType? t:ContentId? t:ContentLocation? t:Size? "
    "t:LastModifiedTime? t:IsInline? t:IsContactPhoto? t:Content?",
    "t:ItemAttachment": "t:AttachmentId? t:Name? t:ContentType? t:ContentId? t:ContentLocation? t:Size? "
    f"t:LastModifiedTime? t:IsInline? {_ANY_ITEM}?",
    "t:ExtendedProperty": "t:ExtendedFieldURI (t:Value|t:Values)",
    "t:Values": "t:Value*",
    "t:Categories": "t:String*",
    "t:InternetMessageHeaders": "t:InternetMessageHeader+",
    "m:ItemChanges": "t:ItemChange+",
    "t:ItemChange": "t:ItemId t:Updates",
    "t:Updates": "(t:SetItemField|t:DeleteItemField|t:AppendToItemField)+",
    **dict.fromkeys(("t:SetItemField", "t:AppendToItemField"), f"{_PATH} {_ANY_ITEM}"),
    "t:DeleteItemField": _PATH,
    "m:Restriction": _SEARCH,
    **dict.fromkeys(("t:And", "t:Or"), f"{_SEARCH}+"),
    "t:Not": _SEARCH,
    "t:Exists": _PATH,
    "t:Contains": f"{_PATH} t:Constant",
    **dict.fromkeys(
        (
            "t:IsEqualTo", "t:IsNotEqualTo", "t:IsGreaterThan", "t:IsGreaterThanOrEqualTo", "t:IsLessThan",
            "t:IsLessThanOrEqualTo",
        ),
        _COMPARISON,
    ),
    "t:FieldURIOrConstant": f"({_PATH}|t:Constant)",
    "m:SortOrder": "t:FieldOrder+",
    "t:FieldOrder": _PATH,
}  # fmt: skip
_ATTRIBUTES = {  # those marked ! are required; elements not named here take none
    "t:RequestServerVersion": "Version!",
    "t:TimeZoneDefinition": "Id Name",
    "m:FindFolder": "Traversal!",
    "m:FindItem": "Traversal!",
    **dict.fromkeys(("m:IndexedPageItemView", "m:IndexedPageFolderView"), "MaxEntriesReturned Offset! BasePoint!"),
    "m:CalendarView": "MaxEntriesReturned StartDate! EndDate!",
    "m:CreateItem": "MessageDisposition SendMeetingInvitations",
    "m:UpdateItem": "ConflictResolution! MessageDisposition SendMeetingInvitationsOrCancellations SuppressReadReceipts",
    "m:SendItem": "SaveItemToFolder!",
    "m:DeleteItem": "DeleteType! SendMeetingCancellations AffectedTaskOccurrences SuppressReadReceipts",
    "m:ResolveNames": "ReturnFullContactData! SearchScope ContactDataShape",
    "m:GetServerTimeZones": "ReturnFullTimeZoneData",
    "m:ConvertId": "DestinationFormat!",
    "t:AlternateId": "Format! Id! Mailbox! IsArchive",
    "m:PullSubscriptionRequest": "SubscribeToAllFolders",
    **dict.fromkeys(("t:FolderId", "t:ItemId", "m:ParentItemId"), "Id! ChangeKey"),
    "t:DistinguishedFolderId": "Id! ChangeKey",
    "t:AttachmentId": "Id!",
    "t:FieldURI": "FieldURI!",
    "t:IndexedFieldURI": "FieldURI! FieldIndex!",
    "t:ExtendedFieldURI": "DistinguishedPropertySetId PropertySetId PropertyTag PropertyName PropertyId PropertyType!",
    "t:Contains": "ContainmentMode ContainmentComparison",
    "t:Constant": "Value!",
    "t:FieldOrder": "Order!",
    "t:Body": "BodyType! IsTruncated",
    "t:MimeContent": "CharacterSet",
    "t:InternetMessageHeader": "HeaderName!",
    **dict.fromkeys(("t:StartTimeZone", "t:EndTimeZone"), "Id Name"),
}


@cache
def _tag(tag: str) -> str:
    namespace, _, name = tag[1:].partition("}")
    return f"{_PREFIXES.get(namespace, '?')}:{name}"


def prefixed(element: etree._Element) -> str:
    """`m:Name` or `t:Name`; `?:Name` in a namespace that EWS does not use."""
    return _tag(str(element.tag))


@cache
def _pattern(name: str) -> re.Pattern[str] | None:
    spec = _CHILDREN.get(name)
    if spec is None:
        return None
    return re.compile(re.sub(r"[mst]:\w+", lambda found: f"(?:{found.group()},)", spec).replace(" ", ""))


def check(root: etree._Element) -> None:
    """Raises SchemaViolation at the first element or attribute that has no place in an EWS request.

    An operation that EWS may know but this server does not raises EwsError ErrorInvalidRequest.
    """
    for element in root.iter():
        name = prefixed(element)
        _check_attributes(name, element)
        if name == "s:Body":
            if len(element) == 1 and prefixed(element[0]) not in _CHILDREN:
                raise EwsError("ErrorInvalidRequest", f"The request is invalid: {prefixed(element[0])} is not offered.")
            continue
        pattern = _pattern(name)
        if pattern is None:
            if len(element):
                raise SchemaViolation(f"{name} takes no elements{_line(element)}")
        elif not pattern.fullmatch("".join(f"{prefixed(child)}," for child in element)):
            found = ", ".join(prefixed(child) for child in element)[:300]
            raise SchemaViolation(f"{name} may not hold these elements in this order: {found}{_line(element)}")


def _check_attributes(name: str, element: etree._Element) -> None:
    allowed = _ATTRIBUTES.get(name, "").split()
    known = {attribute.rstrip("!") for attribute in allowed}
    for attribute in element.attrib:
        if attribute not in known and not str(attribute).startswith("{"):
            raise SchemaViolation(f"{name} has no attribute {attribute!s}{_line(element)}")
    for attribute in allowed:
        if attribute.endswith("!") and attribute[:-1] not in element.attrib:
            raise SchemaViolation(f"{name} lacks its attribute {attribute[:-1]}{_line(element)}")


def _line(element: etree._Element) -> str:
    return f" (line {element.sourceline})"
