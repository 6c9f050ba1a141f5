"""A local Exchange server: EWS over SOAP, mailboxes in one file, mail between them, faults on demand.

    server = ExchangeServer(path, [Account("anna@office.example", "Anna", "secret", "fr"), …])
    app = Starlette(routes=exchange_routes(server))        # POST /EWS/Exchange.asmx, Basic authentication

What the pages and tests call (all synchronous, safe from any thread, milliseconds; `address` is an account's, in any
case; times are aware UTC; values are `values.Item`, `Mail`, `Address`, `Attachment`, `Event`, `FolderView`):

    server.accounts -> tuple[Account, …]
    server.account(address) -> Account                      KeyError without such a mailbox
    server.folders(address) -> list[FolderView]
    server.items(address, folder="inbox", *, limit=200, offset=0) -> list[Item]
                                                            newest first; attachments without content
    server.item(address, item_id) -> Item                   everything; errors.ItemNotFound
    server.attachment(address, item_id, attachment_id) -> Attachment
    server.mime(address, item_id) -> bytes                  as EWS gives it
    server.save_draft(address, mail, item_id="") -> str     new id, or the id of the draft that was replaced
    server.send_draft(address, item_id) -> None             errors.EwsError ErrorInvalidRecipients, …
    server.send(address, mail) -> None                      Mail in (`sender` is filled in), copy in Sent Items
    server.delete(address, item_id, *, for_good=False) -> None
    server.mark_read(address, item_id, is_read=True) -> None
    server.calendar(address) -> list[Item]                  each with `event`, by start; cancelled ones too
    server.answer_invitation(address, item_id, "accept" | "tentative" | "decline", comment="") -> None
    server.outgoing(sender="") -> list[Departure]           every recipient a mail left for, oldest first
    server.subscribe(address, callback) -> Callable[[], None]
                                                            callback(distinguished folder name) after every commit that
                                                            changed the mailbox, in the changing thread; call what comes
                                                            back to stop
    server.faults                                           faults.Faults
    server.forget_sync_states() -> None
    server.close() -> None

`RAPPORT_RECORD_EWS=<folder>` in the environment writes every request and response there.
"""

from integrations.playground.exchange.accounts import Account, Mangling
from integrations.playground.exchange.http import exchange_routes
from integrations.playground.exchange.server import ExchangeServer
from integrations.playground.exchange.values import Address, Attachment, Departure, Event, FolderView, Item, Mail

__all__ = [
    "Account",
    "Address",
    "Attachment",
    "Departure",
    "Event",
    "ExchangeServer",
    "FolderView",
    "Item",
    "Mail",
    "Mangling",
    "exchange_routes",
]
