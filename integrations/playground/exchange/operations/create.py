"""CreateItem: drafts, mails that go out at once, and plain calendar entries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.grammar import prefixed
from integrations.playground.exchange.items import item_id
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.operations.item_fields import written_from
from integrations.playground.exchange.properties import render_id
from integrations.playground.exchange.soap import Element
from integrations.playground.exchange.values import Address, Event, Mail


def create_item(call: Call) -> str:
    """Creates each item; MessageDisposition says whether mails are saved, sent, or both."""
    disposition = call.element.get("MessageDisposition", "")
    folder = call.folder_at("m:SavedItemFolderId")

    def one(element: Element) -> str:
        with call.server.database.writing():
            if prefixed(element) == "t:CalendarItem":
                return f"<m:Items>{_calendar_item(call, element, folder)}</m:Items>"
            return f"<m:Items>{_message(call, element, disposition, folder)}</m:Items>"

    items = soap.find_all(call.element, "m:Items/*")
    return soap.response("CreateItem", answer_each("CreateItemResponseMessage", items, one, on_error="<m:Items/>"))


def _message(call: Call, element: Element, disposition: str, folder: int | None) -> str:
    if disposition not in {"SaveOnly", "SendOnly", "SendAndSaveCopy"}:
        raise EwsError("ErrorMessageDispositionRequired", "Message disposition is required for this operation.")
    server = call.server
    written = written_from(element, server.mangling)
    drafts = server.folder(call.owner.address, "drafts")
    is_sent = disposition != "SaveOnly"
    entry = server.item_rows.add(
        drafts if is_sent or folder is None else folder,
        written.mail,
        is_draft=written.is_draft or is_sent,
        is_read=written.is_draft if written.is_read is None else written.is_read,
        extended=written.extended,
    )
    row = server.item_rows.row(call.owner.key, item_id(entry))
    if not is_sent:
        return render_id(row)
    copy_to = folder if folder is not None else server.folder(call.owner.address, "sentitems")
    server.post_office.send(call.owner, row, copy_to if disposition == "SendAndSaveCopy" else None)
    return ""


def _calendar_item(call: Call, element: Element, folder: int | None) -> str:
    if call.element.get("SendMeetingInvitations", "SendToNone") != "SendToNone":
        raise EwsError("ErrorInvalidOperation", "This server sends no invitations by itself.")
    server = call.server
    is_all_day = soap.text(element, "t:IsAllDayEvent") == "true"
    start, end = (_time(soap.text(element, f"t:{name}"), call.owner, is_all_day) for name in ("Start", "End"))
    event = Event(
        uid=soap.text(element, "t:UID") or uuid4().hex,
        summary=soap.text(element, "t:Subject"),
        start=start,
        end=end,
        location=soap.text(element, "t:Location"),
        description=soap.text(element, "t:Body"),
        stamped_at=server.now(),
        organizer=Address(call.owner.address, call.owner.name),
        attendees=tuple(
            (Address(soap.text(box, "t:EmailAddress"), soap.text(box, "t:Name")), "NEEDS-ACTION")
            for box in soap.find_all(element, ".//t:Attendee/t:Mailbox")
        ),
        response="Organizer",
        shows_as=soap.text(element, "t:LegacyFreeBusyStatus") or ("Free" if is_all_day else "Busy"),
        is_private=soap.text(element, "t:Sensitivity") == "Private",
    )
    mail = Mail(sender=event.organizer, subject=event.summary, text=event.description, item_class="IPM.Appointment")
    calendar = folder if folder is not None else server.folder(call.owner.address, "calendar")
    entry = server.item_rows.add(calendar, mail, event=event, is_read=True)
    return render_id(server.item_rows.row(call.owner.key, item_id(entry)))


def _time(text: str, owner: Account, is_all_day: bool) -> date | datetime:
    """The time, or of what lasts whole days the day where the owner is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise EwsError("ErrorCalendarInvalidTimeZone", "A calendar entry needs Start and End.") from problem
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(owner.zone)).date() if is_all_day else moment
