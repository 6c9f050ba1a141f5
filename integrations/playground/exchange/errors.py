"""What the Exchange server refuses, under the response codes that EWS documents."""

from __future__ import annotations


class EwsError(Exception):
    """An EWS error. `code` is one of EWS's ResponseCodes, `values` are the pairs in its MessageXml."""

    def __init__(self, code: str, text: str, *, values: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.values = values


class SchemaViolation(EwsError):
    """The request is no SOAP that the EWS schema allows: the whole request fails."""

    def __init__(self, text: str) -> None:
        super().__init__("ErrorSchemaValidation", f"The request failed schema validation: {text}")


class ItemNotFound(EwsError):
    """The item is not in this mailbox (any more): it was deleted, or moved and so has another id."""

    def __init__(self) -> None:
        super().__init__("ErrorItemNotFound", "The specified object was not found in the store.")


class FolderNotFound(EwsError):
    """The mailbox has no such folder."""

    def __init__(self) -> None:
        super().__init__("ErrorFolderNotFound", "The specified folder could not be found in the store.")
