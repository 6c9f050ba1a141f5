"""What every EWS operation gets, and the one way in which they answer about several things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError, FolderNotFound
from integrations.playground.exchange.folders import folder_row
from integrations.playground.exchange.grammar import prefixed
from integrations.playground.exchange.server import ExchangeServer
from integrations.playground.exchange.soap import Element


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `owner` is whose mailbox it works on."""

    server: ExchangeServer
    owner: Account
    element: Element

    def folder(self, element: Element) -> int:
        """The row of the folder that a FolderId or DistinguishedFolderId names. Raises EwsError."""
        rows = self.server.folder_rows
        written = element.get("Id", "")
        if prefixed(element) == "t:FolderId":
            return rows.get(self.owner.key, folder_row(written)).row
        address = soap.text(element, "t:Mailbox/t:EmailAddress")
        if address and address.casefold() != self.owner.key:
            raise EwsError("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return rows.row(self.owner.key, written)

    def folder_at(self, path: str) -> int | None:
        """The folder that the element on a path holds, None without such an element."""
        holder = soap.find(self.element, path)
        return None if holder is None else self.folder(holder[0])

    def needed_folder(self, path: str) -> int:
        """The same where the schema demands it."""
        row = self.folder_at(path)
        if row is None:
            raise FolderNotFound
        return row


def answer_each(
    message: str, elements: Iterable[Element], handle: Callable[[Element], str], *, on_error: str = ""
) -> list[str]:
    """One response message per element: what `handle` returns, or its EwsError with `on_error` beside it."""
    answers = []
    for element in elements:
        try:
            answers.append(soap.success(message, handle(element)))
        except EwsError as problem:
            answers.append(soap.failure(message, problem, on_error))
    return answers
