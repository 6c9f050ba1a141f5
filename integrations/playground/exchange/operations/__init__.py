"""The EWS operations that the server offers, one module per subject."""

from __future__ import annotations

from collections.abc import Callable

from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.operations import (
    attachments,
    availability,
    change,
    create,
    events,
    find,
    folders,
    names,
    read,
    sync,
)
from integrations.playground.exchange.operations.call import Call
from integrations.playground.exchange.server import ExchangeServer
from integrations.playground.exchange.soap import Request

_READING: dict[str, Callable[[Call], str]] = {
    "GetFolder": folders.get_folder,
    "FindFolder": folders.find_folder,
    "SyncFolderHierarchy": folders.sync_folder_hierarchy,
    "FindItem": find.find_item,
    "GetItem": read.get_item,
    "SyncFolderItems": sync.sync_folder_items,
    "GetAttachment": attachments.get_attachment,
    "ResolveNames": names.resolve_names,
    "GetServerTimeZones": names.get_server_time_zones,
    "ConvertId": names.convert_id,
    "GetUserAvailabilityRequest": availability.get_user_availability,
    "Subscribe": events.subscribe,
    "GetEvents": events.get_events,
    "Unsubscribe": events.unsubscribe,
}
_WRITING: dict[str, Callable[[Call], str]] = {
    "CreateItem": create.create_item,
    "UpdateItem": change.update_item,
    "SendItem": change.send_item,
    "DeleteItem": change.delete_item,
    "MoveItem": change.move_item,
    "CreateAttachment": attachments.create_attachment,
    "DeleteAttachment": attachments.delete_attachment,
}


def perform(server: ExchangeServer, account: Account, request: Request) -> str:
    """Does what a signed-in account asks, as one transaction. Returns the content of the SOAP body. Raises EwsError."""
    call = Call(server, _acting_as(server, account, request.impersonated), request.element)
    reading = _READING.get(request.operation)
    if reading is not None:
        with server.database.reading():
            return reading(call)
    writing = _WRITING.get(request.operation)
    if writing is None:
        raise EwsError("ErrorInvalidRequest", f"The request is invalid: {request.operation} is not offered.")
    with server.database.writing():
        return writing(call)


def _acting_as(server: ExchangeServer, account: Account, impersonated: str) -> Account:
    if not impersonated or impersonated.casefold() == account.key:
        return account
    if not account.may_impersonate:
        raise EwsError(
            "ErrorImpersonateUserDenied", "The account does not have permission to impersonate the requested user."
        )
    target = server.by_address.get(impersonated.casefold())
    if target is None:
        raise EwsError("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
    return target
