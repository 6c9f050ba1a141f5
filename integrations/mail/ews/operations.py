"""EWS operations: exchangelib sends them, the answer is read here.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/ews-operations-in-exchange
"""

from __future__ import annotations

from typing import Any

import lxml.etree
import requests
from exchangelib import Account
from exchangelib.errors import ErrorServerBusy, MalformedResponseError
from exchangelib.services.common import EWSAccountService
from exchangelib.util import MNS, SOAPNS, TNS
from lxml.etree import _Element

NAMESPACES = {"m": MNS, "t": TNS}


class Operation(EWSAccountService):  # type: ignore[misc]
    """One request, one answer, no second try: exchangelib's own loop sleeps and shrinks its pool of sessions."""

    ERRORS_TO_CATCH_IN_RESPONSE = ()
    WARNINGS_TO_CATCH_IN_RESPONSE = ()

    def __init__(self, account: Account, timeout_s: float) -> None:
        super().__init__(account=account, timeout=timeout_s)

    def ask(self, payload: _Element) -> list[_Element]:
        """The response messages, in the order of what was asked. Raises the first error among them."""
        answers = self._get_response_xml(payload=payload)
        return [self._get_element_container(message=answer) for answer in answers]

    def _api_versions_to_try(self) -> tuple[str]:
        # One request per call: exchangelib would try a refused one again in the words of every older Exchange.
        return (self.account.version.api_version,)

    @classmethod
    def _get_soap_parts(cls, response: requests.Response) -> tuple[_Element | None, _Element]:
        # exchangelib reads the answer byte by byte, shares one parser among threads, and takes an answer that was cut
        # short for a whole one: changes would be lost.
        root = _parsed(response.content)
        body = None if root is None else root.find(f"{{{SOAPNS}}}Body")
        if root is None or body is None:
            raise MalformedResponseError("no SOAP body")
        return root.find(f"{{{SOAPNS}}}Header"), body

    @staticmethod
    def _get_exception(code: str, text: str, msg_xml: Any = None, rule_errors: Any = None) -> Exception:
        problem: Exception = EWSAccountService._get_exception(code, text or "", msg_xml, rule_errors)
        if isinstance(problem, ErrorServerBusy) and msg_xml is not None:
            # https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
            wait_ms = msg_xml.findtext("t:Value[@Name='BackOffMilliseconds']", "", NAMESPACES)
            problem.back_off = int(wait_ms) / 1000 if wait_ms.isdigit() else None
        return problem


def _parsed(content: bytes) -> _Element | None:
    """Leniently, for Exchange hands on characters that XML does not allow, but only when the end is there."""
    is_whole = content.rstrip().endswith(b"Envelope>")
    parser = lxml.etree.XMLParser(recover=is_whole, huge_tree=True, resolve_entities=False, no_network=True)
    return lxml.etree.fromstring(content, parser=parser)


class GetFolder(Operation):
    SERVICE_NAME = "GetFolder"


class SyncFolderItems(Operation):
    SERVICE_NAME = "SyncFolderItems"


class GetItem(Operation):
    SERVICE_NAME = "GetItem"


class GetAttachment(Operation):
    SERVICE_NAME = "GetAttachment"


class FindItem(Operation):
    SERVICE_NAME = "FindItem"


class CreateItem(Operation):
    SERVICE_NAME = "CreateItem"


class SendItem(Operation):
    SERVICE_NAME = "SendItem"


class DeleteItem(Operation):
    SERVICE_NAME = "DeleteItem"


class GetUserAvailability(Operation):
    """It answers in a form of its own: about each mailbox apart, in the order of what was asked."""

    SERVICE_NAME = "GetUserAvailability"

    def ask(self, payload: _Element) -> list[_Element]:
        return list(self._get_response_xml(payload=payload))

    @staticmethod
    def _response_messages_tag() -> str:
        return f"{{{MNS}}}FreeBusyResponseArray"

    @classmethod
    def _response_message_tag(cls) -> str:
        return f"{{{MNS}}}FreeBusyResponse"
