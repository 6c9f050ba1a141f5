"""SOAP 1.1 envelopes as EWS writes them: requests read into a `Request`, answers and faults as bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape as _escape

from lxml import etree

from integrations.playground.exchange.errors import EwsError, SchemaViolation
from integrations.playground.exchange.grammar import check, prefixed

S = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
_E = "http://schemas.microsoft.com/exchange/services/2006/errors"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEADER = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope '
    f'xmlns:s="{S}" xmlns:m="{M}" xmlns:t="{T}"><s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="2" '
    'MajorBuildNumber="1544" MinorBuildNumber="4" Version="V2017_07_11"/></s:Header><s:Body>'
)
_FOOTER = "</s:Body></s:Envelope>"

Element = etree._Element  # lxml has no public name for it


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks. `impersonated` is the address it wants to act as, "" when itself."""

    operation: str
    element: Element
    impersonated: str


def read(body: bytes) -> Request:
    """The request in an envelope. Raises SchemaViolation for what the EWS schema does not allow."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as problem:
        raise SchemaViolation(f"the XML is not well formed: {problem.msg}") from problem
    if b"<!DOCTYPE" in body[:1000]:
        raise SchemaViolation("a DTD is not allowed")
    if root.tag != f"{{{S}}}Envelope":
        raise SchemaViolation("the root is not a SOAP 1.1 envelope")
    check(root)
    content = root.find(f"{{{S}}}Body")
    if content is None or len(content) != 1:
        raise SchemaViolation("the body does not hold one request")
    header = root.find(f"{{{S}}}Header")
    operation = prefixed(content[0])
    return Request(operation.removeprefix("m:"), content[0], "" if header is None else _impersonated(header))


def _impersonated(header: Element) -> str:
    for name in ("PrimarySmtpAddress", "SmtpAddress", "PrincipalName"):
        found = header.findtext(f".//{{{T}}}ConnectingSID/{{{T}}}{name}")
        if found:
            return found.strip()
    return ""


def find(element: Element, path: str) -> Element | None:
    """The first descendant on a path such as `m:ItemShape/t:BaseShape`."""
    found: Element | None = element.find(path, {"m": M, "t": T})
    return found


def find_all(element: Element, path: str) -> list[Element]:
    """All descendants on a path."""
    return list(element.findall(path, {"m": M, "t": T}))


def text(element: Element, path: str, default: str = "") -> str:
    """The text on a path, the default without such an element."""
    found = find(element, path)
    return default if found is None else (found.text or "")


def number(written: str) -> int:
    """A whole number that is not negative. Raises SchemaViolation."""
    if not written.strip().isdecimal():
        raise SchemaViolation("a number is expected")
    return int(written)


def children(element: Element | None) -> Iterator[tuple[str, Element]]:
    """The children with their prefixed names."""
    if element is not None:
        for child in element:
            yield prefixed(child), child


def escape(value: str) -> str:
    """Text for XML, without the characters that XML 1.0 cannot hold."""
    return _escape(_NOT_XML.sub("", value), {'"': "&quot;"})


def envelope(content: str) -> bytes:
    """An answer, ready to send."""
    return (_HEADER + content + _FOOTER).encode("utf-8", "replace")


def success(message: str, content: str = "") -> str:
    """One response message that went well."""
    return f'<m:{message} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{content}</m:{message}>'


def failure(message: str, problem: EwsError, content: str = "") -> str:
    """One response message about an error. `content` is what the schema demands beside it, empty containers mostly."""
    return (
        f'<m:{message} ResponseClass="Error"><m:MessageText>{escape(problem.text)}</m:MessageText>'
        f"<m:ResponseCode>{problem.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        f"{_message_xml(problem, 'm')}{content}</m:{message}>"
    )


def response(operation: str, messages: list[str]) -> str:
    """The response to an operation that answers with one message per thing it was asked about."""
    joined = "".join(messages)
    return f"<m:{operation}Response><m:ResponseMessages>{joined}</m:ResponseMessages></m:{operation}Response>"


def fault(problem: EwsError) -> bytes:
    """A SOAP fault: the whole request failed (sent with HTTP status 500)."""
    text_ = escape(problem.text)
    return envelope(
        f"<s:Fault><faultcode>t:{problem.code}</faultcode><faultstring>{text_}</faultstring><detail>"
        f'<e:ResponseCode xmlns:e="{_E}">{problem.code}</e:ResponseCode><e:Message xmlns:e="{_E}">{text_}</e:Message>'
        f"{_message_xml(problem, 't')}</detail></s:Fault>"
    )


def _message_xml(problem: EwsError, prefix: str) -> str:
    if not problem.values:
        return ""
    values = "".join(f'<t:Value Name="{escape(name)}">{escape(value)}</t:Value>' for name, value in problem.values)
    return f"<{prefix}:MessageXml>{values}</{prefix}:MessageXml>"
